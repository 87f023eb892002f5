"""What the guard admits never leaves: no text opens a connection, however its SERVICE is dressed up."""

from __future__ import annotations

import socket
from contextlib import suppress
from threading import Thread

import pyoxigraph as ox
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph.config import Limits
from graph.errors import QueryError
from graph.sparql.guard import admit

OPERANDS = [
    "?s",
    "1",
    "1.5",
    "1e3",
    "'q'",
    '"q"@en',
    "'q'^^<http://a/b>",
    "true",
    "FALSE",
    "<http://a/i>",
    "e:a",
    "e:",
    "(?s)",
    "STR(?s)",
    "EXISTS {?s ?p ?o}",
    "NOT EXISTS {?s ?p ?o}",
    "COALESCE(?s,1)",
    "?s IN (1,2)",
    "?s NOT IN ()",
    "<http://a/f>(?s)",
    "e:f(?s,1)",
    "-1",
    "!?s",
    "<<( ?s ?p ?o )>>",
    "<<( ?s ?p <<( ?s ?p ?o )>> )>>",
    "RAND()",
    "IF(?s,1,2)",
    "'''q'''",
    "e:a.b",
    "e:a\\~",
    "BNODE()",
    "COUNT(*)",
    "CONCAT()",
    "EXISTS {}",
]
COMPARISONS = ["<'>'", "<'>", '<"', "< '>'", "<#>\n'", "<'#>'", "<a'>'", "<=", "<'>'||'", "<?s&&'>'", "<e:a'>'", "="]
PLACES = [
    "FILTER(%s)",
    "BIND(%s AS ?x)",
    "FILTER(1 IN (%s))",
    "FILTER STR(%s)",
    "FILTER e:f(%s)",
    "OPTIONAL { FILTER(%s) }",
    "{ SELECT * { } ORDER BY (%s) }",
    "{ SELECT (%s AS ?x) { } }",
    "{ SELECT * {} GROUP BY (%s AS ?y) }",
    "VALUES ?z { 1 } FILTER(%s)",
    "{ SELECT (1 AS ?k) {} HAVING(%s) }",
    "VALUES (?z) { (1) } FILTER(%s)",
    "?s ?p (1 2 ?z) FILTER(%s)",
    "MINUS { FILTER(%s) }",
    "FILTER EXISTS { FILTER(%s) }",
    "?s ?p ?o {| e:p 1 |} FILTER(%s)",
    "<< ?s ?p ?o >> e:p 1 FILTER(%s)",
    "GRAPH ?g { FILTER(%s) }",
    "?s ?p [ e:q %s ]",
    "?s ?p %s",
    "?s ?p ?o ~ e:r FILTER(%s)",
    "{ SELECT * {} ORDER BY STR(%s) }",
]
BEFORE_CALL = [" ", "", ".", " . ", "}", "#\n", "?z", "true", "1", "'x'@en.", "e:a.", "e:.", "_:b ", "FILTER(1)", "{}"]
CALLS = ["SERVICE", "service", "SERVICE SILENT", "SERVICE#\n", "SERVICESILENT", "ServiceSilent "]
TARGETS = ["<%s>", " <%s>", "e:", " e:", ":", "e:x", ":x"]
PREFIXES = "PREFIX SERVICE: <http://z/> PREFIX SERVICEe: <http://z/> PREFIX trueSERVICEe: <http://z/> "
AFTER = ["FILTER(''='')", "FILTER(''=''||true)", "FILTER('a'='')", "FILTER(''''='')", "", "#'\n", "BIND('>' AS ?w)"]

expressions = st.tuples(
    st.sampled_from(OPERANDS),
    st.sampled_from(["", " "]),
    st.sampled_from(COMPARISONS),
    st.sampled_from(["", "||true", "&&true", " || ?s", "='a'"]),
).map("".join)
places = st.builds(lambda place, inner: place % inner, st.sampled_from(PLACES), expressions)
calls = st.tuples(st.sampled_from(BEFORE_CALL), st.sampled_from(CALLS), st.sampled_from(TARGETS)).map("".join)
bodies = st.builds(
    lambda first, call, after: f"{first}{call} {{ ?a ?b ?c }} {after}",
    st.one_of(places, st.just("?s ?p ?o "), st.just("")),
    calls,
    st.sampled_from(AFTER),
)


class Listener:
    """A loopback server that counts those who come, and answers nobody."""

    def __init__(self) -> None:
        self.visits = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                visitor, _ = self._socket.accept()
                self.visits += 1
                visitor.close()

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def listener():
    listener = Listener()
    yield listener
    listener.close()


STORE = ox.Store()
STORE.add(ox.Quad(ox.NamedNode("http://a/s"), ox.NamedNode("http://a/p"), ox.Literal("x")))


def evaluate(text: str) -> None:
    with suppress(OSError, SyntaxError, RuntimeError, ValueError):
        answer = STORE.query(text)
        if isinstance(answer, ox.QuerySolutions):
            list(answer)


def test_the_listener_would_see_a_call(listener):
    before = listener.visits
    evaluate(f"SELECT * {{ SERVICE <{listener.address}> {{ ?a ?b ?c }} }}")
    assert listener.visits == before + 1


@settings(max_examples=400, deadline=None)
@given(bodies)
@example("FILTER(EXISTS {?s ?p ?o} <'>' || true) SERVICE <%s> {?a ?b ?c} FILTER(''='')")
@example("FILTER(<<( ?s ?p ?o )>> <'>' || true) SERVICE <%s> {?a ?b ?c} FILTER(''='')")
@example("SERVICE:x { ?a ?b ?c }")
@example("SERVICEe:x { ?a ?b ?c }")
@example("BIND(1 AS ?x) SERVICE:x { ?a ?b ?c }")
def test_what_is_admitted_opens_no_connection(listener, body):
    address = listener.address
    text = f"{PREFIXES}PREFIX : <{address}> PREFIX e: <{address}> SELECT * {{ {body.replace('%s', address)} }}"
    try:
        admit(text, Limits())
    except QueryError:
        return
    before = listener.visits
    evaluate(text)
    assert listener.visits == before, text
