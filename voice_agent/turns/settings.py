"""Every number that turn-taking depends on, its unit in its name. The values are for telephone calls in English."""

from __future__ import annotations

from typing import Final

import msgspec

TRAILING_WORDS: Final = (
    *("and", "but", "or", "because", "if", "plus", "also", "like", "of", "to"),
    *("the", "a", "an", "my", "our", "your", "um", "uh", "er", "erm", "ehm", "it's", "i'm"),
    *("number is", "name is", "code is", "address is", "date is", "account is", "birth is", "birthday is"),
)
"""Words with which nobody ends a sentence, lower case; a pair must match as a whole."""

VERBS_BEFORE_MORE: Final = (
    *("change", "get", "book", "order", "know", "find", "make", "check", "ask", "tell", "move", "give", "see", "take"),
    *("bring", "send", "put", "set", "add", "use", "buy", "have", "need", "want", "like", "return", "update", "report"),
    *("schedule", "reschedule", "transfer", "say", "upgrade", "replace", "confirm", "arrange", "renew", "reach"),
    *("receive", "request", "discuss", "contact", "access", "reserve", "apply", "extend", "remove", "open", "speak"),
)
"""Verbs that seldom end a wish ("I'd like to change"): what is to be changed is still to come."""
GIVING_VERBS: Final = ("tell", "give", "send", "show", "get", "make", "bring", "lend", "sell", "let", "find", "read")
"""Verbs after which "me" and "us" seldom end a wish ("could you tell me")."""
PARTICIPLES_BEFORE_MORE: Final = ("trying", "calling", "wondering", "looking", "talking", "hoping", "asking")
"""The same for what stands without "to"."""


class RiseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When a sound that the network hardly takes for voice mutes the agent all the same (`rise`).

    It is `rise_db` above the line's own level, no quieter than `least_dbfs`, of `least_periodicity` (0 to 1) and at
    least `least_probability`, for `onset_ms`. For `limit_ms` at most it is on by its loudness alone. Of an answer that
    is about to begin, the first word waits for it, `wait_ms` at most.
    """

    rise_db: float = 15.0
    least_dbfs: float = -45.0
    least_probability: float = 0.05
    least_periodicity: float = 0.5
    onset_ms: int = 60
    limit_ms: int = 600
    wait_ms: int = 160


class NearVoiceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How soft a voice may be to be the caller's (`near_voice`).

    Softer than they usually are by `far_db` it is somebody else's; by `behind_db` where `behind_stretches` of the last
    40 stretches of what may have been voice (of 320 ms) were as soft as that: then people talk behind the caller. A
    voice that is on is spared `hangover_ms` of softness. `let_in_ms` of a soft voice, without gaps of more than
    `let_in_gap_ms` and where nobody was behind the caller, are let in: they may have turned away. What was left aside
    is told once it was `told_ms`, and then every `told_again_ms` at most.
    """

    far_db: int = 12
    behind_db: int = 9
    behind_stretches: int = 4
    hangover_ms: int = 200
    let_in_ms: int = 300
    let_in_gap_ms: int = 300
    told_ms: int = 300
    told_again_ms: int = 10_000


class SegmentSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How a row of speech probabilities becomes stretches of voice.

    Voice needs `on_probability` to begin and is lost below `off_probability`. It counts once it has lasted `onset_ms`.
    While the agent speaks these are `barge_in_probability` and `barge_in_onset_ms`, which only mute it: too soon for
    nothing costs a moment of silence, too late costs the caller's patience; but `echo_onset_ms` where the line has an
    echo. Frames quieter than
    `least_level_dbfs` are never voice. `dip_ms` of silence may be the beginning of a pause, `pause_ms` are one.
    """

    on_probability: float = 0.5
    off_probability: float = 0.35
    least_level_dbfs: float = -60.0
    onset_ms: int = 60
    barge_in_onset_ms: int = 20
    barge_in_probability: float = 0.3
    echo_onset_ms: int = 100
    dip_ms: int = 60
    pause_ms: int = 200
    pre_roll_ms: int = 400
    rise: RiseSettings = RiseSettings()
    near: NearVoiceSettings = NearVoiceSettings()


class OwnPauseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is learned of one caller's pauses: `quantile` of the newest `kept`, once there were `fewest`.

    `usual_us` at most: waiting longer after every sentence costs all of them more than it saves one. The newest
    `cut_offs_kept` after which a turn had been taken in vain count in full. Longer ones than `longest_us` are not
    hesitation: the caller went to look for something.
    """

    kept: int = 12
    fewest: int = 3
    quantile: float = 0.8
    usual_us: int = 550_000
    cut_offs_kept: int = 3
    longest_us: int = 3_000_000


class EndpointSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait after the end of voice before a turn is taken; `endpoint_table` and
    `endpoint_adjustments` say which applies when.

    `patience` scales all of it but the recogniser's time: the product's operating point is 1, `longest_us` the end.
    `finished_from` and `unfinished_below` are probabilities that a voice sounds finished; factors apply beyond them,
    `unfinished_factor` up to `unfinished_limit_us` in all.
    A clause that leans on another is one of up to `leaning_words`, or, joined to a sentence, of `joined_words`.
    """

    patience: float = 1.0
    transcript_wait_us: int = 5_000_000
    no_words_us: int = 600_000
    moment_us: int = 900_000
    clear_answer_us: int = 280_000
    complete_us: int = 260_000
    another_hearing_us: int = 600_000
    too_many_figures_us: int = 600_000
    enough_us: int = 650_000
    first_name_us: int = 1_000_000
    fragment_us: int = 600_000
    one_figure_short_us: int = 1_500_000
    incomplete_number_us: int = 2_600_000
    long_number_figures: int = 6
    incomplete_digits_us: int = 2_200_000
    incomplete_value_us: int = 1_500_000
    incomplete_us: int = 1_700_000
    trailing_us: int = 1_700_000
    spelling_us: int = 1_500_000
    yes_no_us: int = 450_000
    choice_us: int = 600_000
    figures_us: int = 900_000
    value_us: int = 1_000_000
    understood_us: int = 420_000
    sure_of_wish: float = 0.8
    all_said_us: int = 500_000
    needs_more_us: int = 1_400_000
    short_question_us: int = 850_000
    short_question_words: int = 6
    question_us: int = 480_000
    short_sentence_us: int = 960_000
    short_sentence_words: int = 5
    long_sentence_us: int = 480_000
    long_sentence_words: int = 8
    sentence_us: int = 760_000
    otherwise_us: int = 900_000
    finished_from: float = 0.7
    finished_factor: float = 0.8
    unfinished_below: float = 0.3
    unfinished_factor: float = 1.2
    unfinished_limit_us: int = 1_000_000
    own_pause_margin_us: int = 50_000
    own_pause_limit_us: int = 800_000
    own_pauses: OwnPauseSettings = OwnPauseSettings()
    noisy_below_db: int = 12
    noisy_us: int = 150_000
    preparing_us: int = 100_000
    longest_us: int = 4_000_000
    joined_words: int = 3
    leaning_words: int = 6
    trailing_words: tuple[str, ...] = TRAILING_WORDS
    verbs_before_more: tuple[str, ...] = VERBS_BEFORE_MORE
    giving_verbs: tuple[str, ...] = GIVING_VERBS
    participles_before_more: tuple[str, ...] = PARTICIPLES_BEFORE_MORE
    asking_words: tuple[str, ...] = ("what", "what's", "where", "where's", "when", "who", "which", "why", "how")
    joining_words: tuple[str, ...] = ("and", "but", "so", "or", "because", "then")
    contrasting_words: tuple[str, ...] = ("but", "because")
    subordinating_words: tuple[str, ...] = ("when", "if", "because", "since", "after", "before", "while", "although")


class InterruptionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of voice over the agent; `interruption` says which applies when.

    `look_us` after it began its words are asked for the first time, `second_look_us` later for the second, and then as
    long as nothing is decided; `look_past_dip_us` after a dip that was no pause; where the agent goes on meanwhile,
    after `look_again_us` and ever more seldom, up to `look_seldom_us`. `decide_us`: muted for so long, the agent stops
    or goes on by the words so far. `partial_words` of an unfinished sentence, of `partial_confidence`, are words
    enough, and one of `word_letters` is where the voice is at most `as_loud_db` softer than the caller usually is. No
    more than `doubtful_words` of less than `doubtful_confidence` are none, nor are more where they came faster than
    `letters_a_second`; of less than `alike_confidence` they may as well be a backchannel that the recogniser has for an
    alternative. `softer_db`: so much softer than the caller usually is, a voice is somebody else's. `voiced_us`: so
    much voice without a word known is an interruption. After `false_alarms` for nothing, voice doesn't mute the agent
    any more before there are words, until a turn is taken. `unheard_words`: what is read back counts as heard but for
    so many words at its end.
    """

    look_us: int = 220_000
    second_look_us: int = 120_000
    look_past_dip_us: int = 160_000
    look_again_us: int = 600_000
    look_seldom_us: int = 5_000_000
    decide_us: int = 600_000
    partial_words: int = 2
    partial_confidence: float = 0.25
    word_letters: int = 5
    as_loud_db: int = 3
    doubtful_words: int = 2
    doubtful_confidence: float = 0.3
    letters_a_second: int = 25
    alike_confidence: float = 0.5
    softer_db: int = 7
    voiced_us: int = 900_000
    false_alarms: int = 2
    unheard_words: int = 3


