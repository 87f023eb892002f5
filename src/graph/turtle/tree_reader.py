"""From a Turtle text to a tree that keeps its comments.

A comment alone on its line belongs to what follows it, one at the end of a line to what it follows: a statement, a
predicate with its objects, an object, a member of a collection. Before a closing bracket or a dot, it ends what they
close. Comments between two blank lines, or at the end, belong to no statement: they open a section.
"""

from __future__ import annotations

import re

from ..namespaces import XSD
from . import iri as iris
from .lexer import STRING, TOKEN, tokens
from .ntriples import bare, unescaped
from .reader import Reader
from .spelling import string
from .terms import SHORT, Scope
from .tree import TYPE, Collection, Declaration, Node, Pair, Properties, Section, Statement, Tree

_STRING = re.compile(STRING, re.DOTALL)
_LINE_END = re.compile(r"\r\n|\n|\r")
_IRI = re.compile(r"<.|[^<\"'_][^:]*:|:", re.DOTALL)  # among the tokens there are
_TRIVIA = (" ", "\t", "\r", "\n", "#")
_START, _VERB, _OBJECT, _ITEM, _AFTER = range(5)


class Unexpected(Exception):
    """The text is no Turtle 1.1."""


def grow(text: str, base: str) -> Tree:
    """The tree of a text without faults; relative IRIs resolve against `base`. Raises Unexpected and Fault."""
    return _Grower(text, base).run()


