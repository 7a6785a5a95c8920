"""How annoyed a caller sounds, by words: rules over a table for each language. Tone of voice is not heard here.

"high" is anger and abuse, "medium" blames us or says that this is not the first time, "low" is displeased.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from voice_agent.conversation.commands import FRUSTRATION_LEVELS, Frustration
from voice_agent.understanding.words import fold_accents, normalise

_SHOUTED_WORDS: Final = 3
"""So many words in capitals, and no others, are shouted (in writing)."""

_TABLES: Final[Mapping[str, Mapping[Frustration, str]]] = {
    "en": {
        "high": r"(?:what the|for) (?:hell|fuck|heck)|fuck\w*|bull ?shit|shit\w*|piss(?:ed|ing)? (?:off|me)|bloody "
        r"(?:hell|useless|ridiculous)|damn(?:ed|it)?|goddamn|asshole|idiots?|morons?|"
        r"stupid (?:machine|robot|bot|thing|system|company|people)|(?:you(?: are|re)?|this is|youre all|absolutely|"
        r"completely|totally|bunch of|so) (?:\w+ )?(?:useless|pathetic|incompetent|liars|thieves|disgusting|"
        r"outrageous|"
        r"a scam|scammers)|"
        r"(?:im|i am|were) (?:\w+ )?(?:furious|livid|outraged|disgusted|sick of (?:this|you))|"
        r"(?:ill|i will|im going to|i am going to|ive contacted|im calling) (?:\w+ )?(?:sue|my lawyer|a lawyer|the "
        r"ombudsman|the regulator|the press)|see you in court|shut up|i hate (?:you|this company|your company)|"
        r"robbed|ripped (?:me )?off|rip off",
        "medium": r"ridiculous|unacceptable|joke of a|this is a joke|what a joke|are you (?:kidding|joking|serious)|"
        r"fed up|had enough|enough of this|sick and tired|waste of (?:my )?time|wasting my time|"
        r"(?:for the|the) (?:second|third|fourth|fifth|sixth|tenth|hundredth|umpteenth|\w+teenth) time|"
        r"(?:how many|so many|several|a hundred|a thousand|ten|five|four|three|multiple) times (?:already|do i|"
        r"now|before|"
        r"have i|must i)|"
        r"(?:i (?:have )?|ive )(?:already|just|literally)? ?(?:told you|said that|explained (?:this|that|it))"
        r"(?: (?:already|before|again|twice|\w+ times))|"
        r"(?:already|just) told you|you(?:re| are) not (?:listening|helping)|you (?:never|keep|always) (?:\w+ )?"
        r"(?:listen|understand|repeating|asking|saying|getting|doing)|"
        r"keep (?:getting|being) (?:passed|transferred|put|sent|the same)|nobody (?:helps|cares|listens|answers|"
        r"calls)|"
        r"no one (?:helps|cares|listens|answers|calls|ever)|"
        r"(?:terrible|awful|appalling|horrible|worst|disgraceful|shocking|useless|rubbish|poor|"
        r"bad) (?:\w+ )?(?:service|"
        r"company|experience|support)|disgrace|useless|(?:so|very|really|extremely|getting) (?:angry|frustrated|"
        r"annoyed|"
        r"upset|mad)|(?:im|i am) (?:angry|frustrated|annoyed|upset)|i want to (?:complain|make a complaint)|"
        r"driving me (?:mad|crazy|nuts|insane)|going (?:round|around) in circles|on hold for (?:hours|an hour|"
        r"ages|forever|"
        r"\w+ (?:minutes|hours))",
        "low": r"(?:not|isnt|wasnt) (?:very |really |at all )?(?:happy|pleased|satisfied|impressed|good enough|"
        r"helpful)|"
        r"(?:a bit|bit|rather|slightly|quite|little) (?:annoy\w+|frustrat\w+|disappoint\w+|upset\w*|irritat\w+)|"
        r"annoying|"
        r"frustrating|disappointed|disappointing|irritating|unhappy|still (?:waiting|not (?:working|here|"
        r"arrived|fixed))|"
        r"(?:waited|waiting|been waiting) (?:for )?(?:ages|forever|weeks|months|so long|too long|hours|days)|"
        r"taking (?:ages|forever|too long|so long)|"
        r"(?:yet )?again and again|once again|not again|oh come on|for (?:gods|heavens|goodness) sake|"
        r"how (?:much|many more) (?:longer|times)|how hard can it be|this isnt working|what a (?:mess|nuisance|"
        r"hassle)",
    },
    "es": {
        "high": r"joder|mierda|hostia|cono|puta\w*|cabron\w*|gilipollas|idiotas?|imbecil\w*|estupid[oa]s?|"
        r"inutil(?:es)?|"
        r"pendej\w+|carajo|chingad\w+|ladrones|estafador\w*|(?:es|son|menuda|vaya) (?:una |un )?(?:estafa|timo|robo|"
        r"asco|sinverguenza\w*)|(?:me )?(?:estan|estais) (?:robando|estafando|tomando el pelo)|"
        r"(?:estoy|me tienen|me teneis) (?:furios[oa]|indignad[oa]|hart[oa] de (?:ustedes|vosotros))|"
        r"(?:voy a|les voy a|os voy a) (?:denunciar\w*|demandar\w*)|mi abogado|callate|callese|vayanse? a",
        "medium": r"ridiculo|inaceptable|intolerable|una verguenza|es una broma|una tomadura de pelo|"
        r"(?:estoy|ya estoy) (?:muy |bastante |realmente )?(?:hart[oa]|enfadad[oa]|enojad[oa]|molest[oa]|"
        r"cansad[oa] de)|"
        r"hasta las narices|no puede ser|ya (?:le|te|os|se) (?:lo )?(?:he dicho|dije|he explicado|explique)|"
        r"(?:segunda|tercera|cuarta|quinta|decima|enesima) vez|cuantas veces|(?:tres|cuatro|cinco|diez|mil|"
        r"muchas) veces|"
        r"(?:perdida de|perder el|perdiendo el|hacen perder el) tiempo|no me (?:escucha|escuchas|entiende|"
        r"entiendes|ayuda|"
        r"ayudas)|nadie (?:me )?(?:ayuda|contesta|responde|llama|hace caso|soluciona)|(?:pesim[oa]|horrible|"
        r"malisim[oa]|"
        r"fatal|peor|mal) (?:servicio|atencion|empresa|compania)|servicio (?:pesimo|horrible|malisimo|fatal)|"
        r"(?:quiero|voy a) (?:poner una (?:queja|reclamacion)|quejarme|reclamar)|ya basta|esto es el colmo|"
        r"me (?:estan|esta) (?:volviendo loc[oa]|mareando)",
        "low": r"no (?:estoy|quede) (?:muy |nada )?(?:content[oa]|satisfech[oa]|conforme)|(?:un poco|"
        r"algo) (?:molest[oa]|"
        r"decepcionad[oa]|frustrad[oa]|enfadad[oa])|decepcionad[oa]|decepcionante|frustrante|"
        r"(?:sigo|llevo \w+ (?:dias|horas|semanas|meses|minutos)|llevo) esperando|"
        r"tarda(?:n|ndo)? (?:mucho|demasiado)|sigue sin (?:funcionar|llegar|ir)|otra vez lo mismo|que lio|que rollo|"
        r"vaya lio|no sirve (?:de|para) nada|por dios|no me gusta nada",
    },
}
_NOT_MEANT: Final[Mapping[str, str]] = {
    "en": r"\b(?:not|isnt|arent|wasnt|im not|never|no longer) (?:\w+ )?(?:angry|upset|annoyed|frustrated|"
    r"useless|mad)\b",
    "es": r"\bno (?:estoy|es|soy) (?:\w+ )?(?:enfadad[oa]|molest[oa]|hart[oa]|inutil)\b",
}
_COMPILED: Final = {
    language: {level: re.compile(rf"\b(?:{pattern})\b") for level, pattern in table.items()}
    for language, table in _TABLES.items()
}


def frustration_in(text: str, language: str = "en") -> Frustration | None:
    """The highest level that any of the words show, None for none."""
    tongue = language if language in _TABLES else "en"
    plain = fold_accents(normalise(text)) if tongue == "es" else normalise(text)
    plain = re.sub(_NOT_MEANT[tongue], "", plain)
    for level in reversed(FRUSTRATION_LEVELS):
        if _COMPILED[tongue][level].search(plain) is not None:
            return level
    letters = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 1]
    return "medium" if len(letters) >= _SHOUTED_WORDS and all(word.isupper() for word in letters) else None
