"""Yes, no and the rest of what steers a conversation, in callers' words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.dialogue_acts import insists, is_backchannel, read_acts

PHRASES = {
    (
        Act.AFFIRM,
    ): """Yes.|Yeah|Yep!|Yup|yes please|Yes, please.|yes sir|Uh-huh.|Mm-hmm.|OK|Okay.|All right|Sure.|sure thing|
        Of course.|Absolutely|Definitely.|Exactly!|Precisely|Correct.|That's correct.|That is correct|That's right.|
        that's absolutely right|It's right|Right.|True|That sounds good.|sounds great|That'd be fine|I do|I am|It is|
        yes it is|
        Please do|Go ahead.|go for it|Do it|Let's do it|By all means|Why not?|I think so|I believe so|You got it|
        Confirmed|
        no problem, yes|No problem.|not wrong|That's not wrong|Yes, that's right, go ahead|That's it|um, yes|Yes. Yes.|
        yes that's perfect|that works|works for me|i agree|you bet|well yes|Um, yeah, sure|That's the one|perfect""",
    (Act.DENY,): """No.|Nope|Nah.|no no no|No, sir|No, thanks.|No thank you|Not really.|not exactly|Not at all|Not yet.|
        Of course not|Absolutely not!|definitely not|That's wrong.|That's not right.|That is not correct|
        that isn't right|
        That's not quite right|No, that's wrong|It's wrong|It's not.|It isn't|I don't think so|
        I don't think that's right|
        I do not|I don't|Please don't|Don't do that|wrong|Incorrect.|wrong number|never|I'd rather not|That's not it|
        no way|nothing|none|neither|negative|uh-uh|you're wrong|that's not what I said|that isn't what I wanted|
        not that one|
        it's not mine|no i don't|No sorry|I'm afraid not|don't cancel it|probably not|it doesn't|no um thanks""",
    (Act.AFFIRM, Act.DENY): "yeah, no|Yes. No.|okay, no",
    (Act.DENY, Act.AFFIRM): "no, yes|No, that's right",
    (Act.REPEAT,): """Can you repeat that?|Could you say that again, please?|Say that again|repeat please|Pardon?|
        I beg your pardon|Sorry?|What?|what did you say|What was that?|Come again?|again please|one more time|
        I didn't catch that|Sorry, I didn't hear you.|I can't hear you|could you repeat the question|once more|
        I didn't get that|excuse me|Huh?|could you please repeat it for me|what was the last part""",
    (
        Act.REPEAT,
        Act.SLOWER,
    ): """Slower please|Can you speak more slowly?|slow down|Please slow down a bit|you're going too fast|
        That was too fast for me|could you say that again more slowly|a bit slower|Not so fast""",
    (Act.HOLD_ON,): """Hold on.|Hang on a second|one moment please|Just a minute|just a sec|Wait.|wait a minute|
        Give me a second|Can you give me a moment?|Bear with me|Let me check|let me see|Let me get my glasses|
        let me find my account number|one second|Hold the line please|I'm looking for it|let me grab a pen""",
    (Act.WANT_HUMAN,): """I want to talk to a person|Can I speak to a human?|Agent!|representative|Operator, please.|
        I'd like to speak with someone|get me a human|Put me through to customer service|transfer me to an agent|
        Let me speak to your manager|connect me to a real person|I need to talk to somebody|a person please|
        I don't want to talk to a machine|Is there a person I can speak to?|I want a real person|talk to a human|
        could you please connect me with a representative""",
    (
        Act.CANCEL,
    ): "Cancel.|cancel that|Cancel this please|Never mind|forget it|Forget about it|stop|abort|I've changed my mind|"
    "start over|drop it|oh never mind",
    (
        Act.GOODBYE,
    ): "Bye.|Goodbye!|bye bye|Thanks, bye|See you later|Have a nice day|That's all|that's everything, thank you|"
    "I'm done|good night|take care|thank you, goodbye|i'm all set thanks",
    (
        Act.DENY,
        Act.GOODBYE,
    ): "No, thank you, goodbye|No, that's all|no that's everything thanks|nothing else, thank you|no bye",
    (Act.GREET,): "Hello?|Hi!|hey there|Good morning|good afternoon|Hi, how are you?|hello hello",
    (Act.AFFIRM, Act.WANT_HUMAN): "Yes, and I want to talk to a person",
    (): """I'm not sure|I don't know|no idea|Thank you.|thanks a lot|I see|you don't need to repeat that|maybe|um|
        Sorry about that|
        I want to cancel my order|my package is not here|where is my order|it's five five|""",
}
TABLE = [(phrase.strip(), acts) for acts, phrases in PHRASES.items() for phrase in phrases.split("|")]