class _Grower:
    def __init__(self, text: str, base: str) -> None:
        self.text = text
        self.tree = Tree(sections=[Section(())])
        self._directives = Reader(text, Scope(base))
        self._scope = self._directives.scope
        self._rebased = False
        self._references: dict[str, tuple[str, str | None]] = {}
        self._pending: list[str] = []  # comments that wait for what follows; an empty one is a blank line
        self._last: Node | Pair | Statement | Declaration | None = None  # what a comment on this line follows
        self._line = 0  # where the first token of this line begins
        self._holder: Statement | Properties | Collection | None = None
        self._around: list[Statement | Properties | Collection] = []
        self._state = _START

    def run(self) -> Tree:
        at = int(self.text.startswith("\ufeff"))
        while at < len(self.text):
            at = self._stretch(at)
        if self._state != _START:
            raise Unexpected
        if any(self._pending):
            self._alone(self._pending)
        return self.tree

    def _stretch(self, at: int) -> int:
        """Take tokens one after the other, up to the end of a directive or of the text."""
        text = self.text
        for found in TOKEN.finditer(text, at):
            piece, start = found[1], found.start(1)
            gap = text[found.start() : start]
            if gap not in {" ", ""}:
                self._gap(gap, start)
            if not piece:
                break
            state = self._state
            if state == _AFTER:
                self._separate(piece)
            elif state == _VERB:
                self._verb(piece, start)
            elif state == _START and (piece[0] == "@" or piece.lower() in ("prefix", "base")):
                return self._directive(start)
            else:
                self._node(piece, start)
        return len(text)

    def _gap(self, gap: str, start: int) -> None:
        """The comments and line ends before a token."""
        if "#" not in gap:
            if "\n" in gap or "\r" in gap:
                self._line = start
            return
        same, *lines = _LINE_END.split(gap)
        if same.strip():
            self._follow(same.strip())
        for number, line in enumerate(lines, 1):
            comment = line.strip()
            if comment:
                self._pending.append(comment)
            elif number < len(lines):
                self._blank_line()
        self._line = start

    def _blank_line(self) -> None:
        if self._pending and self._pending[-1]:
            self._pending.append("")

    def _follow(self, comment: str) -> None:
        """A comment at the end of a line belongs to what it follows there; to what comes next where it is alone."""
        last = self._last
        if isinstance(last, Pair) and self._state != _OBJECT and last.at < self._line:
            last = last.objects[-1]
        if last is None or last.after:
            self._pending.append(comment)
        else:
            last.after = comment

    def _taken(self) -> tuple[str, ...]:
        if not self._pending:
            return ()
        taken = tuple(filter(None, self._pending))
        self._pending.clear()
        return taken

    def _separate(self, piece: str) -> None:
        """What may come after an object: `;` `,` `.` or the end of what holds it."""
        holder = self._holder
        if piece == ",":
            self._state = _OBJECT
        elif piece == ";":
            self._state, self._last = _VERB, holder.pairs[-1]
        elif piece == "]" and isinstance(holder, Properties):
            self._close()
        elif piece == "." and isinstance(holder, Statement):
            self._finish()
        else:
            raise Unexpected

    def _verb(self, piece: str, start: int) -> None:
        holder = self._holder
        if piece == ";" and holder.pairs:
            return
        if piece == "]" and isinstance(holder, Properties):
            self._close()
        elif (
            piece == "." and isinstance(holder, Statement) and (holder.pairs or isinstance(holder.subject, Properties))
        ):
            self._finish()
        else:
            node = self._predicate(piece)
            pair = Pair(node, start, self._taken())
            holder.pairs.append(pair)
            self._last, self._state = pair, _OBJECT

    def _predicate(self, piece: str) -> Node:
        text, iri = ("", TYPE) if piece == "a" else self._resolved(piece)
        if iri == TYPE:
            return Node("a", TYPE)
        if iri is not None:
            self.tree.iris.add(iri)
        return Node(text, iri)

    def _node(self, piece: str, start: int) -> None:
        """A subject, an object or a member of a collection."""
        if self._state == _START:
            self._holder = Statement(start, self._introduced())
        if piece == ")" and self._state == _ITEM:
            self._close()
        elif piece in ("[", "("):
            node = Properties() if piece == "[" else Collection()
            node.before = self._taken()
            self._put(node)
            self._around.append(self._holder)
            self._holder, self._last = node, None
            self._state = _VERB if piece == "[" else _ITEM
        else:
            before = self._taken()
            node = self._leaf(piece)
            node.before = before + self._taken()
            self._put(node)

    def _introduced(self) -> tuple[str, ...]:
        """The comments right above what begins here; those further up stand alone."""
        pending = self._pending
        if not pending:
            return ()
        first = len(pending)
        while first and pending[first - 1]:
            first -= 1
        above = tuple(pending[first:])
        del pending[first:]
        if pending:
            self._alone(pending)
        return above

    def _alone(self, comments: list[str]) -> None:
        sections, tree = self.tree.sections, self.tree
        block = tuple(comments[:-1] if not comments[-1] else comments)
        comments.clear()
        if not tree.declarations and len(sections) == 1 and not sections[0].statements:
            tree.header += ("", *block) if tree.header else block
        else:
            sections.append(Section(block))

    def _put(self, node: Node) -> None:
        holder = self._holder
        if self._state == _OBJECT:
            holder.pairs[-1].objects.append(node)
            self._last, self._state = node, _AFTER
        elif self._state == _ITEM:
            holder.items.append(node)
            self._last = node
        else:
            holder.subject = node
            self._last, self._state = holder, _VERB

    def _close(self) -> None:
        node = self._holder
        node.end = self._taken()
        self.tree.holders.append(node)
        self._holder = around = self._around.pop()
        subject = isinstance(around, Statement) and around.subject is node
        self._last = around if subject else node
        if isinstance(around, Collection):
            self._state = _ITEM
        else:
            self._state = _VERB if subject else _AFTER

    def _finish(self) -> None:
        """A statement ends: a comment after its dot is its own when it holds on a line, else that of its last line."""
        statement = self._holder
        statement.end = self._taken()
        self.tree.holders.append(statement)
        self.tree.sections[-1].statements.append(statement)
        alone = statement.at >= self._line or not statement.pairs
        self._last = statement if alone else statement.pairs[-1]
        self._holder, self._state = None, _START

    def _directive(self, start: int) -> int:
        reader, tree = self._directives, self.tree
        known = len(reader.directives)
        end = reader.directive(start)
        if end is None or len(reader.directives) == known:
            raise Unexpected
        directive = reader.directives.pop()
        self._references.clear()
        before = self._introduced()
        inside = tuple(token.text.strip() for token in tokens(self.text, start, end) if token.kind == "comment")
        if before and not tree.declarations and not any(section.statements for section in tree.sections):
            tree.header += ("", *before) if tree.header else before
            before = ()
        written = directive.iri
        if directive.prefix is None:
            self._rebased = True
        elif not self._rebased:
            end_of_iri = self.text.index(">", directive.iri_at)
            given = unescaped(self.text[directive.iri_at + 1 : end_of_iri])
            written = given if _is_relative(given) else written
        self._last = Declaration(directive.prefix, directive.iri, written, before + inside)
        tree.declarations.append(self._last)
        return end

    def _leaf(self, piece: str) -> Node:
        first = piece[0]
        if piece.startswith("_:"):
            return Node(piece)
        if first in "\"'" and len(piece) > 1:
            return self._literal(piece)
        if ":" in piece or first == "<":
            return self._named(piece)
        if self._state == _START or self._scope.value(piece) is None:
            raise Unexpected
        return Node(piece)

    def _named(self, token: str) -> Node:
        text, iri = self._resolved(token)
        if iri is not None:
            self.tree.iris.add(iri)
        return Node(text, iri)

    def _resolved(self, token: str) -> tuple[str, str | None]:
        """A relative IRI as it is, unless the text itself sets a base; else nothing yet, and the whole IRI."""
        found = self._references.get(token)
        if found is None:
            if not _IRI.match(token):
                raise Unexpected
            absolute = bare(self._scope.iri(token))
            given = unescaped(bare(token)) if token[0] == "<" and not self._rebased else absolute
            found = (f"<{given}>", None) if _is_relative(given) else ("", absolute)
            self._references[token] = found
        return found

    def _literal(self, piece: str) -> Node:
        if self._state == _START:
            raise Unexpected
        quoted = _STRING.match(piece)[0]  # type: ignore[index]  a token that begins with a quote is a string
        suffix = piece[len(quoted) :]
        if suffix.startswith(_TRIVIA) or suffix.startswith(_TRIVIA, 2):
            parts = list(tokens(suffix))
            self._pending += [part.text.strip() for part in parts if part.kind == "comment"]
            suffix = "".join(part.text for part in parts if part.kind not in ("space", "comment"))
        text = string(quoted)
        if not suffix.startswith("^^"):
            return Node(text + suffix)
        datatype, iri = self._resolved(suffix[2:])
        if iri == XSD + "string":
            return Node(text)
        short = SHORT.get(iri or "")
        if short is not None and short.fullmatch(text, 1, len(text) - 1):
            return Node(text[1:-1])
        if iri is not None:
            self.tree.iris.add(iri)
        return Node(f"{text}^^{datatype}", iri)


def _is_relative(given: str) -> bool:
    parts = iris.split(given)
    return parts is not None and parts.scheme is None
