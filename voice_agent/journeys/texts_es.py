"""The sentences an agent says by itself, in Spanish: the same names as in `texts`, polite (usted) throughout."""

from __future__ import annotations

from typing import Final

SPANISH: Final[dict[str, tuple[str, ...]]] = {
    "opening": ("¿En qué puedo ayudarle?", "¿Qué puedo hacer por usted?"),
    "outbound_greeting": ("Hola, le llama {agent.name}.",),
    "outbound_opening": ("¿Hay algo en lo que pueda ayudarle?",),
    "help": ("Dígame en pocas palabras qué necesita.",),
    "hello": ("Hola.",),
    "what_else": ("¿En qué puedo ayudarle?", "¿Qué más puedo hacer por usted?"),
    "anything_else": ("¿Puedo ayudarle en algo más?", "¿Algo más?"),
    "goodbye": ("Gracias por llamar a {agent.name}. Adiós.",),
    "unclear": ("Perdone, no le he entendido.", "Lo siento, sigo sin entenderle."),
    "out_of_scope": ("Lo siento, con eso no puedo ayudarle.", "Lo siento, eso no puedo hacerlo."),
    "hold_on": ("Tómese su tiempo.", "No hay problema, aquí estoy."),
    "one_moment": ("Un momento, por favor.", "Sigo mirando."),
    "still_there": ("¿Sigue usted ahí?",),
    "silence_goodbye": ("Ya no le oigo, así que voy a colgar. Puede volver a llamar cuando quiera. Adiós.",),
    "stopping": (
        "Lo siento, nuestro servicio va a detenerse y tengo que terminar la llamada. Vuelva a llamar dentro de unos "
        "minutos. Adiós.",
    ),
    "ending_soon": ("Lo siento, solo nos queda un minuto de llamada.",),
    "too_long": ("Lo siento, la llamada no puede durar más. Vuelva a llamar si necesita algo más. Adiós.",),
    "no_sound": ("Lo siento, no me llega su voz. Compruebe si tiene el micrófono apagado.",),
    "no_sound_goodbye": ("Sigo sin oír nada, así que voy a colgar. Vuelva a llamar. Adiós.",),
    "readback": ("He entendido {value}. ¿Es correcto?", "Entonces, {value}. ¿Es correcto?"),
    "explicit": ("Solo para asegurarme: {value}. ¿Es correcto?",),
    "implicit": ("{value}, gracias.",),
    "sorry": ("Perdone.", "Lo siento."),
    "wrong_length": ("He entendido {count} cifras, pero necesito {length}.",),
    "invalid": ("Lo siento, eso no me sirve.",),
    "not_a_date": ("Perdone, no conozco ese día. Diga el día y el mes, por favor.",),
    "not_a_time": ("Perdone, necesito una hora, por ejemplo las cuatro y media.",),
    "not_a_period": ("Perdone, necesito una parte del día o unos días, por ejemplo mañana por la mañana.",),
    "date_is_past": ("Ese día ya ha pasado.",),
    "date_is_to_come": ("Ese día aún no ha llegado.",),
    "not_listed": ("Lo siento, no encuentro eso.",),
    "what_change": ("De acuerdo. ¿Qué quiere cambiar?",),
    "cancelled": ("De acuerdo, lo dejo.",),
    "leaving": ("Antes de que se vaya: no hemos terminado del todo. ¿Lo dejamos así?",),
    "resume": ("Volvamos a lo que estábamos.",),
    "next_topic": ("Vamos ahora con su otra pregunta.",),
    "tool_failed": ("Lo siento, no ha funcionado.",),
    "try_again": ("¿Lo intento otra vez?",),
    "trouble": ("Lo siento, algo no funciona por mi parte.",),
    "offer_person": ("¿Quiere que le llame una persona de nuestro equipo?",),
    "connect": ("Le paso ahora con una persona de nuestro equipo. Un momento, por favor.",),
    "connect_failed": ("Lo siento, ahora mismo nadie puede atender su llamada.",),
    "transfer": ("Una persona de nuestro equipo le devolverá la llamada.",),
    "transfer_failed": ("Lo siento, no he podido apuntarle en la lista.",),
    "transfer_known": ("Una persona de nuestro equipo le llamará, ya lo he apuntado.",),
    "emergency": (
        "No puedo llamar a los servicios de emergencia. Si alguien está en peligro, cuelgue y marque usted mismo el "
        "número de emergencias, ahora.",
    ),
    "refused": ("Lo siento, eso no puedo hacerlo.",),
    "already_done": ("Eso ya está hecho, así que no puedo cambiarlo.",),
}
