"""Keys in confidence, tick by tick: when an entry is complete, and for how long nothing is heard or kept."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.modem import modulated
from models.scripted import noise
from tests.testkit.key_tones import KEYS, key_tone, keys_in
from voice_agent.conversation import events as ev
from voice_agent.conversation import secure_events as sec
from voice_agent.conversation.actions import CallTool
from voice_agent.conversation.events import AnyEvent
from voice_agent.conversation.secure_actions import StartSecureCapture
from voice_agent.errors import SecureValueGone
from voice_agent.session.key_tones import has_key_tone
from voice_agent.session.secure_entry import (
    BETWEEN_KEYS_US,
    KEYS_LINGER_US,
    LONGEST_LINGER_US,
    SOUND_LINGERS_US,
    SecureEntry,
    State,
)
from voice_agent.session.vault import LIFE_US, Vault

CARD = "4111111111111111"
TICK_US = 20_000


class Hands:
    """A clock that ticks, a vault, and somebody at the keys."""

    def __init__(self, lengths: tuple[int, ...] = (15, 16), check: str = "luhn", timeout_us: int = 10_000_000) -> None:
        self._now_us = 0
        self.vault = Vault(self)
        self.entry = SecureEntry(self.vault)
        self.told: list[AnyEvent] = []
        self.asked = StartSecureCapture(1, "card", lengths, "luhn" if check == "luhn" else "none", timeout_us)
        self.entry.start(self.asked)

    def now_us(self) -> int:
        return self._now_us

    def tick(self, keys: str = "", *, voice: bool = False, tone: bool = False, speaking: bool = False) -> None:
        self._now_us += TICK_US
        self.told += self.entry.frame(list(keys), voice=voice, tone=tone, agent_speaking=speaking)

    def waits(self, duration_us: int, *, voice: bool = False, tone: bool = False, speaking: bool = False) -> None:
        for _ in range(duration_us // TICK_US):
            self.tick(voice=voice, tone=tone, speaking=speaking)

    def keys(self, keys: str) -> None:
        for key in keys:
            self.tick(key)
            self.waits(200_000)


def ends(hands: Hands) -> list[AnyEvent]:
    return [event for event in hands.told if isinstance(event, sec.SecureCaptured | sec.SecureCaptureFailed)]


def test_the_greatest_length_completes_it() -> None:
    hands = Hands()
    hands.keys(CARD)
    assert hands.told == [sec.SecureEntryStarted(1), sec.SecureCaptured("secure-1", 16, True, 1)]
    assert hands.vault.take("secure-1").reveal() == CARD


def test_a_hash_or_a_pause_completes_what_is_shorter() -> None:
    for by_hash in (True, False):
        hands = Hands((3, 4), "none")
        hands.keys("#12")
        hands.keys("3#" if by_hash else "3")
        hands.waits(BETWEEN_KEYS_US)
        assert ends(hands) == [sec.SecureCaptured("secure-1", 3, True, 1)]


@pytest.mark.parametrize(("keys", "length"), [("4111111111111112", 16), ("411#", 3)])
def test_what_cannot_be_right_is_not_kept(keys: str, length: int) -> None:
    hands = Hands()
    hands.keys(keys)
    assert ends(hands) == [sec.SecureCaptured("", length, False, 1)]
    assert len(hands.vault) == 0


def test_a_star_starts_again_and_then_gives_up() -> None:
    hands = Hands()
    hands.keys("99A*" + CARD)
    assert ends(hands) == [sec.SecureCaptured("secure-1", 16, True, 1)]
    gives_up = Hands()
    gives_up.keys("12**")
    assert ends(gives_up) == [sec.SecureCaptureFailed(1, "given_up")]


def test_no_keys_are_waited_for_only_while_the_agent_is_silent() -> None:
    hands = Hands()
    hands.waits(30_000_000, speaking=True)
    hands.waits(9_980_000)
    assert hands.told == []
    hands.tick()
    assert hands.told == [sec.SecureCaptureFailed(1, "no_keys")]


def test_who_speaks_is_told_once_for_each_time_and_never_while_keying() -> None:
    hands = Hands()
    hands.waits(300_000, voice=True)
    hands.waits(600_000)
    hands.waits(2_000_000, voice=True, speaking=True)
    hands.waits(600_000)
    assert hands.told == []
    hands.waits(3_000_000, voice=True)
    assert hands.told == [sec.SecureVoiceWithheld(1)]
    hands.waits(1_000_000)
    hands.waits(1_000_000, voice=True)
    assert len(hands.told) == 2
    hands.keys("4")
    hands.waits(3_000_000, voice=True)
    hands.waits(1_000_000, voice=True, tone=True)
    assert hands.told[2:] == [sec.SecureEntryStarted(1)]


def test_after_the_end_nothing_is_heard_until_the_line_is_calm() -> None:
    hands = Hands()
    hands.keys(CARD)
    hands.keys("99#")
    assert len(hands.told) == 2
    hands.waits(2_000_000, tone=True)
    assert hands.entry.silences
    hands.waits(280_000)
    assert hands.entry.silences
    hands.waits(40_000)
    assert not hands.entry.silences
    assert not hands.entry.withholds


def test_a_quick_answer_is_heard_while_keys_are_still_withheld() -> None:
    hands = Hands()
    hands.entry.stop(1)
    hands.waits(SOUND_LINGERS_US - TICK_US)
    assert hands.entry.silences
    hands.waits(TICK_US)
    assert not hands.entry.silences
    hands.waits(200_000, voice=True)
    assert not hands.entry.silences
    hands.tick("5")
    assert hands.entry.silences
    hands.waits(SOUND_LINGERS_US + TICK_US)
    assert not hands.entry.silences
    assert hands.entry.withholds
    hands.waits(KEYS_LINGER_US - SOUND_LINGERS_US)
    assert not hands.entry.withholds
    assert hands.told == []


def test_noise_does_not_withhold_for_ever() -> None:
    hands = Hands()
    hands.entry.stop(2)
    assert hands.entry.state is State.WAITING
    hands.entry.stop(1)
    hands.waits(LONGEST_LINGER_US, voice=True)
    assert not hands.entry.withholds


def test_a_capture_that_is_stopped_or_replaced_forgets() -> None:
    hands = Hands()
    hands.keys("411111")
    hands.entry.start(StartSecureCapture(2, "code", (3,), "none", 10_000_000))
    hands.keys("123")
    assert ends(hands) == [sec.SecureCaptured("secure-1", 3, True, 2)]
    assert hands.vault.take("secure-1").reveal() == "123"
    hands.entry.wipe()


@given(st.lists(st.sampled_from(["0", "7", "*", "#", "A", "", "v", "t"]), max_size=80))
def test_nothing_that_is_told_or_shown_has_a_figure_of_it(steps: list[str]) -> None:
    hands = Hands((4, 6), "none")
    for step in steps:
        if step in ("v", "t"):
            hands.waits(800_000, voice=step == "v", tone=step == "t")
        else:
            hands.tick(step)
    assert len(ends(hands)) <= 1
    for event in hands.told:
        assert not isinstance(event, ev.DigitPressed)
    assert "7" not in repr(hands.entry) + repr(hands.vault)


# The vault


def test_a_token_is_good_once_and_for_a_while() -> None:
    hands = Hands()
    token = hands.vault.keep(bytearray(b"123"))
    assert hands.vault.take(token).reveal() == "123"
    with pytest.raises(SecureValueGone):
        hands.vault.take(token)
    old = hands.vault.keep(kept := bytearray(b"456"))
    hands._now_us += LIFE_US
    with pytest.raises(SecureValueGone):
        hands.vault.take(old)
    assert kept == bytes(3)


def test_a_call_gets_all_of_its_digits_or_none() -> None:
    hands = Hands()
    token = hands.vault.keep(kept := bytearray(b"123"))
    asked = CallTool(1, "charge", {"amount": 4}, "write", "key", secure=(("code", token), ("card", "secure-9")))
    with pytest.raises(SecureValueGone):
        hands.vault.exchanged(asked)
    assert kept == bytes(3)
    token = hands.vault.keep(bytearray(b"123"))
    exchanged = hands.vault.exchanged(CallTool(1, "charge", {"amount": 4}, "write", "key", secure=(("code", token),)))
    assert exchanged.arguments["code"].reveal() == "123"
    assert "123" not in repr(exchanged)


def test_the_end_wipes_what_is_left() -> None:
    hands = Hands()
    hands.vault.keep(kept := bytearray(b"123"))
    hands.vault.wipe()
    assert len(hands.vault) == 0
    assert kept == bytes(3)


# Tones


def test_tones_of_keys_are_told_from_voice_and_noise() -> None:
    for key in KEYS:
        tone = key_tone(key, 100)
        assert all(has_key_tone(tone[at : at + 160]) for at in range(0, tone.size, 160))
        quiet = key_tone(key, 100, amplitude=300)
        assert has_key_tone(quiet[160:320])
    spoken = modulated("The quick brown fox.")
    frames = [spoken[at : at + 160] for at in range(0, spoken.size, 160)]
    assert sum(has_key_tone(frame) for frame in frames) < len(frames) / 20
    hiss = noise(1_000, 7)
    assert not any(has_key_tone(hiss[at : at + 160]) for at in range(0, hiss.size, 160))
    assert not has_key_tone(np.zeros(160, np.int16))


def test_the_tests_own_ears_hear_every_key() -> None:
    silence = np.zeros(800, np.int16)
    sound = np.concatenate([part for key in KEYS for part in (key_tone(key, 100, amplitude=600), silence)])
    assert keys_in(sound) == "".join(KEYS)
    assert keys_in(modulated("The quick brown fox jumps over the lazy dog.")) == ""
