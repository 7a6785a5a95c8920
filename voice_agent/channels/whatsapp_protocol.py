"""What the WhatsApp Business Cloud API sends and is sent: webhooks, and messages (`docs/whatsapp.md`). Pure.

    read(b'{"entry": [...]}', "106540352242922")  # Batch(messages=(Message("wamid.A", "15550100", ...),), statuses=())

Whatever is signed but has another form than these is left out and counted, so that one odd entry costs no other.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

import msgspec

from voice_agent.channels.mail import Answer, Batch, Message, Payload, Status

TEXT_LIMIT: Final = 4_096
"""Characters of a message that we send; with choices `BODY_LIMIT`."""
BODY_LIMIT: Final = 1_024
BUTTONS: Final = 3
BUTTON_TITLE: Final = 20
ROWS: Final = 10
ROW_TITLE: Final = 24
ID_LIMIT: Final = 256
"""Of a message's id; longer ones are none."""
SIGNATURE: Final = "x-hub-signature-256"

_ADDRESS: Final = re.compile(r"[0-9]{5,20}\Z")
_SILENT: Final = frozenset({"reaction", "system"})
"""What nobody expects an answer to."""
_SIGNED: Final = re.compile(r"sha256=([0-9a-fA-F]{64})\Z")


CODES: Final[Mapping[int, Answer]] = MappingProxyType(
    {
        131047: Answer.SHUT,
        **dict.fromkeys((1, 2, 4, 80007, 130429, 131000, 131016, 131048, 131056, 131057, 133004), Answer.LATER),
        **dict.fromkeys((0, 3, 10, *range(200, 300), 190, 368), Answer.DENIED),
        **dict.fromkeys((131005, 131031, 131042, 131045, 133010), Answer.DENIED),
    }
)
"""Error codes of the API (developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes); others are for good.
131047: the customer has not written for 24 hours, so that only templates may be sent."""


def is_signed(secret: str, body: bytes, signature: str | None) -> bool:
    """Whether `signature` (of the header `X-Hub-Signature-256`) is that of the raw `body`. In constant time."""
    found = _SIGNED.match(signature) if signature is not None else None
    if found is None:
        return False
    own = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    return hmac.compare_digest(own, found.group(1).lower())


def is_subscription(verify_token: str, mode: str | None, token: str | None) -> bool:
    """Whether a GET asks for its challenge back with our token."""
    return mode == "subscribe" and token is not None and hmac.compare_digest(verify_token.encode(), token.encode())


def read(body: bytes, number_id: str) -> Batch:
    """A webhook about our number. Raises ValueError for what is no JSON object."""
    try:
        tree = msgspec.json.decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
        raise ValueError(str(problem)[:200]) from problem
    if not isinstance(tree, dict):
        raise ValueError("a webhook is a JSON object")
    messages: list[Message] = []
    statuses: list[Status] = []
    left_out = 0
    for value in _values(tree):
        ours = _text(_dict(value.get("metadata")).get("phone_number_id")) == number_id
        for entry in _list(value.get("messages")):
            message = _message(entry) if ours else None
            if message is not None:
                messages.append(message)
            elif not ours or _dict(entry).get("type") not in _SILENT:
                left_out += 1
        for entry in _list(value.get("statuses")):
            status = _status(entry) if ours else None
            if status is not None:
                statuses.append(status)
            else:
                left_out += 1
    return Batch(tuple(messages), tuple(statuses), left_out)