@pytest.mark.parametrize(("phrase", "acts"), TABLE)
def test_a_phrase_is_read_as_its_acts_with_or_without_punctuation(phrase: str, acts: tuple[Act, ...]) -> None:
    plain = "".join(ch for ch in phrase.lower() if ch.isalnum() or ch in " '-")
    assert read_acts(phrase).acts == acts
    assert read_acts(plain).acts == acts
    assert read_acts(plain.replace("'", "").replace("-", " ")).acts == acts


def test_the_table_is_large_enough_to_mean_something() -> None:
    assert len(TABLE) >= 150


def test_a_person_who_is_not_wanted_is_no_wish_for_one() -> None:
    for text in ("I don't want to talk to a person", "no need to speak to a human", "I do not want an agent"):
        assert Act.WANT_HUMAN not in read_acts(text).acts, text


def test_what_no_phrase_covers_is_left_over() -> None:
    reading = read_acts("Yes, but it's the other order")
    assert reading.acts == (Act.AFFIRM,)
    assert reading.rest == "its other order"


@pytest.mark.parametrize(("text", "polarity"), [("yeah no", Act.DENY), ("no, yeah", Act.AFFIRM), ("hello", None)])
def test_the_last_of_yes_and_no_counts(text: str, polarity: Act | None) -> None:
    assert read_acts(text).polarity is polarity


@pytest.mark.parametrize(
    "text",
    [
        "All right.",
        "mm-hmm",
        "Mhm.",
        "yeah",
        "Okay.",
        "I see",
        "uh-huh",
        "right, okay",
        "got it",
        "haha",
        "",
        "hmm",
        "Mmm.",
        "of course",
    ],
)
def test_listening_noises_are_backchannels(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "no",
        "wait",
        "stop",
        "what",
        "yeah but no",
        "I",
        "hello",
        "okay I want to return it",
        "yes yes yes yes yes",
        "five",
    ],
)
def test_words_that_ask_for_the_floor_are_no_backchannels(text: str) -> None:
    assert not is_backchannel(text)


@given(st.text(max_size=80))
def test_any_text_is_survived(text: str) -> None:
    reading = read_acts(text)
    assert len(set(reading.acts)) == len(reading.acts)


@pytest.mark.parametrize(
    "text",
    [
        "No.",
        "no no",
        "Stop!",
        "Stop, please.",
        "Wait.",
        "Hang on a second.",
        "That's wrong.",
        "A person, please.",
    ],
)
def test_words_that_must_be_heard_insist(text: str) -> None:
    assert insists(text)
    assert not is_backchannel(text)


@pytest.mark.parametrize(
    "text",
    [
        "The bus will leave it is.",
        "There's somebody at the door.",
        "What?",
        "Okay.",
        "Dinner is nearly ready",
        "",
    ],
)
def test_other_words_do_not_insist(text: str) -> None:
    assert not insists(text)


@pytest.mark.parametrize("text", ["bb", "Bzzzzzzzz", "Vvvvvvvv", "Shui.", "Shu'er"])
def test_what_a_recogniser_writes_for_a_noise_or_a_mumbled_sure_asks_for_nothing(text: str) -> None:
    assert is_backchannel(text)


@pytest.mark.parametrize("text", ["no", "too", "zoo", "TV", "I'll", "A"])
def test_short_words_are_no_noise(text: str) -> None:
    assert not is_backchannel(text)
