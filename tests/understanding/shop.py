"""A shop's journeys by their examples, in English and in Spanish: what sentences are understood against."""

from __future__ import annotations

from typing import Final

SHOP: Final[dict[str, dict[str, list[str]]]] = {
    "track_order": {
        "en": [
            "where is my order",
            "when will my package arrive",
            "I want to track my delivery",
            "my parcel hasn't come yet",
            "has my order been shipped",
            "track my order please",
        ],
        "es": [
            "dónde está mi pedido",
            "cuándo llega mi paquete",
            "quiero seguir mi envío",
            "no me ha llegado el pedido",
        ],
    },
    "return_item": {
        "en": [
            "I want to send something back",
            "how do I return an item",
            "this is broken and I want my money back",
            "can I get a refund",
            "I'd like to return my router",
            "it doesn't fit, I want to give it back",
        ],
        "es": [
            "quiero devolver un artículo",
            "está roto y quiero mi dinero",
            "quiero un reembolso",
            "cómo hago una devolución",
        ],
    },
    "change_address": {
        "en": [
            "I moved house",
            "change my address please",
            "I have a new address",
            "update where you send my post",
            "my address is wrong",
            "I need to change the delivery address",
        ],
        "es": [
            "me he mudado",
            "quiero cambiar mi dirección",
            "tengo una dirección nueva",
            "mi dirección está mal",
        ],
    },
    "cancel_contract": {
        "en": [
            "I want to cancel my contract",
            "please close my account",
            "I want to leave you",
            "end my subscription",
            "I don't need your service any more",
            "terminate my broadband",
        ],
        "es": [
            "quiero cancelar mi contrato",
            "quiero darme de baja",
            "cierren mi cuenta",
            "quiero anular la suscripción",
        ],
    },
    "pay_bill": {
        "en": [
            "I want to pay my bill",
            "how can I pay my invoice",
            "take a payment please",
            "I'd like to settle my balance",
            "can I pay by card",
            "make a payment",
        ],
        "es": [
            "quiero pagar mi factura",
            "puedo pagar con tarjeta",
            "quiero hacer un pago",
            "quiero liquidar mi saldo",
        ],
    },
    "book_visit": {
        "en": [
            "I need an engineer to come out",
            "book a technician visit",
            "can somebody come and look at my line",
            "arrange an appointment with an engineer",
            "reschedule my engineer appointment",
            "I want a technician to come to my house",
        ],
        "es": [
            "necesito que venga un técnico",
            "quiero pedir cita con un técnico",
            "que venga alguien a mirar la línea",
        ],
    },
}
