"""Inference: set-wise SPARQL rules, run to a fixpoint into their own graph.

A rule is a file `<name>.rq`: one CONSTRUCT query over the default graph, true on its own in any SPARQL engine.
Its `#+` header (YAML) says what it is for and how to run it fast:

    summary   one sentence, fr and en
    axioms    a SELECT; the rule is evaluated once per row, with the row's values for the variables of that name
    reads     what its body matches, as `predicate` or `rdf:type class`, each an IRI, a prefixed name or a variable of
              `axioms`; the rule runs again only when such a triple is new. Without it, whenever anything is new
    stratum   0 unless said. A rule with a negation runs after a fixpoint of the lower strata, which must decide what
              it negates; the lower rules run on beside it

Sources: OWL 2 Profiles section 4.3 (the RL rules, whose names the generic files bear), RDF 1.1 Semantics section 9.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import chain
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, QueryTriples, Store, Triple, Variable

from .errors import RuleError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
MAX_ROUNDS = 1_000  # a transitive closure doubles its reach each round: more means a rule that invents nodes
HEADER = {"summary": dict, "axioms": str, "reads": list, "stratum": int}

Key = tuple[str, ...]  # (predicate,) or (rdf:type, class), and () for any triple at all
Binding = tuple[Variable, NamedNode | BlankNode | Literal | Triple]


@dataclass(frozen=True, slots=True)
class Rule:
    """One inference rule, as its file says it."""

    name: str
    query: str
    axioms: str = ""
    reads: tuple[Key, ...] = ((),)
    stratum: int = 0
    summary: Mapping[str, str] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class InferenceResult:
    """What a run added: the new triples, none of them asserted; the rounds it took; how many each rule made."""

    triples: Sequence[Triple]
    rounds: int
    per_rule: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class _Task:
    """A rule applied to one row of its axioms."""

    rule: Rule
    bindings: tuple[Binding, ...]
    reads: frozenset[Key]

    @property
    def late(self) -> bool:
        """Whether it reads types, which every other kind of rule makes: it then waits for those."""
        return any(key[:1] in ((), (TYPE,)) for key in self.reads)


def infer(
    store: Store,
    rules: Sequence[Rule],
    target: NamedNode | None = None,
    *,
    max_rounds: int = MAX_ROUNDS,
    progress: Callable[[str, int], None] | None = None,
) -> InferenceResult:
    """Add to the default graph of `store`, and to the graph `target`, what `rules` entail and nobody asserted.

    A store in memory is several times faster than one on disk. `progress` is called with a rule's name and the
    number of triples it just made. Raises RuleError when no fixpoint is reached in `max_rounds`.
    """
    run = _Run(store, max_rounds, progress)
    for stratum in sorted({rule.stratum for rule in rules}):
        run.to_fixpoint([rule for rule in rules if rule.stratum <= stratum])
    if target is not None:
        store.bulk_extend(Quad(*triple, target) for triple in run.triples)
    return InferenceResult(run.triples, run.rounds, dict(sorted(run.made.items())))


class _Run:
    """The state of one run: what was expanded, what waits."""

    def __init__(self, store: Store, max_rounds: int, progress: Callable[[str, int], None] | None) -> None:
        self.store = store
        self.max_rounds = max_rounds
        self.progress = progress or (lambda _name, _count: None)
        self.rounds = 0
        self.triples: list[Triple] = []
        self.made: Counter[str] = Counter()
        self.pending: dict[_Task, None] = {}  # an ordered set
        self.known: set[_Task] = set()
        self.readers: dict[Key, list[_Task]] = {}

    def to_fixpoint(self, rules: Sequence[Rule]) -> None:
        """Run the tasks that wait, types last, until none does and the axioms give no other."""
        while self._expand(rules) or self.pending:
            self.rounds += 1
            if self.rounds > self.max_rounds:
                raise RuleError("rule-rounds", rounds=self.max_rounds)
            for task in [task for task in self.pending if not task.late] or list(self.pending):
                self._evaluate(task)

    def _expand(self, rules: Iterable[Rule]) -> bool:
        """Make the tasks of axioms that are new; whether there were any."""
        before = len(self.known)
        for task in chain.from_iterable(_tasks(self.store, rule) for rule in rules):
            if task not in self.known:
                self.known.add(task)
                self.pending[task] = None
                for key in task.reads:
                    self.readers.setdefault(key, []).append(task)
        return len(self.known) > before

    def _evaluate(self, task: _Task) -> None:
        """Write what one task entails and is new; wake the tasks that read it."""
        self.pending.pop(task, None)
        found = self.store.query(task.rule.query, substitutions=dict(task.bindings))
        new = [triple for triple in found if Quad(*triple) not in self.store]
        if not new:
            return
        self.store.bulk_extend(Quad(*triple) for triple in new)
        self.triples += new
        self.made[task.rule.name] += len(new)
        self.progress(task.rule.name, len(new))
        for key in sorted(_keys(new)):
            self.pending.update(dict.fromkeys(self.readers.get(key, ())))


def _keys(triples: Iterable[Triple]) -> set[Key]:
    """What a rule must read to be concerned by one of these."""
    kinds = {(triple.predicate.value, triple.object if triple.predicate.value == TYPE else None) for triple in triples}
    types = {(TYPE, value.value) for _, value in kinds if isinstance(value, NamedNode)}
    return {()} | types | {(predicate,) for predicate, _ in kinds}


def _tasks(store: Store, rule: Rule) -> Iterator[_Task]:
    """The rule, once per row of its axioms, in a stable order."""
    if not rule.axioms:
        yield _Task(rule, (), frozenset(rule.reads))
        return
    rows = store.query(rule.axioms)
    bound = [[(variable, row[variable]) for variable in rows.variables if row[variable] is not None] for row in rows]
    for bindings in sorted(bound, key=str):
        names = {f"?{variable.value}": str(getattr(value, "value", value)) for variable, value in bindings}
        yield _Task(
            rule, tuple(bindings), frozenset(tuple(names.get(part, part) for part in key) for key in rule.reads)
        )


def load_rules(folder: Path, shown: Path | None = None) -> list[Rule]:
    """The rules of a folder's `*.rq` files, by name; `shown` is the folder errors name, when it is a copy.

    Raises RuleError, which names the file, line and column.
    """
    return [_RuleFile(path, (shown or folder) / path.name).rule() for path in sorted(folder.glob("*.rq"))]


_PREFIX = re.compile(r"^\s*PREFIX\s+([\w-]*:)\s*<([^>]*)>", re.MULTILINE | re.IGNORECASE)
_SERVICE = re.compile(
    r"(?<![:\w?$@-])SERVICE\s*(?:SILENT\s*)?(?:<|[?$]\w|[\w.-]*:)", re.IGNORECASE
)  # even in a comment: no doubt


class _RuleFile:
    """One `.rq` file, read and checked. Every fault is a RuleError at its line and column."""

    def __init__(self, path: Path, shown: Path) -> None:
        self.path = shown
        try:
            self.text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(1, 1, str(error), error)
        self.prefixes = dict(_PREFIX.findall(self.text))
        self.header = self._header()

    def rule(self) -> Rule:
        axioms, variables = "", []
        if "axioms" in self.header:
            axioms = "".join(f"PREFIX {name} <{iri}> " for name, iri in self.prefixes.items()) + self.header["axioms"]
            variables = self._compiled(axioms, QuerySolutions, at=self._line_of("axioms")).variables
        self._compiled(self.text, QueryTriples, dict.fromkeys(variables, NamedNode("urn:any")))
        names = {f"?{variable.value}" for variable in variables}
        reads = tuple(self._key(pattern, names) for pattern in self.header.get("reads", [""]))
        stratum, summary = self.header.get("stratum", 0), self.header.get("summary", {})
        return Rule(self.path.stem, self.text, axioms, reads, stratum, summary)

    def _header(self) -> dict[str, Any]:
        rows = self.text.splitlines()
        # Other lines become empty ones, so that a line of the header keeps its number.
        lines = [row[2:].removeprefix(" ") if row.startswith("#+") else "" for row in rows]
        try:
            header = yaml.safe_load("\n".join(lines)) or {}
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            self._refuse(mark.line + 1 if mark else 1, mark.column + 4 if mark else 1, str(error.problem), error)
        if not isinstance(header, dict):
            self._refuse(1, 1, "the header is not a YAML mapping")
        for key, value in header.items():
            if not isinstance(value, HEADER.get(key, ())):
                self._refuse(
                    self._line_of(key), 1, f"{key}: not a header key, or not of its type; keys: {', '.join(HEADER)}"
                )
        return header

    def _line_of(self, key: str) -> int:
        rows = self.text.splitlines()
        return next((number for number, row in enumerate(rows, 1) if re.match(rf"#\+\s*{key}:", row)), 1)

    def _compiled(self, query: str, kind: type, values: dict[Variable, NamedNode] | None = None, at: int = 0) -> Any:
        """The query on an empty store, which shows its syntax, form and variables. `at`: the line to name, if fixed."""
        if _SERVICE.search(query):
            self._refuse(at or 1, 1, "SERVICE: a rule reads this graph only")
        try:
            answer = Store().query(query, substitutions=values or {})
        except (SyntaxError, RuntimeError) as error:
            place = re.search(r"at (\d+):(\d+)", str(error))
            line, column = (int(place[1]), int(place[2])) if place and not at else (at or 1, 1)
            self._refuse(line, column, str(error), error)
        if not isinstance(answer, kind):
            self._refuse(at or 1, 1, "CONSTRUCT for the rule, SELECT for its axioms")
        return answer

    def _key(self, pattern: object, variables: set[str]) -> Key:
        parts = []
        for part in str(pattern).split():
            prefix, colon, local = part.partition(":")
            if part in variables:
                parts.append(part)
            elif part.startswith("<"):
                parts.append(part[1:-1])
            elif colon and prefix + colon in self.prefixes:
                parts.append(self.prefixes[prefix + colon] + local)
            else:
                self._refuse(self._line_of("reads"), 1, f"reads: {part} is neither an IRI nor a variable of axioms")
        return tuple(parts)

    def _refuse(self, line: int, column: int, reason: str, cause: Exception | None = None) -> NoReturn:
        raise RuleError("rule-syntax", path=self.path, line=line, column=column, reason=reason) from cause
