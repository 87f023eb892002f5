"""Content negotiation, as RFC 9110 writes it."""

import weakref

import pytest
from fastapi import Request

from graph.errors import NotAcceptable
from graph.formats import GRAPH_FORMATS, RESULTS_FORMATS
from graph.web.http.conneg import HTML, language, negotiate, offer
from graph.web.http.request import wanted

GRAPHS = [*map(offer, GRAPH_FORMATS), HTML]
TABLES = [*map(offer, RESULTS_FORMATS), HTML]


@pytest.mark.parametrize(
    ("accept", "name"),
    [
        (None, "ttl"),
        ("", "ttl"),
        ("*/*", "ttl"),
        ("*", "ttl"),
        ("text/html", "html"),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", "html"),
        ("TEXT/TURTLE", "ttl"),
        ("application/ld+json", "jsonld"),
        ("application/json", "jsonld"),
        ("application/*", "nt"),
        ("text/*;q=0.3, application/rdf+xml;q=0.4", "rdf"),
        ("text/turtle;q=0, */*", "nt"),
        ("text/turtle;q=0.5, */*;q=0.5", "ttl"),
        ("application/rdf+xml;q=0.5, text/turtle;q=0.5", "ttl"),
        ("*/*, application/rdf+xml", "rdf"),
        ("text/turtle;level=1;q=0.1, application/n-triples;q=0.2", "nt"),
        ("text/turtle;q=oups, text/html;q=0.1", "html"),
        ("application/x-turtle", "ttl"),
        (",,;;,text/html", "html"),
        ("garbage", "ttl"),
        ("application/n-quads,application/trig;q=0.95,text/turtle;q=0.9,*/*;q=0.1", "ttl"),
    ],
)
def test_the_best_offer_is_chosen(accept, name):
    assert negotiate(accept, GRAPHS).name == name


def test_the_content_type_is_the_name_the_client_used():
    assert negotiate("application/json", TABLES).media_type == "application/json"
    assert negotiate("*/*", TABLES).media_type == "application/sparql-results+json"
    assert negotiate("text/xml", TABLES).media_type == "text/xml"


@pytest.mark.parametrize("accept", ["image/png", "text/turtle;q=0", "*/*;q=0", "image/*, audio/*;q=0.5"])
def test_nothing_acceptable_says_what_there_is(accept):
    with pytest.raises(NotAcceptable) as raised:
        negotiate(accept, GRAPHS[:1])
    assert "text/turtle" in str(raised.value)


@pytest.mark.parametrize(
    ("header", "asked", "code"),
    [
        (None, None, "fr"),
        ("", None, "fr"),
        ("en", None, "en"),
        ("en-GB,en;q=0.9,fr;q=0.8", None, "en"),
        ("fr;q=0.3, en;q=0.2", None, "fr"),
        ("de, en;q=0.1", None, "en"),
        ("de", None, "fr"),
        ("*", None, "fr"),
        ("en;q=0", None, "fr"),
        ("fr", "en", "en"),
        ("en", "de", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_then_the_readers_then_french(header, asked, code):
    assert language(header, asked) == code


def test_a_header_of_a_hundred_thousand_ranges_is_cut_short():
    with pytest.raises(NotAcceptable):
        negotiate("a/b," * 100_000 + "text/html", GRAPHS)


def test_a_choice_is_remembered_by_what_is_short_only():
    class Name(str):
        """A name whose end can be seen."""

        __slots__ = ("__weakref__",)

    def forgotten(length: int, accept: str) -> bool:
        name = Name("x" * length)
        request = Request({"type": "http", "headers": [(b"accept", accept.encode())]})
        assert wanted(request, GRAPH_FORMATS, name).name == "ttl"
        seen = weakref.ref(name)
        del name
        return seen() is None

    assert not forgotten(5, "text/turtle")
    assert forgotten(100_000, "text/turtle")
    assert forgotten(5, "text/turtle" + " " * 100_000)
