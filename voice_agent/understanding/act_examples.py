"""Sentences that the head for dialogue acts learns from: ways of saying it that no list of phrases covers.

By label (an act, or a level of annoyance) and language; one sentence a line. All written for this.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from voice_agent.understanding.act_kinds import Act

_ENGLISH: Final[Mapping[str, str]] = {
    Act.AFFIRM: """that would suit me very well
        I'm happy with all of that
        everything you said is as it should be
        you've understood me perfectly
        that matches what I have here
        I'd be glad if you did that for me
        please feel free to do so
        no objections from my side
        that's how I'd like it""",
    Act.DENY: """I would prefer you didn't do that
        that doesn't match what I have here
        you've got the wrong end of the stick
        none of that is how I said it
        I'm not interested in that at the moment
        that's the opposite of what I asked
        leave it the way it was
        I can't agree to that
        there's a mistake in what you just said""",
    Act.REPEAT: """my hearing isn't great, what was that last bit
        the line is bad, I lost you for a second there
        I wasn't paying attention, what were you asking
        sorry, there was a lorry going by, what was it
        could you go through all that for me one more time
        I lost track of what you were telling me
        what were my choices
        you cut out just now""",
    Act.SLOWER: """you're rattling it off, take your time
        I can't write that quickly
        could you leave a gap between the numbers
        I'm writing it down, not so quick
        please read it at dictation speed""",
    Act.SPELL: """which letters are in that
        is that with a c or with a k
        could you tell me the letters one after the other
        I don't know how that's written, give me the letters
        say it in alpha bravo charlie""",
    Act.HOLD_ON: """I need to go and fetch the letter from upstairs
        my handbag is in the other room, I'll be right back
        somebody's at my door, stay on the line
        I'm just turning on the computer
        let me find something to write with
        I have to ask my husband, don't hang up
        give us a chance to look for it
        I'm rummaging through my papers""",
    Act.WANT_HUMAN: """is it possible that one of your team rings me
        I'd feel better discussing this with a member of staff
        get somebody who can actually sort this out
        isn't there anyone in the office who could take this call
        I don't get on with these automatic things, who else is there
        I would rather explain it to one of your colleagues
        who is in charge there, let me have a word with them
        could you hand me over to your team please
        I need a proper conversation with one of your staff
        please have an employee take over from here""",
    Act.CANCEL: """let's leave this for another time
        I don't think I'll go through with it
        on second thoughts we can skip all of this
        don't do anything about it for now
        I'd like to back out of this
        let us not continue with that
        can we go back to the beginning and do something else""",
    Act.GOODBYE: """that was everything I wanted to know
        I won't keep you any longer
        then I have all I need, have a good one
        there was nothing else I needed from you
        speak to you another time then
        I'm off now, it was nice talking to you
        we're finished here""",
    Act.GREET: """hi there, how are you doing today
        good day to you
        is this the customer service
        hello, am I speaking to the right place
        I hope you're having a good day""",
    Act.THANK: """that was very kind of you
        you've been a great help
        I'm grateful that you took the time
        you are a star, that helped a lot
        I really value your help with this""",
    Act.UNSURE: """I'd have to look that up
        that's something I couldn't tell you
        it has slipped my mind completely
        I haven't got the foggiest
        I can't say off the top of my head
        you'd have to ask my wife, she knows""",
    "low": """I had hoped that this would have been settled by now
        it is not what I expected from you
        this has been more trouble than it should be
        I'm beginning to lose patience with it
        I thought this would be simpler
        it would have been nice to be told earlier""",
    "medium": """this is the third call about the same thing
        I've explained all of this to two of your colleagues
        how often do I have to go through this with you people
        every time I ring I get a different story
        you promised to call me back and nobody ever did
        I've been passed from one to the next all morning
        why does nothing ever work with you""",
    "high": """you people should be ashamed of yourselves
        I have never been treated so badly in my whole life
        you're all crooks and I want my money this minute
        I'll be taking this to court and to the newspapers
        to hell with you and your company
        I'm so angry I could scream""",
}
_SPANISH: Final[Mapping[str, str]] = {
    Act.AFFIRM: """eso me viene muy bien
        estoy contento con todo eso
        me ha entendido perfectamente
        coincide con lo que tengo aquí
        por mi parte no hay problema
        así es como lo quiero""",
    Act.DENY: """preferiría que no hiciera eso
        no coincide con lo que tengo aquí
        ahora mismo no me interesa
        es justo lo contrario de lo que he pedido
        déjelo como estaba
        hay un error en lo que acaba de decir""",
    Act.REPEAT: """no oigo muy bien, qué era lo último
        la línea está mal, le he perdido un momento
        no estaba atento, qué me preguntaba
        pasaba un camión, qué decía usted
        cuáles eran mis opciones
        se me ha escapado lo que decía""",
    Act.SLOWER: """no me da tiempo a escribirlo
        deje un hueco entre los números
        lo estoy apuntando, no corra tanto
        dígamelo a ritmo de dictado""",
    Act.SPELL: """qué letras lleva eso
        se escribe con be o con uve
        dígame las letras una detrás de otra
        no sé cómo se escribe, deme las letras""",
    Act.HOLD_ON: """tengo que ir a por la carta que está arriba
        mi bolso está en la otra habitación, ahora vuelvo
        están llamando a la puerta, no se vaya
        estoy encendiendo el ordenador
        voy a por algo para apuntar
        se lo pregunto a mi marido, siga en línea""",
    Act.WANT_HUMAN: """sería posible que me llamara uno de su equipo
        prefiero explicárselo a uno de sus compañeros
        no hay nadie en la oficina que pueda atender esta llamada
        no me aclaro con estas cosas automáticas, quién más hay
        quién manda ahí, quiero hablar con él
        que se ponga un empleado por favor
        necesito que me atienda alguien de verdad""",
    Act.CANCEL: """mejor lo dejamos para otro momento
        creo que al final no lo voy a hacer
        pensándolo bien podemos saltarnos todo esto
        no haga nada por ahora
        prefiero echarme atrás""",
    Act.GOODBYE: """eso era todo lo que quería saber
        no le entretengo más
        entonces ya tengo lo que necesito
        ya no necesito nada más de usted
        me voy, ha sido un placer""",
    Act.GREET: """hola, cómo está usted hoy
        es este el servicio de clientes
        hola, hablo con la empresa
        espero que tenga un buen día""",
    Act.THANK: """ha sido usted muy amable
        me ha sido de gran ayuda
        le estoy muy agradecido por su tiempo""",
    Act.UNSURE: """tendría que mirarlo
        eso no se lo puedo decir
        se me ha ido de la cabeza
        así de memoria no se lo digo""",
    "low": """esperaba que esto ya estuviera resuelto
        no es lo que esperaba de ustedes
        esto está dando más trabajo del que debería
        empiezo a perder la paciencia""",
    "medium": """es la tercera vez que llamo por lo mismo
        ya se lo he explicado a dos de sus compañeros
        cada vez que llamo me cuentan una historia distinta
        prometieron llamarme y nadie lo hizo
        llevo toda la mañana de uno a otro""",
    "high": """debería darles vergüenza
        nunca en mi vida me habían tratado tan mal
        son todos unos sinvergüenzas y quiero mi dinero ya
        voy a llevar esto a los tribunales y a los periódicos
        váyanse al diablo""",
}

ACT_EXAMPLES: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    language: {str(label): tuple(line.strip() for line in lines.splitlines()) for label, lines in table.items()}
    for language, table in (("en", _ENGLISH), ("es", _SPANISH))
}
"""Language to label to sentences."""
