"""The reuses of a graph that somebody attests, those confirmed last first, by theme and by type of organisation.

They are read once for each snapshot, which never changes: in a graph of a million triples that takes a third of a
second, and each page a millisecond.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from sys import intern
from typing import TYPE_CHECKING

from ...formats import RESULTS_CSV
from ..once import Once

if TYPE_CHECKING:
    from fastapi import Request

    from ..site import Site

FILTERS = ("theme", "type")
_TRUE = "true"


@dataclass(frozen=True, slots=True)
class Reuse:
    """An attested reuse: when it was confirmed last (ISO 8601, empty for never), and what it is found by."""

    iri: str
    confirmed: str
    found_by: frozenset[str]


class Attested:
    """The attested reuses; `counts` are how many have each value of each filter, `unattested` how many are no fact."""

    def __init__(self, answer: bytes) -> None:
        """Those that the CSV of `queries/stories.rq` tells of."""
        confirmed: dict[str, str] = {}
        values: defaultdict[str, set[str]] = defaultdict(set)
        by_filter: dict[str, set[str]] = {name: set() for name in FILTERS}
        others = set()
        for row in csv.DictReader(io.StringIO(answer.decode())):
            if row["attested"] != _TRUE:
                others.add(row["reuse"])
                continue
            confirmed[row["reuse"]] = max(confirmed.get(row["reuse"], ""), row["confirmed"])
            for name in FILTERS:
                if row[name]:
                    values[row["reuse"]].add(intern(row[name]))
                    by_filter[name].add(row[name])
        found = [Reuse(iri, date, frozenset(values[iri])) for iri, date in sorted(confirmed.items())]
        self.reuses: Sequence[Reuse] = sorted(found, key=lambda each: each.confirmed, reverse=True)
        self.unattested = len(others)
        counted = Counter(value for each in self.reuses for value in each.found_by)
        self.counts: Mapping[str, Mapping[str, int]] = {
            name: dict(sorted(((each, counted[each]) for each in known), key=lambda one: (-one[1], one[0])))
            for name, known in by_filter.items()
        }

    def having(self, values: Iterable[str]) -> Sequence[Reuse]:
        """Those that have all of some values."""
        wanted = frozenset(values)
        return [each for each in self.reuses if wanted <= each.found_by] if wanted else self.reuses


async def attested(request: Request, site: Site) -> Attested:
    """Those of a site. Raises QueryError."""
    return await _ATTESTED.of(request, site)


async def _read(request: Request, site: Site) -> Attested:
    answer = await site.query(request, "stories", RESULTS_CSV)
    return await asyncio.to_thread(Attested, answer)


_ATTESTED = Once(_read)