def _values(tree: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for entry in _list(tree.get("entry")):
        for change in _list(_dict(entry).get("changes")):
            if _dict(change).get("field", "messages") == "messages":
                yield _dict(_dict(change).get("value"))


def _message(entry: Any) -> Message | None:
    """None for what nobody can or need answer."""
    found = _dict(entry)
    number, sender, form = _text(found.get("id")), _text(found.get("from")), _text(found.get("type"))
    sent = _text(found.get("timestamp"))
    if not 0 < len(number) <= ID_LIMIT or _ADDRESS.match(sender) is None or not form or form in _SILENT:
        return None
    sent_ms = int(sent) * 1_000 if sent.isascii() and sent.isdigit() and len(sent) <= 12 else 0
    text = _words(found, form)
    if text is None:
        return Message(number, sender, sent_ms, "text_without_words" if form == "text" else form)
    return Message(number, sender, sent_ms, "text", text)


def _words(found: dict[str, Any], form: str) -> str | None:
    """What a message says in words; of a choice the `id` that we gave it, which is the answer in full."""
    words: Any = None
    match form:
        case "text":
            words = _dict(found.get("text")).get("body")
        case "button":
            words = _dict(found.get("button")).get("text")
        case "interactive":
            chosen = _dict(found.get("interactive"))
            reply = _dict(chosen.get("button_reply")) or _dict(chosen.get("list_reply"))
            words = reply.get("id", reply.get("title"))
        case _:
            pass
    return words if isinstance(words, str) else None


def _status(entry: Any) -> Status | None:
    found = _dict(entry)
    state, recipient = _text(found.get("status")), _text(found.get("recipient_id"))
    key = _text(found.get("biz_opaque_callback_data"))
    if _ADDRESS.match(recipient) is None or len(key) > ID_LIMIT:
        return None
    error = next((_dict(one) for one in _list(found.get("errors"))), {})
    code = error.get("code")
    words = f"code {code}: {_text(error.get('title'))[:200]}"
    match state:
        case "sent" | "delivered" | "read":
            return Status(recipient, key, Answer.TAKEN, state)
        case "failed":
            return Status(
                recipient, key, CODES.get(code, Answer.NEVER) if isinstance(code, int) else Answer.NEVER, state, words
            )
        case _:
            return None


def payloads(recipient: str, text: str, choices: Sequence[str] = ()) -> list[Payload]:
    """The messages that say `text`; `choices`, where they fit, are buttons or a list below the last of them.

    A choice's `id` is the whole of it, its title as much as fits.
    """
    offered = choices if _fit(choices) else ()
    *parts, last = cut(text, BODY_LIMIT if offered else TEXT_LIMIT)
    around = {"messaging_product": "whatsapp", "recipient_type": "individual", "to": recipient}
    out: list[Payload] = [{**around, "type": "text", "text": {"body": part, "preview_url": False}} for part in parts]
    if offered:
        out.append({**around, "type": "interactive", "interactive": _interactive(last, offered)})
    else:
        out.append({**around, "type": "text", "text": {"body": last, "preview_url": False}})
    return out


def keyed(payload: Payload, key: str) -> Payload:
    """A message whose statuses say `key`."""
    return {**payload, "biz_opaque_callback_data": key}


def _fit(choices: Sequence[str]) -> bool:
    """Whether they can be shown: few enough, and told apart by what is shown of them."""
    most = BUTTON_TITLE if len(choices) <= BUTTONS else ROW_TITLE
    titles = {shown(choice, most) for choice in choices}
    whole = all(0 < len(choice.strip()) <= ID_LIMIT for choice in choices)
    return 0 < len(choices) <= ROWS and whole and len(titles) == len(choices)


def _interactive(text: str, choices: Sequence[str]) -> Payload:
    if len(choices) <= BUTTONS:
        replies = [{"id": choice, "title": shown(choice, BUTTON_TITLE)} for choice in choices]
        action: Payload = {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
        return {"type": "button", "body": {"text": text}, "action": action}
    rows = [{"id": choice, "title": shown(choice, ROW_TITLE)} for choice in choices]
    return {"type": "list", "body": {"text": text}, "action": {"button": "…", "sections": [{"rows": rows}]}}


def shown(choice: str, most: int) -> str:
    """As much of a choice as fits, its first letter a capital."""
    words = choice.strip()
    words = words[:1].upper() + words[1:]
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def cut(text: str, most: int) -> list[str]:
    """`text` in parts of at most `most` characters, between words where it has any. At least one part."""
    parts: list[str] = []
    rest = text.strip()
    while len(rest) > most:
        at = rest.rfind(" ", 1, most + 1)
        at = at if at > 0 else most
        parts.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*parts, rest]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
