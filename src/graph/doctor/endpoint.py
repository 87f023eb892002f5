"""Another endpoint, catalogue or feed: what will work with it, and what will not, before anything depends on it.

It is asked questions whose answers are known whatever its data are; nothing there is changed. Its address is the user's
own word: it may be of this machine, where what it redirects to or links to may not.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..config import Settings
from ..errors import OutboundError
from ..federation.client import check as check_address
from ..federation.outbound import Fetched
from ..federation.policy import shown
from ..harvest.fetching import ACCEPT
from ..texts import Text
from . import endpoint_documents as documents
from . import endpoint_sparql as sparql
from .check import Check, Level, fault
from .correspondence import Correspondence, corresponding

#: What must hold for `SERVICE` from us, and for a harvest by SPARQL.
_CALLED = ("post", "format-json", "sparql-1.1", "values", "whole-answers", "address")
_READ = ("post", "format-json", "formats-graph", "paging", "whole-answers")
_SOURCES = ("catalogue", "feed")
_BAD = 400


def examine(address: str, settings: Settings) -> Iterator[Check]:
    """Every check of what is at an address, as it is made, then what it means for us.

    Raises ConfigurationError for what is no http(s) address.
    """
    check_address(address)
    with corresponding(address, settings.limits) as there:
        found: dict[str, Check] = {}
        for check in _checks(there, settings):
            found[check.name] = check
            yield check
        if "sparql" in found or "address" in found:
            yield from _verdicts(found)


def _checks(there: Correspondence, settings: Settings) -> Iterator[Check]:
    try:
        first = there.get(there.address, ACCEPT)
    except OutboundError as error:
        yield fault("reachable", error)
        return
    said, address = {"status": first.status, "ms": there.milliseconds}, _address(there.address, first)
    if 300 <= first.status < _BAD:  # noqa: PLR2004 - the number says itself
        try:
            first = there.get(there.address, ACCEPT, redirects=5)
        except OutboundError as error:
            yield from (Check("reachable", Text("endpoint.reachable", said)), address, fault("redirection", error))
            return
        there.address = first.url.partition("?")[0]
        said = {"status": first.status, "ms": there.milliseconds}
    asked = _each(there, sparql.checks)
    answers = next(asked)
    queried = answers.ok and answers.level is Level.OK
    # an endpoint may well refuse a request without query; where it takes none either, nothing is there
    nothing = first.status >= _BAD and not queried
    yield (
        Check("reachable", Text("endpoint.nothing-there", said), Level.FAULT)
        if nothing
        else Check("reachable", Text("endpoint.reachable", said))
    )
    yield from (address, answers)
    if queried:
        yield from asked
    if not nothing:
        yield from _each(there, documents.checks, first, settings)


def _each(there: Correspondence, checks: object, *given: object) -> Iterator[Check]:
    """What each of a family of checks says, while there is time; the failure of one is not the end of the others."""
    for name, made in checks(there, *given):
        if there.late:
            yield Check("time", Text("endpoint.time", {"seconds": f"{there.limits.doctor_seconds:g}"}), Level.FAULT)
            return
        try:
            yield made()
        except OutboundError as error:
            yield fault(name, error)


def _address(address: str, first: Fetched) -> Check:
    target = first.headers.get("location", "")
    if 300 <= first.status < 400 and target:  # noqa: PLR2004 - the numbers say themselves
        return Check("address", Text("endpoint.redirected", {"target": shown(target)}), Level.NOTE)
    parts = urlsplit(address)
    if parts.scheme == "http" and parts.hostname not in ("127.0.0.1", "localhost", "::1"):
        return Check("address", Text("endpoint.in-clear"), Level.NOTE)
    return Check("address", Text("endpoint.address", {"scheme": parts.scheme}))


def _verdicts(found: dict[str, Check]) -> Iterator[Check]:
    """What we can do with it: call it, be called by it, harvest it; a fault when there is neither call nor harvest."""
    called = _missing(found, _CALLED)
    read = _missing(found, _READ)
    sources = [name for name in _SOURCES if name in found and found[name].detail.key in documents.TAKEN]
    barred = "robots" in found and found["robots"].detail.key == "endpoint.robots-not"
    harvested = not barred and (bool(sources) or not read)
    if called:
        level = Level.NOTE if harvested else Level.FAULT
        yield Check("service-from-us", Text("endpoint.not-called", {"names": ", ".join(called)}), level)
    else:
        yield Check("service-from-us", Text("endpoint.called"))
    if harvested:
        yield Check("harvest", Text("endpoint.harvested", {"names": ", ".join(sources or ["sparql"])}))
    elif barred:
        yield Check("harvest", found["robots"].detail, Level.NOTE)
    else:
        yield Check("harvest", Text("endpoint.not-harvested", {"names": ", ".join(read)}), Level.NOTE)
    if "service" in found:
        able = found["service"].level is Level.OK
        text = Text("endpoint.calls" if able else "endpoint.calls-not")
        yield Check("service-to-us", text, Level.OK if able else Level.NOTE)


def _missing(found: dict[str, Check], names: tuple[str, ...]) -> list[str]:
    """Those of the checks that stand in the way; without SPARQL, that is all there is to say."""
    if "sparql" not in found or found["sparql"].level is not Level.OK:
        return ["sparql"]
    barred = [name for name in names if name not in found or not found[name].ok]
    return barred + [name for name in names if name == "address" and found[name].detail.key == "endpoint.redirected"]
