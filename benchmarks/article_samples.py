"""Short articles and questions, written for this benchmark: does the agent answer what they say, and nothing else?

Questions of even index chose the threshold (`passage_ranking`), those of odd index are for reporting. Half of those
that nothing answers are about the same business.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Sample(msgspec.Struct, frozen=True):
    """`article` is the one that answers `question`, None where none does."""

    language: str
    question: str
    article: str | None


ARTICLES: Final[dict[str, tuple[str, str, str]]] = {
    "late_fees": (
        "en",
        "Late fees",
        "A late fee of 5 dollars is charged from the eleventh day after the due date. It is waived once a "
        "year if you ask.",
    ),
    "paperless": (
        "en",
        "Paperless bills",
        "Bills come by e-mail on the first of the month. You can switch back to paper in your account "
        "settings; paper costs one dollar a month.",
    ),
    "router_lights": (
        "en",
        "Router lights",
        "A steady green light means all is well. A blinking red light means that there is no signal on the "
        "line. Blue means that the router is updating itself.",
    ),
    "restart": (
        "en",
        "Restarting the router",
        "Pull the plug of the router, wait ten seconds and plug it in again. After two minutes the light is green.",
    ),
    "moving": (
        "en",
        "Moving house",
        "Tell us your new address two weeks before you move. Your contract moves with you and moving costs nothing.",
    ),
    "cancel": (
        "en",
        "Cancelling your contract",
        "You can cancel with one month of notice after the first year. Within the first year a fee of 60 "
        "dollars applies.",
    ),
    "speed": (
        "en",
        "Speeds of our plans",
        "Basic reaches 50 megabits a second, Plus 250 and Max 1000. Uploads are a fifth of that.",
    ),
    "wifi_password": (
        "en",
        "Changing the Wi-Fi password",
        "Open the page of your router at 192.168.1.1, choose Wireless and type a new password twice. All your"
        " devices have to log in again.",
    ),
    "returns": (
        "en",
        "Returning equipment",
        "Send the router back within 14 days after your contract has ended. The label for the parcel is free."
        " Otherwise we charge 80 dollars.",
    ),
    "roaming": (
        "en",
        "Using your mobile abroad",
        "In the European Union calls and data cost the same as at home. Elsewhere a day pass costs 6 dollars.",
    ),
    "hours": (
        "en",
        "Opening hours of our shops",
        "Our shops are open from Monday to Saturday, 9 to 6. On Sundays they are closed.",
    ),
    "autopay": (
        "en",
        "Paying automatically",
        "With autopay we take the amount of the bill from your card on its due date. You save 2 dollars a month.",
    ),
    "tarifas": (
        "es",
        "Recargo por pago atrasado",
        "A partir del undécimo día después del vencimiento se cobra un recargo de 5 euros. Una vez al año lo "
        "anulamos si nos lo pide.",
    ),
    "mudanza": (
        "es",
        "Mudanzas",
        "Avísenos dos semanas antes de mudarse. El contrato se traslada con usted y la mudanza es gratuita.",
    ),
    "router": (
        "es",
        "Reiniciar el router",
        "Desenchufe el router, espere diez segundos y vuelva a enchufarlo. A los dos minutos la luz está verde.",
    ),
    "horario": (
        "es",
        "Horario de las tiendas",
        "Nuestras tiendas abren de lunes a sábado, de 9 a 18 horas. Los domingos están cerradas.",
    ),
    "devolver": (
        "es",
        "Devolver el equipo",
        "Devuelva el router en un plazo de 14 días tras el fin del contrato. La etiqueta del paquete es gratuita.",
    ),
    "roamines": (
        "es",
        "El móvil en el extranjero",
        "En la Unión Europea las llamadas y los datos cuestan lo mismo que en casa. Fuera, el pase de un día "
        "cuesta 6 euros.",
    ),
}
"""Name -> language, title, text."""

SAMPLES: Final[tuple[Sample, ...]] = (
    Sample("en", "what happens if I pay my bill too late", "late_fees"),
    Sample("en", "how much is the penalty for late payment", "late_fees"),
    Sample("en", "can I get my bill on paper", "paperless"),
    Sample("en", "my router is blinking red, what does that mean", "router_lights"),
    Sample("en", "why is the light blue", "router_lights"),
    Sample("en", "how do I reboot my router", "restart"),
    Sample("en", "I am moving to a new flat next month", "moving"),
    Sample("en", "does it cost anything to take my contract to a new apartment", "moving"),
    Sample("en", "how do I end my contract", "cancel"),
    Sample("en", "what is the cancellation fee", "cancel"),
    Sample("en", "how fast is the plus plan", "speed"),
    Sample("en", "what upload speed do I get", "speed"),
    Sample("en", "how can I change my wifi password", "wifi_password"),
    Sample("en", "do I have to send back the modem", "returns"),
    Sample("en", "how long do I have to return the equipment", "returns"),
    Sample("en", "can I use my phone in Spain", "roaming"),
    Sample("en", "what does data cost in the United States", "roaming"),
    Sample("en", "when are you open on saturday", "hours"),
    Sample("en", "are your stores open on sunday", "hours"),
    Sample("en", "can you charge my card automatically", "autopay"),
    Sample("en", "is there a discount for automatic payment", "autopay"),
    Sample("es", "qué pasa si pago tarde", "tarifas"),
    Sample("es", "cuánto cuesta el recargo", "tarifas"),
    Sample("es", "me voy a mudar el mes que viene", "mudanza"),
    Sample("es", "cómo reinicio el router", "router"),
    Sample("es", "a qué hora abren las tiendas", "horario"),
    Sample("es", "abren los domingos", "horario"),
    Sample("es", "tengo que devolver el router", "devolver"),
    Sample("es", "puedo usar el móvil en Francia", "roamines"),
    Sample("es", "cuánto cuestan los datos en Estados Unidos", "roamines"),
    Sample("en", "do you sell televisions", None),
    Sample("en", "can I get a student discount", None),
    Sample("en", "do you have an app for my phone", None),
    Sample("en", "who is your chief executive", None),
    Sample("en", "what is the weather like tomorrow", None),
    Sample("en", "how do I set up a landline answering machine", None),
    Sample("en", "is there a data limit on my plan", None),
    Sample("en", "can I block spam calls", None),
    Sample("en", "do you offer home security cameras", None),
    Sample("en", "how do I watch football on your service", None),
    Sample("en", "can I have two contracts at one address", None),
    Sample("en", "what is the capital of France", None),
    Sample("en", "which bank do you work with", None),
    Sample("en", "do you have jobs for engineers", None),
    Sample("en", "can I get a static IP address", None),
    Sample("en", "does the router support IPv6", None),
    Sample("en", "can you tell me a joke", None),
    Sample("en", "how tall is the eiffel tower", None),
    Sample("en", "can I pause my contract while I travel", None),
    Sample("en", "is my neighbour also a customer", None),
    Sample("en", "what is five times eight", None),
    Sample("en", "do you plant trees", None),
    Sample("en", "can I pay with bitcoin", None),
    Sample("en", "how do I report a broken street cabinet", None),
    Sample("en", "what phones do you sell", None),
    Sample("en", "can I transfer my number from another provider", None),
    Sample("en", "is there a fee for calling the helpline", None),
    Sample("en", "do you ship to Canada", None),
    Sample("en", "how do I reset my voicemail pin", None),
    Sample("en", "what is your company registration number", None),
    Sample("es", "venden televisores", None),
    Sample("es", "hay descuento para estudiantes", None),
    Sample("es", "qué tiempo hará mañana", None),
    Sample("es", "quién es el director", None),
    Sample("es", "puedo pagar con bitcoin", None),
    Sample("es", "tienen cámaras de seguridad", None),
    Sample("es", "cómo bloqueo llamadas de spam", None),
    Sample("es", "puedo portar mi número", None),
    Sample("es", "cuál es la capital de Italia", None),
    Sample("es", "tienen trabajo para ingenieros", None),
)
