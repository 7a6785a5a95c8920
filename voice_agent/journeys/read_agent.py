"""agent.yaml to settings and texts. It looks at no other file: `check` compares them."""

from __future__ import annotations

import re
from typing import Final

import msgspec

from voice_agent.emergency import emergency_number
from voice_agent.journeys.pack import AgentSettings
from voice_agent.journeys.problems import Place
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node
from voice_agent.journeys.templates import Template, parse_template
from voice_agent.journeys.texts import BUILT_IN
from voice_agent.journeys.vocabulary import AGENT, LANGUAGES, RECORDING, TRANSFER

AGENT_FILE = "agent.yaml"
_ADDRESS: Final = re.compile(r"sips?:(?:[^\s@<>\"]+@)?[^\s@<>\"]+|tel:\+?[0-9A-Fa-f*#().\-]+(?:;[^\s<>\"]+)?")


class AgentFile(msgspec.Struct, frozen=True):
    """What agent.yaml says, and where: `text_places` for the author's texts, `places` for keys that others refer to."""

    settings: AgentSettings
    texts: dict[str, tuple[Template, ...]]
    text_places: dict[str, Place]
    places: dict[str, Place]


def read_agent(root: Node, reading: Reading) -> AgentFile:
    keys = reading.keys(root, AGENT)
    transfer_to, offer, addresses = _transfer(keys.get("transfer"), reading)
    settings = AgentSettings(
        name=_text(keys, "name", reading),
        voice=_text(keys, "voice", reading) if "voice" in keys else "default",
        language=_language(keys.get("language"), reading),
        greeting=reading.template(keys.get("greeting"), "greeting"),
        disclosure=reading.template(keys.get("disclosure"), "disclosure"),
        recording_notice=_notice(keys.get("recording"), reading),
        identification=reading.name(keys["identification"], "identification") if "identification" in keys else None,
        transfer_to=transfer_to,
        offer=offer,
        glossary=reading.texts(keys["glossary"], "glossary") if "glossary" in keys else (),
        addresses=addresses,
    )
    texts, places = _texts(keys.get("texts"), reading)
    return AgentFile(settings, texts, places, {name: node.place for name, node in keys.items()})


def _text(keys: dict[str, Node], name: str, reading: Reading) -> str:
    return reading.text(keys[name], name) if name in keys else ""


def _language(node: Node | None, reading: Reading) -> str:
    return reading.one_of(node, "the language", LANGUAGES) if node is not None else "en"


def _notice(node: Node | None, reading: Reading) -> Template | None:
    if node is None:
        return None
    keys = reading.keys(node, RECORDING)
    return reading.template(keys["notice"], "notice") if "notice" in keys else None


def _transfer(node: Node | None, reading: Reading) -> tuple[str, Template | None, dict[str, str]]:
    if node is None:
        return "", None, {}
    keys = reading.keys(node, TRANSFER)
    target = reading.text(keys["to"], "to") if "to" in keys else ""
    offer = reading.template(keys["offer"], "offer") if "offer" in keys else None
    return target, offer, _addresses(keys["addresses"], reading) if "addresses" in keys else {}


def _addresses(node: Node, reading: Reading) -> dict[str, str]:
    """Where each list's people can be reached; emergency services are nobody's colleagues."""
    found: dict[str, str] = {}
    for name, entry in reading.mapping(node, "addresses").items():
        address = reading.text(entry.node, f"the address of '{name}'")
        number = emergency_number(address)
        if number is not None:
            message = f"found '{address}', the emergency number {number}; allowed: an address that is none"
            reading.problems.add(entry.place, message, "Emergency services are never called by an agent.")
        elif address != "" and _ADDRESS.fullmatch(address) is None:
            message = f"found '{address}' for the address of '{name}'; allowed: a sip, sips or tel URI"
            reading.problems.add(entry.place, message, "Such as sip:desk@10.0.0.5 or tel:+15550100.")
        found[name] = address
    return found


def _texts(node: Node | None, reading: Reading) -> tuple[dict[str, tuple[Template, ...]], dict[str, Place]]:
    texts = {name: tuple(parse_template(text) for text in wordings) for name, wordings in BUILT_IN.items()}
    places: dict[str, Place] = {}
    if node is None:
        return texts, places
    for name, entry in reading.named(node, "texts").items():
        wordings = reading.templates(entry.node, f"the text '{name}'")
        places[name] = entry.place
        if wordings:
            texts[name] = wordings
    return texts, places