class SecondOpinionSettings(msgspec.Struct, frozen=True, kw_only=True):
    """When one of a few answers is believed that was not heard: `voice_agent.turns.second_opinion`.

    `least` is its log probability in the place of what was heard, `margin` by how much it is ahead of the next choice,
    `margin_for_beginnings` in the place of words that may be the beginning of an answer.
    No more than `most_answers` are asked about.
    """

    least: float = -9.0
    margin: float = 3.5
    margin_for_beginnings: float = 5.0
    most_answers: int = 12


class FloorSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Limits of the floor, each of which bounds how long one party can keep the other waiting.

    `track_slack_us`: how far the caller's track may lag behind the clock before its positions are no longer believed.
    `hold_limit_us`: for so long the agent stays muted at most.
    `playback_limit_us`: without news of playback for so long, an utterance is given up.
    `holding_silence_us`: how long nobody may speak after the caller asked for a moment (`silence_us`: otherwise).
    `reaction_us`: voice that begins this soon after the agent's is no reaction to it, but the caller who goes on.
    `hash_grace_us`: a `#` this soon after keys that were complete without it is the end of them, not a new key.
    """

    endpoint: EndpointSettings = EndpointSettings()
    interruption: InterruptionSettings = InterruptionSettings()
    second_opinion: SecondOpinionSettings = SecondOpinionSettings()
    track_slack_us: int = 400_000
    window_us: int = 25_000_000
    longest_turn_us: int = 60_000_000
    hold_limit_us: int = 1_500_000
    reaction_us: int = 350_000
    silence_us: int = 7_000_000
    holding_silence_us: int = 20_000_000
    deciding_limit_us: int = 10_000_000
    playback_limit_us: int = 60_000_000
    inter_digit_us: int = 2_500_000
    single_key_us: int = 1_500_000
    hash_grace_us: int = 2_000_000


class PlayoutSettings(msgspec.Struct, frozen=True, kw_only=True):
    """`limit_samples` of PCM are kept at most; `fade_samples` soften every cut.

    `samples_per_character` is how long speech takes, where a clause's real length isn't known yet.
    """

    limit_samples: int = 160_000
    fade_samples: int = 40
    samples_per_character: int = 560
