"""Whisper on a short window: words in one stretch of telephone speech, on one thread.

Whisper was trained on windows of 30 s and pads every utterance to that, which makes its latency flat (1.1 s here).
This decoder pads the spectrogram by seven seconds only, 2.5 to 6 times faster; where the shorter window makes it loop,
or leaves it unsure or short of digits, and there is time, it takes the full one (`models.second_looks`). It looks at
nothing but the audio, in steps: between two of them it may be given up.
"""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import ctranslate2
import msgspec
import numpy as np
import numpy.typing as npt
import tokenizers

from models.closed_set import PREFIX, answers_in, candidates, log_probability, ranked
from models.engines import Steps, finished
from models.log_mel import BANDS, FRAMES_PER_SECOND, log_mel
from models.resample import upsample_2x
from models.second_looks import (
    is_whole_number,
    tells_a_count,
    wants_alternatives,
    wants_full_window,
    wants_wider_window,
)
from models.transcript_checks import Hypothesis, collapsed, is_noise, loops, plain, said_once, without_annotations
from voice_agent.audio import RATE_HZ, Pcm, silence
from voice_agent.errors import ModelCorrupt
from voice_agent.ports.likely import Likely
from voice_agent.ports.speech import ENGLISH, Languages, Recognition

FULL_FRAMES: Final = 3_000
PADDING_FRAMES: Final = 700
"""Less makes the decoder loop: word error rate 29 % and more at 300 frames."""
WIDER_PADDING_FRAMES: Final = 1_200
"""For a second look at a text that breaks off; twice the time of the first, a third of the full window's."""
CHUNK_S: Final = 28
_MARGIN: Final[Pcm] = silence(RATE_HZ // 4)
"""A word without silence around it is misheard: 33 instead of 26 of 50 spoken digits are right with this."""
_FULL_WINDOW_US: Final = 1_500_000
"""What a decode of the full window is taken to cost until one has been timed."""
_JOINTS: Final = (",", "\u0120,", "-", "\u0120-")
"""What Whisper may put between figures, a token each: a number without them takes half as many steps. It is believed
only where it is whole, as digits said twice may melt into one."""
_SILENT_S: Final = 10.0
"""As if so much had been said: longer than what alternatives are searched for."""
_SECOND_OPINION_US: Final = 500_000
"""With less time left nobody is asked whether an expected answer was meant; it takes a tenth of a second."""
_TOKENS_PER_SECOND: Final = 8
_BEAMS: Final = 5
_PROMPT: Final = ("<|startoftranscript|>", "<|en|>", "<|transcribe|>", "<|notimestamps|>")
_ENGLISH_PROMPT: Final = ("<|startoftranscript|>", "<|notimestamps|>")
"""Of models that know English only: they were trained without language and task."""
_TELLING_S: Final = 1.0
"""Of speech: in less, languages are not told apart."""
_SURE_OF_LANGUAGE: Final = 0.8
"""Of the probability of all languages that may be spoken."""
_NO_SPEECH_SOUNDS: Final = -1
"""Stands for the tokens that the model's own configuration suppresses."""
_END: Final = "<|endoftext|>"
_LOOPS_IN_NOISE: Final = 0.5
_LOOPING_CONFIDENCE: Final = 0.2
"""What a text is worth that was repaired by hand: the conversation should ask again or confirm."""


class Whisper:
    """`BlockingRecogniser` over a CTranslate2 model directory, quantised to 8 bits at load (about 220 MB)."""

    def __init__(self, directory: Path, *, engine: str, english_only: bool = False) -> None:
        self._engine = engine
        self._model = ctranslate2.models.Whisper(
            str(directory), device="cpu", compute_type="int8", intra_threads=1, inter_threads=1
        )
        self._tokenizer: tokenizers.Tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
        self._english_only = english_only
        self._language = ""
        self._others: Languages = ()
        self._prompt = [self._token(name) for name in (_ENGLISH_PROMPT if english_only else _PROMPT)]
        self._end = self._token(_END)
        joints = (self._tokenizer.token_to_id(each) for each in _JOINTS)
        self._joints = [number for number in joints if number is not None]
        self._full_us = _FULL_WINDOW_US
        self._encoded: tuple[ctranslate2.StorageView, int] | None = None
        """The sound decoded last, and how many of its frames are no padding."""
        # The first look is slower than all others: nobody waits for this one.
        finished(self._look(np.zeros((BANDS, FRAMES_PER_SECOND), np.float32), PADDING_FRAMES, "open", _SILENT_S))

    def transcribe(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Recognition:
        """Words in `pcm`; empty text where there were none. Audio over 28 s is decoded in pieces and joined."""
        return finished(self.steps(pcm, expects=expects, budget_us=budget_us, languages=languages))

    def steps(self, pcm: Pcm, *, expects: str, budget_us: int, languages: Languages = ENGLISH) -> Steps[Recognition]:
        """The same, a step being a pass of the encoder or one search. One recognition at a time: what is begun is
        finished or given up before the next begins."""
        started_us = time.perf_counter_ns() // 1_000
        self._speak(languages, pcm, expects)
        deadline_us = started_us + budget_us
        size = CHUNK_S * RATE_HZ
        pieces = [pcm[start : start + size] for start in range(0, pcm.size, size)]
        heard: list[Recognition] = []
        for piece in pieces:
            heard.append((yield from self._decode(piece, expects, deadline_us)))
        spoken = [piece for piece in heard if piece.text != ""]
        if len(spoken) == 1:
            text, alternatives, confidence = spoken[0].text, spoken[0].alternatives, spoken[0].confidence
        else:
            text, alternatives = " ".join(piece.text for piece in spoken), ()
            confidence = min((piece.confidence for piece in spoken), default=0.0)
        likely: tuple[Likely, ...] = ()
        if len(pieces) == 1 and expects.startswith(PREFIX):
            yield
            likely = self._liken(Recognition(text, alternatives), answers_in(expects), deadline_us)
        took_us = time.perf_counter_ns() // 1_000 - started_us
        return Recognition(
            text, alternatives, confidence, self._engine, took_us, language=self._language, likely=likely
        )

    def _liken(self, heard: Recognition, answers: tuple[str, ...], deadline_us: int) -> tuple[Likely, ...]:
        """How well `answers` fit the sound decoded last, where none of them was `heard` in it."""
        asked = candidates(heard, answers)
        if not asked or self._encoded is None or deadline_us - time.perf_counter_ns() // 1_000 < _SECOND_OPINION_US:
            return ()
        encoded, frames = self._encoded
        befores = [self._tokens(each.before) for each in asked]
        texts = [before + self._tokens(each.answer) for before, each in zip(befores, asked, strict=True)]
        repeated = np.repeat(np.asarray(encoded), len(asked), axis=0)
        found = self._model.align(ctranslate2.StorageView.from_array(repeated), self._prompt, texts, frames)
        sums = [log_probability(each.text_token_probs[len(b) :]) for b, each in zip(befores, found, strict=True)]
        return ranked(heard.text, asked, sums)

    def _speak(self, languages: Languages, pcm: Pcm, expects: str) -> None:
        """From now on words are asked for in the first, or in another of them where the sound surely is in that."""
        several = len(languages) > 1 and not self._english_only and expects == "open"
        told_apart = several and _spoken_s(pcm) >= _TELLING_S
        self._others = languages if told_apart else ()
        self._ask_in(languages[0])

    def _ask_in(self, language: str) -> None:
        if not self._english_only:
            self._language = language
            self._prompt[1] = self._token(f"<|{language}|>")

    def _tell(self, encoded: ctranslate2.StorageView) -> None:
        """Which of the languages it is, by the sound alone: one step of the decoder, once for each recognition."""
        languages, self._others = self._others, ()
        if not languages:
            return
        likely = {token.strip("<|>"): chance for token, chance in self._model.detect_language(encoded)[0]}
        total = sum(likely.get(language, 0.0) for language in languages)
        best = max(languages, key=lambda language: likely.get(language, 0.0))
        if total > 0 and likely.get(best, 0.0) >= _SURE_OF_LANGUAGE * total:
            self._ask_in(best)

    def _decode(self, pcm: Pcm, expects: str, deadline_us: int) -> Steps[Recognition]:
        if not pcm.any():
            return Recognition("", confidence=0.0)
        padded = np.concatenate((_MARGIN, pcm, _MARGIN)).astype(np.float32)
        mel = log_mel(upsample_2x(padded / np.float32(32_768)))
        spoken_s, short_answer = _spoken_s(pcm), expects != "open"
        hypotheses, no_speech = yield from self._look(mel, PADDING_FRAMES, expects, spoken_s)
        heard = _judged(hypotheses, no_speech, spoken_s, short_answer=short_answer)
        if wants_wider_window(heard, expects, spoken_s) and self._fits(WIDER_PADDING_FRAMES, deadline_us):
            wider, no_speech = yield from self._look(mel, WIDER_PADDING_FRAMES, expects, spoken_s)
            hypotheses = sorted([*wider, *hypotheses], key=_mean_cost)
            heard = _judged(hypotheses, no_speech, spoken_s, short_answer=short_answer)
        unclear = wants_full_window(heard, expects, spoken_s) or loops(hypotheses[0].text, spoken_s)
        if unclear and self._fits(FULL_FRAMES, deadline_us):
            hypotheses, no_speech = yield from self._look(mel, FULL_FRAMES, expects, spoken_s)
            return _judged(hypotheses, no_speech, spoken_s, short_answer=short_answer)
        return heard

    def _fits(self, padding_frames: int, deadline_us: int) -> bool:
        left_us = deadline_us - time.perf_counter_ns() // 1_000
        return left_us > self._full_us * 3 // 2 * padding_frames // FULL_FRAMES

    def _look(
        self, mel: npt.NDArray[np.float32], padding_frames: int, expects: str, spoken_s: float
    ) -> Steps[tuple[list[Hypothesis], float]]:
        """Hypotheses, best first, and the probability that there is no speech."""
        started_ns = time.perf_counter_ns()
        frames = min(FULL_FRAMES, mel.shape[1] + padding_frames)
        window = np.zeros((1, BANDS, frames - frames % 2), np.float32)
        kept = min(mel.shape[1], window.shape[2])
        window[0, :, :kept] = mel[:, :kept]
        encoded = self._model.encode(ctranslate2.StorageView.from_array(window))
        self._encoded = (encoded, kept)
        yield
        self._tell(encoded)
        longest = len(self._prompt) + 10 + mel.shape[1] * _TOKENS_PER_SECOND // FRAMES_PER_SECOND
        if padding_frames == PADDING_FRAMES and tells_a_count(expects):
            found_fast = self._search(encoded, 1, longest, self._joints)
            if is_whole_number(_judged(*found_fast, spoken_s, short_answer=True), expects):
                return found_fast
            yield
        hypotheses, no_speech = self._search(encoded, 1, longest)
        if wants_alternatives(_judged(hypotheses, no_speech, spoken_s, short_answer=True), expects, spoken_s):
            yield
            # A beam alone may end early and lose the second half of a sentence; the greedy search never did.
            others, _ = self._search(encoded, _BEAMS, longest)
            found = {other.text: other for other in others if other.text != hypotheses[0].text}
            hypotheses = [*hypotheses, *found.values()]
            hypotheses.sort(key=_mean_cost)
        if padding_frames == FULL_FRAMES:
            took_us = (time.perf_counter_ns() - started_ns) // 1_000
            self._full_us = (3 * self._full_us + took_us) // 4
        return hypotheses, no_speech

    def _search(
        self, encoded: ctranslate2.StorageView, beams: int, longest: int, suppressed: Sequence[int] = ()
    ) -> tuple[list[Hypothesis], float]:
        result = self._model.generate(
            encoded,
            [self._prompt],
            beam_size=beams,
            num_hypotheses=beams,
            max_length=longest,
            suppress_tokens=[_NO_SPEECH_SOUNDS, *suppressed],
            return_scores=True,
            return_no_speech_prob=True,
        )[0]
        hypotheses = [
            # The score is the mean over the tokens and the one that ends the text.
            Hypothesis(self._text(tokens), score * (len(tokens) + 1), len(tokens) + 1)
            for tokens, score in zip(result.sequences_ids, result.scores, strict=True)
        ]
        return hypotheses, float(result.no_speech_prob)

    def _token(self, name: str) -> int:
        number = self._tokenizer.token_to_id(name)
        if number is None:
            raise ModelCorrupt(f"the tokenizer of {self._engine} has no {name}", hint="it belongs to another model")
        return number

    def _tokens(self, words: str) -> list[int]:
        """Of words that stand in a text; none of none."""
        found: list[int] = self._tokenizer.encode(f" {words}", add_special_tokens=False).ids if words else []
        return found

    def _text(self, tokens: list[int]) -> str:
        words: str = self._tokenizer.decode([token for token in tokens if token < self._end])
        return without_annotations(words)


def _mean_cost(hypothesis: Hypothesis) -> float:
    return -hypothesis.log_probability / hypothesis.tokens


def _spoken_s(pcm: Pcm) -> float:
    """Seconds from the first to the last 10 ms that are within 30 dB of the loudest, at least 0.1."""
    size = RATE_HZ // 100
    blocks = pcm[: pcm.size // size * size].reshape(-1, size).astype(np.float32)
    if blocks.size == 0:
        return 0.1
    power = np.square(blocks).mean(axis=1)
    loud = np.flatnonzero(power >= power.max() / 1_000)
    return max(0.1, float(loud[-1] - loud[0] + 1) / 100)


def _judged(hypotheses: list[Hypothesis], no_speech: float, spoken_s: float, *, short_answer: bool) -> Recognition:
    """The best hypothesis with the belief of all that say the same words; different words as alternatives."""
    hypotheses = [_repaired(hypothesis, spoken_s) for hypothesis in hypotheses]
    best = hypotheses[0]
    words = plain(best.text)
    alike = [hypothesis for hypothesis in hypotheses if plain(hypothesis.text) == words]
    likeliest = max(hypothesis.log_probability for hypothesis in alike)
    believed = likeliest + math.log(sum(math.exp(item.log_probability - likeliest) for item in alike))
    confidence = min(1.0, math.exp(believed / max(hypothesis.tokens for hypothesis in alike)))
    if is_noise(best.text, confidence, no_speech, short_answer=short_answer):
        return Recognition("", confidence=confidence)
    if loops(best.text, spoken_s):
        if no_speech >= _LOOPS_IN_NOISE:
            return Recognition("", confidence=confidence)
        return Recognition(collapsed(best.text), confidence=min(confidence, _LOOPING_CONFIDENCE))
    others: dict[str, str] = {}
    for hypothesis in hypotheses:
        said = plain(hypothesis.text)
        if said not in ("", words) and not loops(hypothesis.text, spoken_s):
            others.setdefault(said, hypothesis.text)
    return Recognition(best.text, tuple(others.values()), confidence)


def _repaired(hypothesis: Hypothesis, spoken_s: float) -> Hypothesis:
    once = said_once(hypothesis.text, spoken_s)
    return hypothesis if once is None else msgspec.structs.replace(hypothesis, text=once)
