"""What the formatter arranges: Turtle as a tree that keeps its comments. `tree_reader` makes it, `layout` writes it."""

from __future__ import annotations

from dataclasses import dataclass, field

from ..namespaces import RDF

TYPE = RDF + "type"


class Node:
    """A term: `text` as it is written, but for the IRI that ends it, which waits for its prefix in `iri`.

    `before` are the comments above it, `after` the one that follows it; `flat` is the whole on one line.
    """

    __slots__ = ("after", "before", "flat", "iri", "text")

    def __init__(self, text: str, iri: str | None = None) -> None:
        self.text = text
        self.iri = iri
        self.before: tuple[str, ...] = ()
        self.after = ""
        self.flat: str | None = None


class Properties(Node):
    """A blank node property list `[ … ]`; `end` are the comments before its closing bracket."""

    __slots__ = ("end", "pairs")

    def __init__(self) -> None:
        super().__init__("[")
        self.pairs: list[Pair] = []
        self.end: tuple[str, ...] = ()


class Collection(Node):
    """A collection `( … )`; `end` are the comments before its closing bracket."""

    __slots__ = ("end", "items")

    def __init__(self) -> None:
        super().__init__("(")
        self.items: list[Node] = []
        self.end: tuple[str, ...] = ()


class Pair:
    """A predicate and its objects; `at` is the offset where it begins."""

    __slots__ = ("after", "at", "before", "flat", "objects", "verb")

    def __init__(self, verb: Node, at: int, before: tuple[str, ...]) -> None:
        self.verb = verb
        self.at = at
        self.objects: list[Node] = []
        self.before = before
        self.after = ""
        self.flat: str | None = None


class Statement:
    """A subject and what is said of it; `after` is the comment on the subject's line, `end` those before the dot."""

    __slots__ = ("after", "at", "before", "end", "pairs", "subject")

    def __init__(self, at: int, before: tuple[str, ...]) -> None:
        self.subject = Node("")
        self.at = at
        self.pairs: list[Pair] = []
        self.before = before
        self.after = ""
        self.end: tuple[str, ...] = ()


@dataclass(slots=True)
class Declaration:
    """A prefix, its namespace and how the namespace is to be written; a base has no prefix."""

    prefix: str | None
    namespace: str
    written: str
    before: tuple[str, ...]
    after: str = ""


@dataclass(slots=True)
class Section:
    """Comments that stand alone (an empty one is a blank line), and the statements below them."""

    comments: tuple[str, ...]
    statements: list[Statement] = field(default_factory=list)


@dataclass(slots=True)
class Tree:
    """A whole text. `holders` are all that hold pairs, the innermost first; `iris` every IRI that may be shortened."""

    header: tuple[str, ...] = ()
    declarations: list[Declaration] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    holders: list[Statement | Properties | Collection] = field(default_factory=list)
    iris: set[str] = field(default_factory=set)
