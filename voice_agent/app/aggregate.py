"""Many workers' readings as one: sums for `/health`, a `worker` label for `/metrics`. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector


def merged(states: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Numbers are added up, flags are true where one is, trees are merged; of anything else the first counts."""
    out: dict[str, Any] = {}
    for state in states:
        for name, value in state.items():
            out[name] = value if name not in out else _together(out[name], value)
    return out


def _together(one: Any, other: Any) -> Any:
    match one, other:
        case bool(), bool():
            return one or other
        case ((int() | float()), (int() | float())):
            return one + other
        case Mapping(), Mapping():
            return merged([one, other])
        case _:
            return other if one is None else one


class AllMetrics(Collector):
    """`read` gives what each worker last printed (Prometheus' text format), by its name."""

    def __init__(self, read: Callable[[], Mapping[str, str]]) -> None:
        self._read = read

    def collect(self) -> Iterable[Metric]:
        families: dict[str, Metric] = {}
        for worker, text in self._read().items():
            for family in text_string_to_metric_families(text):
                into = families.setdefault(family.name, Metric(family.name, family.documentation, family.type))
                for sample in family.samples:
                    into.add_sample(sample.name, {**sample.labels, "worker": worker}, sample.value)
        return families.values()
