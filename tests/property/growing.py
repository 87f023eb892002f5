"""Queries that grow until the guard stops them, and the process that says what they cost the engine.

`growing(random)` makes a family of queries of the same structure, by size; `largest` is the greatest of them
that the guard lets through. `Planner` is a child process with the stack and the memory of a worker: it evaluates
on an empty store, so that all its time goes into parsing and planning.
"""

from __future__ import annotations

import json
import resource
import select
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

MEMORY_MB = 2048
GROUPS = [  # around patterns
    "OPTIONAL { %s }",
    "OPTIONAL { ?v# <p:> ?v+ MINUS { ?v# <p:> ?z } %s }",
    "MINUS { %s }",
    "{ %s }",
    "{ %s } UNION { ?s ?p ?o }",
    "{ ?s ?p ?v# } UNION { %s }",
    "GRAPH ?g# { %s }",
    "FILTER EXISTS { %s }",
    "FILTER(!EXISTS { %s })",
    "FILTER(IF(NOT EXISTS { %s }, 1, 2) = 1)",
    "LATERAL { %s }",
    "{ SELECT * { %s } }",
    "{ SELECT DISTINCT ?s { %s } ORDER BY ?s LIMIT 3 }",
    "{ SELECT ?s (COUNT(*) AS ?n#) { %s } GROUP BY ?s HAVING(COUNT(*) > 1) }",
    "{ SELECT ?s (1 AS ?x#) (?o AS ?y#) { ?s ?p ?o %s } }",
    "OPTIONAL { ?v# <p:> ?v+ %s FILTER(?v# = ?v+) }",
]
PATTERNS = [  # beside each other
    "?s ?p ?o .",
    "?s ?p# ?o# .",
    "?s <p:> ?v# .",
    "?v# <p:> ?v+ .",
    "?s <p:>/<q:> ?o .",
    "?s <p:>/<q:>/<r:> ?o, ?v#, 1 .",
    "<s:> (<p:>/<q:>/<r:>)* ?v# .",
    "?s (<p:>|^<q:>)+ ?v# .",
    "?s !(<p:>|^<q:>) ?o .",
    "?s ((<p:>/<q:>)|(<r:>/<s:>))? ?o .",
    "?s <p:> (1 ?o [ <p:> 2 ]) .",
    "?s <p:> ([] () true _:b ?v#) .",
    "?s <p:> [ <q:> ?v# ; <r:> 1, 2 ] .",
    "<< ?s ?p ?o >> <p:> ?v# .",
    "?s ?p <<( ?a# <p:> ?b# )>> .",
    "?s ?p ?o {| <q:> ?v# |} .",
    "?s ?p ?o ~ ?r# {| <q:> 1 ; ?v# 2, 3 |} .",
    "?s ?p ?o ~ ~ ~ .",
    "?s ?p ?o.5 ?q ?r .",
    "e:a.b.c:d e:p e:a.b.c:d .",
    "BIND(?s AS ?x#)",
    "{ BIND(1 AS ?x#) }",
    "VALUES ?s { 1 }",
    "VALUES (?s ?w#) { (1 UNDEF) }",
    "VALUES (?w# ?u# ?t#) { (1 2 3) }",
    "FILTER(?s = ?v#)",
    "FILTER(?o IN (1, 2, ?v#))",
    "FILTER(REGEX(?o, 'x') || ?v# != 2)",
    "OPTIONAL { ?s <p:> ?v# }",
    "GRAPH ?g# { ?s ?p ?o }",
    "MINUS { ?s <p:> ?v# }",
    "{ SELECT (SUM(?o) AS ?m#) { ?s ?p ?o } }",
    "{ } UNION { ?s ?p ?v# }",
    "GRAPH <g:> { }",
]
EXPRESSIONS = [  # around an expression
    "STR(%s)",
    "REGEX(%s, 'a')",
    "REGEX('a', %s)",
    "REPLACE(%s, 'a', 'b')",
    "SUBSTR(%s, 1)",
    "IF(%s, 1, 2)",
    "COALESCE(%s, ?o)",
    "CONCAT('b', %s)",
    "!(%s)",
    "!STR(%s)",
    "-(%s)",
    "(%s + 1)",
    "(?v# || %s)",
    "(%s = ?s && 1)",
    "(?s IN (%s, 2))",
    "(?s NOT IN (%s))",
    "<f:>(%s)",
    "xsd:integer(%s)",
    "EXISTS { ?s ?p ?o FILTER(%s) }",
    "!EXISTS { FILTER <f:>(%s) }",
    "LANGMATCHES(LANG(%s), 'fr')",
]
AGGREGATES = ["GROUP_CONCAT(%s)", "GROUP_CONCAT(DISTINCT %s; SEPARATOR = ',')", "SUM(%s)", "COUNT(DISTINCT %s)"]
PATHS = ["(%s)", "(%s)*", "(%s/<q:>)", "(<q:>/%s)", "(%s|<q:>)", "^(%s)", "(%s/<q:>/<r:>)+", "(<q:>|%s/<p:>)"]
TERMS = [
    "(%s)",
    "(1 %s)",
    "[ <p:> %s ]",
    "[ <p:> 1 ; <q:> %s, 2 ]",
    "<<( ?s <p:> %s )>>",
    "<< ?s <p:> %s >>",
    "1 {| <p:> %s |}",
    "1 ~ {| <p:> %s |}",
]
ITEMS = {  # of a list in the query: what stands before, the item, what stands after
    "select": ("SELECT ", "(%s AS ?i#) ", "{ ?s ?p ?o }"),
    "inner select": ("SELECT * { { SELECT ", "(%s AS ?i#) ", "{ ?s ?p ?o } } ?s ?p ?o }"),
    "order": ("SELECT * { ?s ?p ?o } ORDER BY ", "DESC(%s) ", ""),
    "group": ("SELECT (1 AS ?one) { ?s ?p ?o } GROUP BY ", "(%s AS ?i#) ", ""),
    "having": ("SELECT (1 AS ?one) { ?s ?p ?o } GROUP BY ?s HAVING ", "(%s) ", ""),
    "describe": ("DESCRIBE ", "<d:#> ", "{ ?s ?p ?o }"),
    "template": ("CONSTRUCT { ", "?s ?p (1 [ <p:> ?o ] ?v#) . ", "} WHERE { ?s ?p ?o }"),
    "construct where": ("CONSTRUCT WHERE { ", "?s <p:> ?v# . ", "}"),
    "values": ("SELECT * { ?s ?p ?o } VALUES (?s ?o) { ", "(1 <<( <a:> <b:> 'c'@fr )>>) ", "}"),
    "columns": ("SELECT * { ?s ?p ?o } VALUES (", "?c# ", ") { }"),
    "from": ("SELECT * ", "FROM NAMED <g:#> ", "{ ?s ?p ?o }"),
    "arguments": ("ASK { FILTER(COALESCE(", "?v#, ", "1)) }"),
    "operators": ("ASK { ?s ?p ?o FILTER(1", " + ?v#", ") }"),
    "alternatives": ("ASK { ?s <p:>", "|<p:#>", " ?o }"),
}
PROLOGUE = "PREFIX e: <http://e/> PREFIX c: <http://c/> PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>\n"


