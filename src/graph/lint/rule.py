"""What a lint rule is: one class in one module of `rules/`, its cases beside it in YAML, its page in the catalogues.

A file goes first through searches that run in C (`suspects`, `doubts`, `tests`); only one that a rule suspects is read
token by token, once for all the rules that do.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ..dataset import Parsed, Role
from ..texts import Text
from ..turtle.anchors import Anchor
from .context import Context
from .facts import Facts

if TYPE_CHECKING:  # its patterns take a tenth of a second to compile: a file nobody suspects is never lexed
    from .page import Page

#: A search of the lexical form of a literal, as N-Triples escapes it: anything true is a suspicion.
Test = Callable[[bytes], object]
#: Property, lexical form and suffix (`@fr`, `^^<…>` or nothing) of a literal of N-Triples.
Literal = tuple[bytes, bytes, bytes]

EVERYTHING = frozenset({Role.ONTOLOGY, Role.SHAPES, Role.DATA})  # what others say is not ours to mend
DATA = frozenset({Role.DATA})
NOT_SHAPES = frozenset({Role.DATA, Role.ONTOLOGY})


class Look(NamedTuple):
    """What can be seen of a file without reading its tokens.

    `lower` is its text in small letters, `declarations` how often that says `prefix`; `foreign` what is left of it
    without ASCII, characters in their order.
    """

    parsed: Parsed
    facts: Facts
    text: bytes
    ntriples: bytes
    lower: bytes
    foreign: bytes
    declarations: int
    literals: Iterable[Literal]


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule found: the key of its sentence, the stretch of the text, and the edits that mend it, by offsets.

    The edits do what the rule asks for and nothing else; a rule that cannot be sure of that gives none.
    """

    key: str
    start: int
    end: int
    parameters: Mapping[str, object] = field(default_factory=dict)
    edits: tuple[tuple[int, int, str], ...] = ()
    focus: str | None = None
    property: str | None = None
    value: str | None = None


class Rule(ABC):
    """A rule: its stable code, its name in `[lint]`, its level unless `[lint]` says another, the files it reads."""

    code: ClassVar[str]
    name: ClassVar[str]
    level: ClassVar[str] = "warning"
    policy: ClassVar[bool] = False  # a house rule: `policy` in `[lint]` sets its level
    roles: ClassVar[frozenset[Role]] = EVERYTHING
    echoes: ClassVar[bool] = False  # shapes often say the same, and better: they know the class


class FileRule(Rule):
    """A rule on what a file describes: it needs no token."""

    roles = DATA

    @abstractmethod
    def check(self, parsed: Parsed, facts: Facts, context: Context) -> Iterator[tuple[Text, Anchor]]:
        """What is wrong, and what to point at; an empty anchor is the file as a whole."""


class DocumentRule(Rule):
    """A rule on what is written. A suspicion may be wrong, never missing."""

    def suspects(self, look: Look, context: Context) -> bool:  # noqa: ARG002 - the hook of those who look at files
        """Whether the file may hold what the rule looks for."""
        return False

    def doubts_prefix(self, prefix: str, namespace: str, context: Context) -> bool:  # noqa: ARG002 - the hook of those who look at prefixes
        """Whether a declaration may be wrong; asked once for each pair of a graph."""
        return False

    def doubts(self, iri: str, context: Context) -> bool:  # noqa: ARG002 - the hook of those who look at IRIs
        """Whether an IRI may be wrong, as predicate, object or datatype; asked once for each IRI of a graph."""
        return False

    def test(self, prop: str, suffix: str, context: Context) -> Test | None:  # noqa: ARG002 - the hook of those who look at literals
        """What to search in the literals of a property with that suffix (`@fr`, a datatype IRI, nothing)."""
        return None

    @abstractmethod
    def check(self, page: Page, context: Context) -> Iterator[Finding]:
        """What is wrong, located."""
