"""What a harvest would take of one page that was fetched: nothing is remembered, nothing written."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from ..config import Settings
from ..federation.outbound import Fetched
from ..texts import Text
from .collecting import Collection
from .fetching import charset, next_page
from .harvesting import Harvesting, taken
from .lifting import Document
from .mapping import Mapping, detected
from .report import Report
from .sources import HEAD_BYTES, Origin, unrecognised
from .state import Known

_PORTAL = "page"


@dataclass(frozen=True, slots=True)
class Trial:
    """How a page was read: by which mapping, what is to be told, the slugs of what was taken, the pages that follow."""

    mapping: Mapping
    report: Report
    taken: frozenset[str]
    next: list[str]


def tried(settings: Settings, answer: Fetched, mapping: Mapping | None = None) -> Trial | None:
    """How a harvest would read a page, by the mapping that recognises it unless one is given; None where none does."""
    mapping = mapping or detected(settings, [(answer.url, answer.body[:HEAD_BYTES])])
    if mapping is None:
        return None
    url = answer.url
    document = Document(url, url, answer.body, answer.media_type, charset(answer), base=url)
    with tempfile.TemporaryDirectory(prefix="passerelles-harvest-") as folder:
        harvesting = Harvesting(settings, Origin(_PORTAL, url, url, url, base=url), Path(folder, _PORTAL))
        collection: Collection
        with harvesting.opened(mapping) as collection:
            reading = collection.take(0, document, Known(), next_page(answer))
            found, _ = taken(collection)
    return Trial(mapping, harvesting.report, frozenset(found), reading.next)


def refusal(answer: Fetched) -> Text | None:
    """What a page is that no mapping recognises, where its beginning shows it."""
    where = Origin(_PORTAL, answer.url, answer.url, answer.url)
    reason = unrecognised(where, [answer.body[:HEAD_BYTES]]).parameters.get("reason")
    return reason if isinstance(reason, Text) else None