def growing(random: Random) -> Callable[[int], str]:
    """A family of queries, by size."""
    family = random.choice([_patterns, _patterns, _expressions, _paths, _terms, _items])(random)
    wrong = random.random() < 0.2  # an error makes the engine try every other way
    slack = random.choice(["", "", "", "# " + "x" * 20_000 + "\n", "VALUES ?pad { " + "1 " * 5_000 + "}"])

    def make(size: int) -> str:
        text = PROLOGUE + family(size).replace("?core?", "? " if wrong else "?o")
        return text[:-1] + slack + "}" if text.endswith("}") else text

    return make


def _numbered(piece: str, number: int) -> str:
    return piece.replace("#", str(number)).replace("+ ", f"{number + 1} ") if "#" in piece else piece


def _nested(wrappers: list[str], core: str, depth: int, beside: Callable[[int], str] = lambda _: "") -> str:
    for level in range(depth, 0, -1):
        core = beside(level) + _numbered(wrappers[level % len(wrappers)], level).replace("%s", core)
    return core


def _some(random: Random, among: list[str]) -> list[str]:
    return random.sample(among, random.choice([1, 1, 2, 3]))


def _patterns(random: Random) -> Callable[[int], str]:
    groups, beside = _some(random, GROUPS), _some(random, PATTERNS)
    wide = random.choice([0, 1, 1, 2, 5, 20])
    depth = random.choice([0, 1, 2, 5, 10, None])

    def siblings(level: int, count: int) -> str:
        return " ".join(_numbered(beside[i % len(beside)], level * 1000 + i) for i in range(count)) + " "

    def make(size: int) -> str:
        if depth is None:
            inner = siblings(0, wide)
            return f"SELECT * {{ ?s ?p ?core? . {_nested(groups, inner, size, lambda n: siblings(n, wide))} }}"
        return f"SELECT * {{ ?s ?p ?core? . {_nested(groups, siblings(0, size), depth)} }}"

    return make


