"""Texts near queries: ordinary and odd ones of ours, those of the W3C suites, and what chance makes of them."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
SUITES = Path(os.environ.get("PASSERELLES_SHARED") or ROOT.parent / "shared") / "conformance"
PREFIXES = "PREFIX e: <http://e.org/> PREFIX : <http://e.org/#> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"
BODIES = [
    "SELECT ?p ?o WHERE { <http://e.org/a> ?p ?o }",
    "SELECT * WHERE { e:a e:p ?o . ?o e:q 'x' ; e:r 1, 2.5, -3 } ORDER BY DESC(?o) LIMIT 10 OFFSET 2",
    "select distinct ?s { ?s ?p ?o . filter(?o<3&&?o>1 || ?o <= 2) } limit 5",
    "SELECT * { ?s ?p ?o FILTER(?s<?o&&?o>?s) }",
    "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?s e:p/e:q* ?o ; !(e:r|^e:p) ?z } GROUP BY ?o HAVING(COUNT(*) > 1)",
    "ASK { ?s e:p \"it's\"@fr, 'say \"so\"'^^xsd:string, true, 'a # b', '<http://e.org/x>' }",
    "ASK { ?s ?p '''a\n'b' ''c'''  . ?s ?q \"\"\"d\"\"\" }",
    "ASK { ?s e:p (1 ?x [ e:q 2 ] ()) . [] e:r [] . _:b e:p _:b }",
    "CONSTRUCT { ?s e:x ?o } WHERE { ?s ?p ?o # comment 'with' <things>\n FILTER EXISTS { ?o ?q ?r } }",
    "CONSTRUCT { [] e:x (?o) . _:b e:y ?s } WHERE { ?s ?p ?o }",
    "CONSTRUCT WHERE { ?s e:p ?o }",
    "DESCRIBE e:a <http://e.org/b>",
    "DESCRIBE ?s { ?s e:p 1 }",
    "SELECT * { VALUES (?a ?b) { (1 UNDEF) (e:a 'x') } VALUES ?c { + 1 -2 } }",
    "SELECT * { GRAPH ?g { ?s ?p ?o } OPTIONAL { ?s e:q ?z } MINUS { ?s e:r 1 } { ?a e:p ?b } UNION { ?b e:p ?a } }",
    "SELECT * { { SELECT ?s (SUM(?o) AS ?t) { ?s e:p ?o } GROUP BY ?s ORDER BY ?t } BIND(?t + 1 AS ?u) }",
    "SELECT (IF(BOUND(?o), CONCAT('a', STR(?o)), COALESCE(?z, 'none')) AS ?x) { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o FILTER(REGEX(STR(?o), '^a\\\\.b', 'i') && ?o NOT IN (1, 2) && !isIRI(?o)) }",
    "SELECT * { << ?s ?p ?o >> e:q ?v . ?s e:p ?o {| e:q 1 |} . ?s e:p ?o ~ e:r . ?x ?y <<( e:a e:p 1 )>> }",
    "SELECT * { ?s ?p ?o FILTER(<<( ?s ?p ?o )>> = ?z) }",
    "SELECT (RAND() AS ?r) (NOW() AS ?n) (BNODE() AS ?b) (UUID() AS ?u) { }",
    "SELECT * { ?s e:a.b ?o ; e:c\\~d ?o ; e:%20 ?o . ?s ?p ?o.5 ?q ?r }",
    "SELECT * { ?s e:p <http://e.org/caf\u00e9>, 'caf\u00e9', e:caf\u00e9 . ?\u00e9t\u00e9 ?p ?o }",
    "SELECT * { ?s ?p <http://e.org/it's>, <#frag>, <rel>, <urn:x:y#z>, <mailto:a@e.org> }",
    "SELECT * FROM <http://e.org/g> FROM NAMED e:h { ?s ?p ?o }",
    "SELECT * { ?s ?p ?o } VALUES ?s { e:a e:b }",
    "SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }",
]
_PIECES = r"""
 ?a ?s$ <http://e.org/x#y> <http://e.org/service?x> <x> <#> < <= << <<( )>> >> > >= ( ) () { } {| |} [ ] [] . ; ,
 'a' '' ''' "b" "" 'a\'b' '\d' '\uD800' ' " # \ @fr ^^ e:x e: : :x f:y e:a.b.c _:b 1 1.5 .5 1e3 + - +1
 * / | || && ! != = ~ & % a true TRUE SELECT select where FILTER FILTERe:f( SERVICE e:SERVICE SERVICEe:x NOW() RAND(
 UUID BNODE COALESCE CONCAT(1) NOT EXISTS{ OPTIONAL{ VALUES UNDEF AS BY PREFIX BASE '''a' <'> <a'> <\u+0e9'> \uD800'''
"""
FRAGMENTS = [
    *_PIECES.split(),
    '"' * 3,
    '# it\'s a "comment" <x>\n',
    "#\r",
    "\n",
    "  ",
    "\t\r\n",
    "- ",
    "\u00e9",
    "\u00a0",
    "\u2028",
    "\x00",
]


@cache
def corpus() -> tuple[str, ...]:
    """Ours, and those of the suites where they are."""
    files = sorted(SUITES.glob("sparql1[12]/**/*.rq"))
    return (*(PREFIXES + body for body in BODIES), *(file.read_bytes().decode(errors="replace") for file in files))


def mutant(random: Random) -> str:
    """A text of the corpus, changed in none to five places."""
    text = random.choice(corpus()) if random.random() < 0.5 else PREFIXES + random.choice(BODIES)
    for _ in range(random.choice([0, 1, 1, 2, 3, 5])):
        text = random.choice([_insert, _insert, _delete, _double, _change, _splice])(random, text)
    return text


def _span(random: Random, text: str) -> tuple[int, int]:
    start = random.randrange(len(text) + 1)
    return start, min(len(text), start + random.choice([1, 1, 1, 2, 5, 20]))


def _insert(random: Random, text: str) -> str:
    at = random.randrange(len(text) + 1)
    return text[:at] + random.choice(FRAGMENTS) + text[at:]


def _delete(random: Random, text: str) -> str:
    start, end = _span(random, text)
    return text[:start] + text[end:]


def _double(random: Random, text: str) -> str:
    start, end = _span(random, text)
    return text[:end] + text[start:end] + text[end:]


def _change(random: Random, text: str) -> str:
    start, end = _span(random, text)
    return text[:start] + random.choice([str.upper, str.lower, _reversed])(text[start:end]) + text[end:]


def _reversed(piece: str) -> str:
    return piece[::-1]


def _splice(random: Random, text: str) -> str:
    other = random.choice(corpus())
    return text[: random.randrange(len(text) + 1)] + other[random.randrange(len(other) + 1) :]
