"""agent.yaml to settings and texts. It looks at no other file: `check` compares them."""

from __future__ import annotations

import re
from typing import Final

import msgspec
import phonenumbers

from voice_agent.emergency import emergency_number
from voice_agent.journeys.pack import AgentSettings, Hold, Outgoing
from voice_agent.journeys.problems import Place, Problems
from voice_agent.journeys.reading import Reading
from voice_agent.journeys.source import Node
from voice_agent.journeys.templates import Template
from voice_agent.journeys.texts import built_in_texts
from voice_agent.journeys.vocabulary import (
    AGENT,
    BOUNDS,
    CHANNELS,
    HOLD,
    LANGUAGES,
    MACHINES,
    OUTGOING,
    RECORDING,
    SOFT_MUSIC,
    TRANSFER,
    UNDERSTANDERS,
)

AGENT_FILE = "agent.yaml"
_WAV: Final = re.compile(r"(?:[\w\-]+/)*[\w\-]+\.wav")
_ADDRESS: Final = re.compile(r"sips?:(?:[^\s@<>\"]+@)?[^\s@<>\"]+|tel:\+?[0-9A-Fa-f*#().\-]+(?:;[^\s<>\"]+)?")


class AgentFile(msgspec.Struct, frozen=True):
    """What agent.yaml says, and where: `text_places` for the author's texts, `places` for keys that others refer to."""

    settings: AgentSettings
    texts: dict[str, tuple[Template, ...]]
    text_places: dict[str, Place]
    places: dict[str, Place]


def read_agent(root: Node, problems: Problems) -> AgentFile:
    keys = Reading(problems).keys(root, AGENT)
    languages = _languages(root, keys, Reading(problems))
    reading = Reading(problems, languages)
    transfer_to, offer, addresses = _transfer(keys.get("transfer"), reading)
    settings = AgentSettings(
        name=_text(keys, "name", reading),
        voice=_text(keys, "voice", reading) if "voice" in keys else "default",
        language=languages[0],
        region=_region(keys["region"], reading) if "region" in keys else "US",
        greeting=reading.template(keys.get("greeting"), "greeting"),
        disclosure=reading.template(keys.get("disclosure"), "disclosure"),
        recording_notice=_notice(keys.get("recording"), reading),
        identification=reading.name(keys["identification"], "identification") if "identification" in keys else None,
        transfer_to=transfer_to,
        offer=offer,
        glossary=reading.texts(keys["glossary"], "glossary") if "glossary" in keys else (),
        addresses=addresses,
        languages=languages,
        channels=_channels(keys["channels"], reading) if "channels" in keys else CHANNELS,
        tone=_text(keys, "tone", reading),
        understander="local" if _understander(keys, reading) == "local" else "llm",
        outgoing=_outgoing(keys["outgoing"], reading) if "outgoing" in keys else None,
        hold=_hold(keys["hold"], reading) if "hold" in keys else None,
    )
    texts, places = _texts(keys.get("texts"), reading)
    return AgentFile(settings, texts, places, {name: node.place for name, node in keys.items()})


def _text(keys: dict[str, Node], name: str, reading: Reading) -> str:
    return reading.text(keys[name], name) if name in keys else ""


def _understander(keys: dict[str, Node], reading: Reading) -> str:
    key = "understander"
    return reading.one_of(keys[key], key, UNDERSTANDERS) if key in keys else "llm"


def _languages(root: Node, keys: dict[str, Node], reading: Reading) -> tuple[str, ...]:
    """`language: en` or `languages: [en, es]`; the first is the one a conversation begins in."""
    if ("language" in keys) == ("languages" in keys) and isinstance(root.content, dict):
        found = "both 'language' and 'languages'" if "language" in keys else "agent.yaml without 'language'"
        reading.problems.add(root.place, f"found {found}; allowed: one of 'language' and 'languages'")
    if "language" in keys:
        known = read_languages(keys["language"], LANGUAGES, reading)
    else:
        known = read_languages(keys["languages"], LANGUAGES, reading) if "languages" in keys else ()
    return known if known else ("en",)


def _channels(node: Node, reading: Reading) -> tuple[str, ...]:
    found = tuple(reading.one_of(item, "the channel", CHANNELS) for item in reading.items(node, "channels"))
    if isinstance(node.content, tuple) and not found:
        reading.problems.add(node.place, f"found no channel; allowed: {', '.join(CHANNELS)}")
    return tuple(dict.fromkeys(found))


def read_languages(node: Node, allowed: tuple[str, ...], reading: Reading) -> tuple[str, ...]:
    """The codes that `node` lists, each once; those that are not `allowed` are complained about."""
    items = node.content if isinstance(node.content, tuple) else (node,)
    found = [reading.one_of(item, "the language", allowed) for item in items]
    if not found:
        reading.problems.add(node.place, f"found no language; allowed: {', '.join(allowed)}")
    return tuple(dict.fromkeys(code for code in found if code in allowed))


def _region(node: Node, reading: Reading) -> str:
    region = reading.text(node, "region")
    if region != "" and region not in phonenumbers.SUPPORTED_REGIONS:
        message = f"found '{region}' for region; allowed: a country of ISO 3166-1, such as US, GB or ES"
        reading.problems.add(node.place, message)
        return "US"
    return region


def _notice(node: Node | None, reading: Reading) -> Template | None:
    if node is None:
        return None
    keys = reading.keys(node, RECORDING)
    return reading.template(keys["notice"], "notice") if "notice" in keys else None


def _outgoing(node: Node, reading: Reading) -> Outgoing:
    keys = reading.keys(node, OUTGOING)
    found = reading.one_of(keys["machine"], "machine", MACHINES) if "machine" in keys else ""
    return Outgoing(next((machine for machine in MACHINES if machine == found), "go_on"))


def _hold(node: Node, reading: Reading) -> Hold:
    keys = reading.keys(node, HOLD)
    music = reading.text(keys["music"], "music") if "music" in keys else ""
    if music not in ("", SOFT_MUSIC) and _WAV.fullmatch(music) is None:
        message = f"found '{music}' for music; allowed: {SOFT_MUSIC}, or a file of the folder such as hold.wav"
        reading.problems.add(keys["music"].place, message)
    after = reading.number(keys["after"], "after", *BOUNDS["after"]) if "after" in keys else Hold(music).after_s
    return Hold(music, after, keys["music"].place if "music" in keys else node.place)


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
    texts = built_in_texts(reading.languages)
    places: dict[str, Place] = {}
    if node is None:
        return texts, places
    for name, entry in reading.named(node, "texts").items():
        wordings = reading.templates(entry.node, f"the text '{name}'")
        places[name] = entry.place
        if wordings:
            texts[name] = wordings
    return texts, places