def _expressions(random: Random) -> Callable[[int], str]:
    wrappers = _some(random, EXPRESSIONS)
    before, after = random.choice(
        [
            ("ASK { ?s ?p ?o FILTER(", ") }"),
            ("ASK { ?s ?p ?o BIND(", " AS ?x) }"),
            ("SELECT (", " AS ?x) { ?s ?p ?o }"),
            ("SELECT * { ?s ?p ?o } ORDER BY (", ")"),
            ("SELECT * { ?s ?p ?o } GROUP BY <f:>(", ")"),
            ("ASK { ?s ?p ?o FILTER <f:>(", ") }"),
            ("ASK { ?s ?p ?o OPTIONAL { ?s ?p ?o FILTER(", ") } }"),
        ]
    )
    if before.startswith("SELECT ("):
        wrappers += _some(random, AGGREGATES)
    core = random.choice(["?core?", "CONCAT(" + "?core?, " * 3_000 + "1)"])
    return lambda size: before + _nested(wrappers, core, size) + after


def _paths(random: Random) -> Callable[[int], str]:
    wrappers, siblings = _some(random, PATHS), random.choice([0, 1, 10, 60])
    subject, objects = random.choice(["?s", "<s:>"]), random.choice(["?core?", "?core?, ?a, ?b, ?c", "<o:>"])
    chained = random.choice(["", "/<p:>", "|<p:>"])

    def make(size: int) -> str:
        path = _nested(wrappers, "<p:>", min(size, 60)) + chained * max(size - 60, 0)
        others = "".join(f"?core? <p:> ?v{i} . " for i in range(siblings))
        return f"ASK {{ {subject} {path} {objects} . {others}}}"

    return make


def _terms(random: Random) -> Callable[[int], str]:
    wrappers, many = _some(random, TERMS), random.choice([1, 1, 3, 10])
    return lambda size: "ASK { " + f"?s <p:> {_nested(wrappers, '?core?', size)} . " * many + "}"


def _items(random: Random) -> Callable[[int], str]:
    before, item, after = random.choice(list(ITEMS.values()))
    expression = _nested(_some(random, EXPRESSIONS), "?core?", random.choice([0, 1, 3]))
    filled = item.replace("%s", expression)
    return lambda size: before + "".join(_numbered(filled, i) for i in range(size)) + after


def largest(make: Callable[[int], str], admits: Callable[[str], bool], most: int = 20_000) -> str | None:
    """The greatest query of the family that is let through; None when not even the least is."""
    low, high = 0, 1
    while high <= most and admits(make(high)):
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if admits(make(middle)) else (low, middle)
    return make(low) if low else None


class Planner:
    """The child process; one that is killed or crashes is replaced at the next question."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def cost(self, text: str, patience: float = 60) -> tuple[float, str]:
        """Processor seconds, and the outcome: `ok`, `refused` by the engine, `crash` or `late`."""
        if self._process is None:
            command = [sys.executable, str(Path(__file__).resolve())]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        process = self._process
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(text) + "\n")
        process.stdin.flush()
        if not select.select([process.stdout], [], [], patience)[0]:
            self.end()
            return patience, "late"
        line = process.stdout.readline()
        if not line:
            self.end()
            return 0.0, "crash"
        seconds, outcome = json.loads(line)
        return seconds, outcome

    def end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def _serve() -> None:
    import pyoxigraph as ox

    for line in sys.stdin:
        text = json.loads(line)
        store, start = ox.Store(), time.thread_time()
        try:
            store.query(text)
            outcome = "ok"
        except (SyntaxError, RuntimeError, ValueError, OSError):
            outcome = "refused"
        sys.stdout.write(json.dumps([time.thread_time() - start, outcome]) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    from graph.sparql.worker import STACK_BYTES

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_MB * 1024 * 1024,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    threading.stack_size(STACK_BYTES)
    thread = threading.Thread(target=_serve)
    thread.start()
    thread.join()
