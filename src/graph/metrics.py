"""All counters, in the words of Prometheus (text format 0.0.4)."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter as Tally
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate
from typing import Any

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)


class Metrics:
    """What happened since the start. Nothing in it tells who asked, or what."""

    def __init__(self) -> None:
        self.responses: Tally[int] = Tally()
        self.problems: Tally[str] = Tally()
        self._evaluations: dict[str, list[int]] = {}
        self._seconds: Tally[str] = Tally()

    def evaluated(self, outcome: str, seconds: float) -> None:
        """A query ended: `ok`, or the code of its error."""
        counts = self._evaluations.setdefault(outcome, [0] * (len(_SECONDS) + 1))
        counts[bisect_left(_SECONDS, seconds)] += 1
        self._seconds[outcome] += seconds  # type: ignore[assignment]

    def render(
        self,
        gauges: Mapping[str, tuple[str, float]],
        counts: Mapping[str, tuple[str, float]],
        services: Mapping[tuple[str, str], int],
    ) -> bytes:
        """Everything, with gauges and counts read now: name to help and value; of `services`, by target and outcome."""
        from prometheus_client import CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(_Current(self._families(gauges, counts, services)))  # type: ignore[arg-type]
        return generate_latest(registry)

    def _families(
        self,
        gauges: Mapping[str, tuple[str, float]],
        counts: Mapping[str, tuple[str, float]],
        services: Mapping[tuple[str, str], int],
    ) -> Iterator[Any]:
        from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily

        for name, (text, value) in gauges.items():
            yield GaugeMetricFamily(f"passerelles_{name}", text, value=value)
        for name, (text, value) in counts.items():
            yield CounterMetricFamily(f"passerelles_{name}", text, value=value)
        responses = CounterMetricFamily("passerelles_responses", "Responses, by status.", labels=["status"])
        for status, number in sorted(self.responses.items()):
            responses.add_metric([str(status)], number)
        yield responses
        problems = CounterMetricFamily("passerelles_problems", "Errors answered, by code.", labels=["code"])
        for code, number in sorted(self.problems.items()):
            problems.add_metric([code], number)
        yield problems
        asked = CounterMetricFamily(
            "passerelles_service_requests",
            "Requests to the targets of SERVICE that are listed, by outcome.",
            labels=["target", "outcome"],
        )
        for labels, number in sorted(services.items()):
            asked.add_metric(labels, number)
        yield asked
        evaluations = HistogramMetricFamily(
            "passerelles_evaluation_seconds",
            "Seconds from the acceptance of a query to its end, by outcome.",
            labels=["outcome"],
        )
        for outcome, tallied in sorted(self._evaluations.items()):
            bounds = [*map(str, _SECONDS), "+Inf"]
            evaluations.add_metric(
                [outcome], list(zip(bounds, accumulate(tallied), strict=True)), self._seconds[outcome]
            )
        yield evaluations


class _Current:
    """A collector of what is read at one moment."""

    def __init__(self, families: Iterable[Any]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Any]:
        """The families."""
        return self._families
