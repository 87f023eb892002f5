"""What another portal needs to work with this one, at the addresses of this very site, with requests to copy."""

from __future__ import annotations

import json
from shlex import quote
from typing import TYPE_CHECKING, NamedTuple

from fastapi import FastAPI, Request

from ..http.answers import page
from ..http.conneg import HTML, negotiate
from ..interface import PAGES, described

if TYPE_CHECKING:
    from starlette.responses import Response

    from ..site import Site


class Section(NamedTuple):
    """A title, what is to be known, and the requests to copy to a shell, where names in braces are the site's."""

    title: str
    lead: str
    requests: tuple[str, ...] = ()


SECTIONS = (
    Section(
        "federation-ask",
        "federation-ask-lead",
        (
            "curl -G {url}/sparql -d format=csv --data-urlencode 'query=SELECT * {{ ?s ?p ?o }} LIMIT 3'",
            "curl {url}/sparql -H 'Accept: text/turtle'",
            "curl {url}/.well-known/void -H 'Accept: text/turtle'",
        ),
    ),
    Section("federation-service", "federation-service-lead"),
    Section(
        "federation-harvest",
        "federation-harvest-lead",
        (
            "curl {url}/catalog -H 'Accept: text/turtle'",
            "curl {url}/dumps -H 'Accept: application/json'",
            "curl {url}/dumps/graph.nq.gz -o graph.nq.gz",
        ),
    ),
    Section(
        "federation-follow",
        "federation-follow-lead",
        (
            "curl {url}/feed -H 'Accept: application/trig'",
            "curl {url}/feed/patches",
            "curl {url}/feed.atom",
        ),
    ),
    Section(
        "federation-relay",
        "federation-relay-lead",
        (
            "curl -G {url}/relay -H 'Accept: application/json' --data-urlencode {thing}",
            "curl {url}/relay -H 'Content-Type: application/json' -d {things}",
        ),
    ),
    Section(
        "federation-again",
        "federation-again-lead",
        (
            """\
etag=$(curl -sI {url}/catalog | sed -n 's/^etag: //ip' | tr -d '\\r')
curl -I {url}/catalog -H "If-None-Match: $etag\"""",
            "curl '{url}/snapshots/{snapshot}/sparql?query=ASK%7B?s?p?o%7D'",
        ),
    ),
    Section("federation-offer", "federation-offer-lead", ("passerelles doctor --endpoint https://…",)),
)
SERVICE = """\
SELECT ?s ?p ?o {{
  SERVICE <{url}/sparql> {{ ?s ?p ?o }}
}} LIMIT 3"""


def add(app: FastAPI) -> None:
    """Add `/federation`."""
    app.add_api_route("/federation", federation, tags=["pages"], **described("web.summary-federation", *PAGES))


async def federation(request: Request) -> Response:
    """How to ask, harvest, follow and be listed."""
    site: Site = request.state.site
    negotiate(request.headers.get("accept"), (HTML,))

    async def produce() -> str:
        featured = await site.rows(request, "featured")
        thing = featured[0]["thing"].value if featured else site.base
        given = {
            "url": site.url(request),
            "snapshot": site.snapshot.id,
            "thing": quote(f"uri={thing}"),
            "things": quote(json.dumps({"uris": [thing]}, ensure_ascii=False)),
        }
        sections = [
            section._replace(requests=tuple(each.format(**given) for each in section.requests)) for section in SECTIONS
        ]
        return site.pages.render(
            "federation.html",
            request,
            sections=sections,
            service=SERVICE.format(**given),
            allowed=site.settings.federation.allow,
            harvested=site.settings.harvest,
        )

    return await page(request, produce)
