"""What people say to steer a conversation, in Spanish: the same table as `act_phrases`, for words without accents.

Both "tú" and "usted", and what is said on the phone in Spain and in Latin America.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.act_kinds import Act

GROUPS: Final[Mapping[str, str]] = {
    "it": r"(?:eso|esto|lo|todo eso|lo que (?:ha|has) dicho|lo ultimo|la pregunta|el numero)",
    "very": r"(?:muy |del todo |totalmente |completamente |perfectamente |todo )*",
    "person": r"(?:persona(?: real| de verdad)?|humano|ser humano|agente|asesora?|operadora?|representante|alguien|"
    r"encargad[oa]|responsable|supervisora?|jefe|companer[oa]|gestora?|comercial|atencion al cliente|"
    r"servicio al cliente|soporte|trabajadora?|empleado)",
    "a": r"(?:una?|el|la|un|algun|alguna|otra?|su|tu|vuestr[oa])",
    "moment": r"(?:momento|momentito|momentico|segundo|segundito|minuto|minutito|instante|ratito|rato)",
    "may": r"(?:me )?(?:puede|puedes|podria|podrias|pueden|podrian|quiere|quieres|le importa|te importa|por favor)"
    r"(?: usted)?",
}

PHRASES: Final[Mapping[Act, tuple[str, ...]]] = {
    Act.AFFIRM: (
        r"si(?: si)*(?: (?:por favor|senora?|claro|gracias|quiero|eso es|correcto|exacto|asi es))?|sip|aja",
        r"vale|ok|okay|okey|de acuerdo|bueno|esta bien|muy bien|bien|dale|venga|listo|orale",
        r"claro(?: que si)?|por supuesto(?: que si)?|desde luego|como no|obvio|naturalmente|sin duda",
        r"{very}(?:correcto|exacto|cierto|verdad|perfecto|conforme)|exactamente|efectivamente|asi es|eso es|"
        r"eso mismo|ahi esta|es (?:asi|correcto|verdad|cierto|eso|ese|esa|el mio|la mia)|lo es",
        r"(?:adelante|hagalo|hazlo|proceda|procede|siga|sigue|continue|continua|me parece bien|me vale|me sirve|"
        r"me va bien|confirmo|confirmado|afirmativo|lo confirmo|estoy de acuerdo|tal cual)",
        r"(?:creo|supongo|diria|pienso) que si|eso creo|si (?:lo )?(?:es|soy|quiero|tengo|esta)|tiene razon|"
        r"tienes razon|(?:soy yo|yo mismo|yo misma|al habla)",
        r"no (?:esta )?(?:mal|incorrecto)|no hay duda",
    ),
    Act.DENY: (
        r"no(?: no)*(?: (?:senora?|gracias|muchas gracias|por favor))?|nop|que va|para nada|en absoluto|negativo|"
        r"nunca|jamas|ni hablar|de ninguna manera|de eso nada",
        r"(?:claro|por supuesto|desde luego|mejor|todavia|aun|ahora|creo|pienso|supongo) que no|"
        r"(?:mejor|todavia|aun|ahora|hoy|por ahora|de momento|creo que|claro que|diria que) no|"
        r"no (?:ahora|todavia|por ahora|de momento|hoy|mucho|del todo|exactamente|realmente|creo|lo creo|quiero|"
        r"lo quiero|puedo|lo es|es (?:asi|eso|ese|esa|correcto|cierto|verdad|el mio|la mia)|"
        r"esta (?:bien|correcto)|"
        r"soy yo|tengo|lo tengo|hace falta|es necesario)",
        r"(?:eso |esto )?(?:esta |es |lo tiene )?(?:mal|incorrecto|equivocado|erroneo|falso)|equivocado|"
        r"(?:se ha|te has|se) equivoc(?:ado|o)|numero equivocado",
        r"(?:eso |esto )?no es (?:lo que (?:he dicho|dije|queria|quiero)|correcto|asi|verdad|cierto)",
        r"no (?:lo )?(?:haga|hagas)(?: eso)?|prefiero que no|preferiria que no|"
        r"ningun[oa](?: de (?:los|las) dos)?|nada|ni (?:uno|una) ni (?:otro|otra)|tampoco",
        r"no (?:gracias )?(?:eso es todo|nada mas|esta bien asi|asi esta bien|con eso (?:vale|basta))",
        r"nada mas(?: gracias)?",
    ),
    Act.REPEAT: (
        r"(?:{may} )*(?:me lo |lo |me )?(?:repet(?:ir|irlo|irmelo|irme)|repite(?:lo|melo|me)?|repita(?:lo|melo|me)?)"
        r"(?: {it})*(?: (?:otra vez|de nuevo|por favor))*",
        r"(?:{may} )*(?:decir(?:lo|melo|me)?|diga(?:lo|melo|me)?|di(?:lo|melo|me)|dime)(?: {it})? "
        r"(?:otra vez|de nuevo|una vez mas)(?: por favor)?",
        r"(?:como|que|perdon|disculpe|disculpa)(?: (?:como|que))? (?:dice|dices|ha dicho|has dicho|dijo|dijiste|"
        r"era|fue)(?: {it})?|(?:que|cual) (?:era|fue) (?:la pregunta|lo ultimo|eso)",
        r"(?:otra vez|una vez mas|de nuevo)(?: por favor)?|como|mande|perdone como|perdon que",
        r"no (?:le |te |lo |la |os )?(?:he |habia )?(?:oido|oi|oigo|escucho|escuche|escuchado|entiendo|entendi|"
        r"entendido|pillo|pille|pillado|cogido)(?: (?:bien|nada|muy bien|{it}))*",
        r"se (?:corta|entrecorta|escucha mal|oye mal)|(?:hable|habla|mas) (?:mas )?alto",
    ),
    Act.SLOWER: (
        r"(?:{may} )*(?:(?:hablar|habla|hable|decirlo|digalo|dilo|repetirlo|repitalo|ir|vaya|ve) )?"
        r"(?:un poco |mucho )?mas (?:despacio|lento|lentamente|pausado)(?: por favor)?|despacio(?: por favor)?",
        r"(?:(?:va|vas|habla|hablas|es|eso es) )?(?:demasiado|muy) (?:rapido|deprisa)(?: para mi)?|"
        r"no tan (?:rapido|deprisa)|"
        r"mas lento",
    ),
    Act.SPELL: (
        r"(?:{may} )*(?:me lo |lo )?(?:deletre(?:ar|arlo|armelo|e|elo|emelo|a|alo|amelo))(?: {it})?(?: por favor)?",
        r"letra (?:por|a) letra(?: por favor)?|como se (?:escribe|deletrea)(?: {it})?",
    ),
    Act.HOLD_ON: (
        r"(?:espere|espera|esperate|aguarde|aguanta|aguante)(?:me)?(?: {a})?(?: {moment})?(?: por favor)?",
        r"(?:solo )?(?:un|una|dame un|deme un|me das un|me da un|dame|deme)(?: solo)? {moment}(?: por favor)?",
        r"(?:dejame|dejeme|voy a|tengo que|deja que|permitame|permiteme)(?: (?:lo|la))? ?(?:ver|mirar(?:lo)?|"
        r"buscar(?:lo)?|"
        r"comprobar(?:lo)?|pensar(?:lo)?|coger(?:lo)?|mire|busque|piense|compruebe)"
        r"(?: (?:el|la|mi|un|una) \w+(?: de \w+)?)?",
        r"(?:lo )?estoy (?:buscando(?:lo)?|mirando(?:lo)?)|no (?:cuelgue|cuelgues)|(?:un )?segundo|ahora (?:mismo )?"
        r"(?:se|te) lo digo|no estoy list[oa]",
    ),
    Act.WANT_HUMAN: (
        r"(?:quiero|quisiera|querria|necesito|me gustaria|prefiero|preferiria|exijo|deseo|puedo|podria|"
        r"se puede|hay forma de)(?: (?:que me (?:atienda|pase con|llame)))?(?: (?:hablar|conversar|comunicarme))?"
        r"(?: (?:con|a))?(?: {a})* {person}(?: por favor)?",
        r"(?:{may} )*(?:que )?(?:me )?(?:hablar|pasar(?:me)?|pase(?:me)?|pasa(?:me)?|ponga(?:me)?|pon(?:me)?|"
        r"poner(?:me)?|comunique(?:me)?|"
        r"comunicar(?:me)?|comunicame|transfier[ae](?:me)?|transferir(?:me)?|conecte(?:me)?|conecta(?:me)?|atienda|"
        r"atender(?:me)?)"
        r"(?: (?:con|a|en contacto con))?(?: {a})* {person}(?: por favor)?",
        r"(?:hay|tienen|teneis|esta)(?: {a})* {person}(?: (?:disponible|que me (?:ayude|atienda|pueda ayudar)|"
        r"con quien (?:pueda )?hablar))?",
        r"(?:{a} )?(?:operadora?|agente|representante|humano|asesora?|persona real|persona de verdad|"
        r"atencion al cliente)"
        r"(?: por favor)?|(?:{a} )?(?:persona|alguien|encargad[oa]|supervisora?) por favor",
        r"no quiero (?:hablar con|a) (?:una |un |la |el )?(?:maquina|robot|bot|ordenador|computadora|contestador|"
        r"grabacion)|"
        r"(?:eres|es usted|es) (?:un |una )?(?:robot|maquina|bot)",
    ),
    Act.CANCEL: (
        r"(?:quiero |por favor )?(?:cancela|cancele|cancelar|deja|deje|dejar|para|pare|anula|anule|anular|olvida|"
        r"olvide|olvidar)(?:lo|melo)?(?: (?:eso|esto|todo))(?: por favor)?",
        r"(?:cancela|cancele|dejalo|dejelo|dejemoslo|anula|anule|olvidalo|olvidelo|olvidese|pare|cancelalo|"
        r"cancelelo)(?: (?:ya|por favor|asi))?|para (?:ya|por favor|asi)|cancelar$",
        r"(?:da igual|no importa|no pasa nada|es igual|no te preocupes|no se preocupe)|"
        r"(?:he cambiado|cambie) de (?:opinion|idea)|ya no (?:lo )?quiero(?: hacerlo)?|"
        r"(?:empecemos|empezar|empiece|empieza)(?: de nuevo| otra vez| desde el principio)",
    ),
    Act.GOODBYE: (
        r"adios|hasta (?:luego|pronto|manana|la vista|otra|ahora)|chao|chau|nos vemos|que (?:tenga|tengas|pase|"
        r"pases) "
        r"(?:un )?(?:buen|buena|lindo) (?:dia|tarde|noche|fin de semana)|que (?:le|te) vaya bien|cuidese|cuidate",
        r"(?:eso (?:es|era|seria) todo|ya esta(?: todo)?|nada mas|con eso (?:vale|basta|es suficiente)|"
        r"ya he terminado|"
        r"he terminado|ya termine)(?: (?:gracias|muchas gracias|por hoy|por ahora))*",
        r"no (?:gracias )?(?:eso es todo|nada mas)(?: (?:gracias|muchas gracias))?|(?:voy a colgar|tengo que irme|"
        r"me tengo "
        r"que ir|le dejo|te dejo)",
    ),
    Act.GREET: (
        r"(?:hola|buenos dias|buenas (?:tardes|noches)|muy buenas|buenas|buen dia|muy buenas|que tal|alo|oiga|"
        r"digame|saludos)"
        r"(?: (?:hola|buenos dias|buenas tardes|buenas noches|buenas|que tal))*",
        r"como (?:esta|estas|le va|te va)(?: usted)?|hay alguien(?: ahi)?|me (?:oye|oyes|escucha|escuchas)|"
        r"(?:esta|estas|sigue|sigues) ahi|mucho gusto|encantad[oa]",
    ),
    Act.THANK: (
        r"(?:muchas |muchisimas |mil )?gracias(?: (?:por (?:la|su|tu) (?:ayuda|atencion)|por todo))?|"
        r"(?:se|te) lo agradezco|muy amable",
    ),
    Act.UNSURE: (
        r"(?:pues )?no (?:lo )?(?:se|sabria decir(?:le|te)?|recuerdo|me acuerdo|tengo (?:ni )?idea)(?: (?:bien|"
        r"muy bien|"
        r"ahora(?: mismo)?|seguro))*|ni idea|no estoy (?:segur[oa]|muy segur[oa])|(?:se me ha|lo he) olvid(?:ado|o)|"
        r"quizas?|tal vez|puede ser|a lo mejor|depende",
    ),
    Act.CORRECT: (
        r"(?:mejor dicho|quiero decir|quise decir|queria decir|me he equivocado|me equivoque|corrijo|rectifico|"
        r"perdon (?:es|era)|no perdon|digo)",
    ),
    Act.CALL_BACK: (
        r"(?:quiero|quisiera|querria|necesito|me gustaria|prefiero|preferiria)(?: que)? (?:me (?:llame|llamen|"
        r"devuelvan)(?: la llamada)?(?: {a})*(?: {person})?|(?:{a} )*{person} me (?:llame|llamen))(?: por favor)?",
        r"(?:me )?(?:puede|puedes|pueden|podria|podrian)(?: {a})*(?: {person})? (?:llamar(?:me)?|devolver(?:me)? la "
        r"llamada)(?: por favor)?|(?:que )?me (?:llame|llamen)(?: {a})*(?: {person})?(?: por favor)?|"
        r"(?:llameme|llamenme|llamame)(?: por favor)?",
    ),
    Act.WHO: (
        r"(?:es|eres|es usted|hablo con|estoy hablando con) (?:usted )?(?:una? )?(?:persona(?: (?:real|de verdad))?|"
        r"humano|robot|maquina|bot|ordenador|computadora|grabacion|contestador)"
        r"(?: o (?:una? )?(?:persona|humano|robot|maquina))?",
        r"(?:con quien hablo|quien (?:es|eres)(?: usted)?|como (?:se llama|te llamas)(?: usted)?)",
    ),
    Act.OFFERS: (
        r"(?:en |con |para )?que (?:mas )?(?:me )?(?:puede|puedes|pueden|podria)(?: usted)? (?:hacer|ayudar(?:me)?|"
        r"ofrecer(?:me)?)(?: por mi)?|como (?:me )?(?:puede|puedes)(?: usted)? ayudar(?:me)?|"
        r"que (?:puedo|se puede) (?:hacer|preguntar)(?: aqui)?|que sabe(?:s)? hacer|para que sirves?",
    ),
    Act.NEUTRAL: (
        r"(?:perdon|perdone|perdona|disculpe|disculpa|lo siento)",
        r"(?:ya veo|entiendo|entendido|comprendo|comprendido|ah vale|ah si|ya|pues|genial|estupendo|fantastico)",
        r"(?:tengo una (?:pregunta|duda|consulta)|me (?:puede|puedes|podria) ayudar|necesito (?:ayuda|su ayuda)|"
        r"ayuda)",
    ),
}

WHOLE_TEXT: Final[Mapping[str, tuple[Act, ...]]] = {
    "ayuda": (Act.OFFERS,),
    "necesito ayuda": (Act.OFFERS,),
    "me puede ayudar": (Act.OFFERS,),
    "puede ayudarme": (Act.OFFERS,),
    "que": (Act.REPEAT,),
    "como": (Act.REPEAT,),
    "perdon": (Act.REPEAT,),
    "perdone": (Act.REPEAT,),
    "disculpe": (Act.REPEAT,),
    "mande": (Act.REPEAT,),
    "persona": (Act.WANT_HUMAN,),
    "una persona": (Act.WANT_HUMAN,),
    "alguien": (Act.WANT_HUMAN,),
    "genial": (Act.AFFIRM,),
    "estupendo": (Act.AFFIRM,),
    "fantastico": (Act.AFFIRM,),
    "entendido": (Act.AFFIRM,),
    "eso es todo": (Act.GOODBYE,),
    "yo": (Act.AFFIRM,),
    "para": (Act.CANCEL,),
}

ALSO: Final[Mapping[str, Act]] = {
    r"no (?:gracias )?(?:eso es todo|nada mas)\b.*": Act.DENY,
    r"nada mas.*": Act.DENY,
}

NEGATORS: Final = (
    r"(?:no|nunca|tampoco|sin)(?: (?:quiero|quisiera|necesito|puedo|hace falta|he|voy a|me gustaria|deseo|pienso|"
    r"digo))?"
    r"(?: (?:que|a|de|lo|la|le|me))*"
)

FILLERS: Final = frozenset(
    "eh em este pues bueno mira mire oye oiga a ver es que o sea entonces y pero por favor el la lo los las un una "
    "me te se le de del al en con ya muy ah ay si vale claro verdad sabe sabes ahora puede puedes podria".split()
)

BACKCHANNEL: Final = frozenset(
    "mm mhm hm aja ah eh si sip vale ok claro ya bien bueno genial perfecto entiendo entendido exacto eso es de "
    "acuerdo "
    "muy veo estupendo por supuesto".split()
)
