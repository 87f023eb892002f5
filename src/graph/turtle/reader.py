"""The Turtle grammar as a loop over tokens: no recursion, one look-up for a piece that was met before.

Triples come in the order in which Oxigraph gives them, so that both number blank nodes alike: the triple that holds
`[ … ]` after what stands in it, the one that holds `( … )` after the first member.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ..namespaces import COMMON
from .hints import bare_iri, undeclared
from .lexer import IRI, TOKEN, TRIVIA
from .ntriples import FIRST, NIL, REST
from .parts import DEPTH_LIMIT, Directive, Finding, Row, Statement
from .recovery import mend, unfinished
from .site import Frame, How, Mend, Site, State
from .terms import Fault, Scope, is_iri

FINDINGS_LIMIT = 100

_START, _VERB, _VERB_OR_DOT, _VERB_OR_END, _VERB_OR_CLOSE, _OBJECT, _ITEM, _AFTER = map(int, State)
_UNREAD = ""  # stands for a term that could not be read
_DIRECTIVE = re.compile(
    rf"(?:(?:@prefix|[Pp][Rr][Ee][Ff][Ii][Xx])(?![^\s\#:]){TRIVIA}(?P<prefix>[^\s<>\"'\#:]*+:){TRIVIA}"
    rf"|(?:@base|[Bb][Aa][Ss][Ee])(?![^\s\#<]){TRIVIA})(?P<iri>{IRI})"
)
_DOT = re.compile(rf"{TRIVIA}\.")


class Reader:
    """Reads statements of one text: `rows`, `statements`, `directives` and `findings` grow as it goes.

    A row is subject, predicate, object as N-Triples, then the offset where the piece of each begins.
    """

    def __init__(
        self, text: str, scope: Scope, known: Mapping[str, str] | None = None, depth: int = DEPTH_LIMIT
    ) -> None:
        self.text = text
        self.scope = scope
        self.rows: list[Row] = []
        self.statements: list[Statement] = []
        self.directives: list[Directive] = []
        self.findings: list[Finding] = []
        self.blanks = 0
        self._known = {**COMMON, **(known or {})}
        self._depth = depth
        self._labels: dict[str, str] = {}
        self._undeclared: set[str] = set()
        self._stack: list[Frame] = []
        self._state = _START
        self._inside = self._subject = self._verb = self._head = ""
        self._subject_at = self._verb_at = self._opened = self._began = self._first = self._before = 0
        self._mark, self._ended = -1, ("", 0)

    def run(self, at: int = 0, end: int | None = None) -> None:
        """Read the statements between two offsets, in the scope as it is."""
        end = len(self.text) if end is None else end
        while at < end:
            at = self._stretch(at, end)
        last = unfinished(self._site("", end, len(self.text[:end].rstrip()) if self._state else end))
        if last is not None and not (self.findings and self.findings[-1].key == "long-string-open"):
            self._follow(last)
        self._stack.clear()
        self._inside, self._state = "", _START

    def _stretch(self, at: int, end: int) -> int:  # noqa: C901  the one hot loop
        """Read tokens one after the other; where to go on when one is not simply followed by the next."""
        rows, scope = self.rows, self.scope
        nodes, verbs, literal = scope.nodes, scope.verbs, scope.literal
        for found in TOKEN.finditer(self.text, at, end):
            piece, state = found[1], self._state
            if state == _AFTER:
                if piece == ";":
                    self._state, self._mark = _VERB_OR_END, found.start(1)
                    continue
                if piece == ",":
                    self._state, self._mark = _OBJECT, found.start(1)
                    continue
                if piece == "." and not self._inside:
                    self._finish(found.end())
                    continue
            elif state == _OBJECT:
                term = nodes.get(piece)
                if term is None and piece[:1] == '"' and len(piece) > 1:
                    try:
                        term = literal(piece)
                    except Fault as fault:
                        term = self._faulty(fault, found.start(1))
                if term is not None:
                    rows.append((self._subject, self._verb, term, self._subject_at, self._verb_at, found.start(1)))
                    self._state = _AFTER
                    continue
            elif _VERB <= state <= _VERB_OR_CLOSE:
                term = verbs.get(piece)
                if term is not None:
                    self._verb, self._verb_at, self._state = term, found.start(1), _OBJECT
                    continue
            resume = self._step(piece, found)
            if resume != found.end():
                return resume
        return end

    def _step(self, piece: str, found: re.Match[str]) -> int:
        """Take a piece that needs thought; where to go on."""
        state, start = self._state, found.start(1)
        if not piece:
            return start
        self._before = found.start()
        if state == _AFTER:
            resume = self._separator(piece, start)
        elif _VERB <= state <= _VERB_OR_CLOSE:
            resume = self._predicate(piece, start)
        else:
            resume = self._node(piece, start)
        if resume is None:
            return self._follow(mend(self._site(piece, start, found.start())))
        return resume

    def _separator(self, piece: str, start: int) -> int | None:
        if piece == "]" and self._inside == "[":
            return self._close_properties(start + 1, empty=False)
        return None

    def _predicate(self, piece: str, start: int) -> int | None:
        state = self._state
        if is_iri(piece):
            self._verb, resume = self._iri(piece, start)
            self._verb_at, self._state = start, _OBJECT
            return resume
        if piece == ";" and state == _VERB_OR_END:
            return start + 1
        if piece == "." and not self._inside and state in (_VERB_OR_END, _VERB_OR_DOT):
            return self._finish(start + 1)
        if piece == "]" and self._inside == "[" and state in (_VERB_OR_END, _VERB_OR_CLOSE):
            return self._close_properties(start + 1, empty=state == _VERB_OR_CLOSE)
        return None

    def _node(self, piece: str, start: int) -> int | None:
        """A subject, an object, a member of a collection; there, a bracket too, and a directive for a subject."""
        state, first = self._state, piece[0]
        if state == _START:
            self._began, self._first = start, len(self.rows)
            if first == "@" or piece.lower() in ("prefix", "base"):
                return self.directive(start)
        if first in "[(":
            return self._open(piece, start)
        if piece == ")" and state == _ITEM:
            return self._close_collection(start)
        term, resume = self._iri(piece, start) if is_iri(piece) else (self._leaf(piece, start), start + len(piece))
        if term is None:
            return None
        self._put(term, start)
        return resume

    def _leaf(self, piece: str, start: int) -> str | None:
        """A blank node, a literal, a number or a boolean; None for what is none of them, or may not stand here."""
        first, scope = piece[0], self.scope
        if piece.startswith("_:"):
            term = self._labels.get(piece)
            if term is None:
                term = self._labels[piece] = self._blank()
            scope.nodes[piece] = term
            return term
        if self._state == _START:
            return None
        if first in "\"'" and len(piece) > 1:
            try:
                return scope.literal(piece)
            except Fault as fault:
                return self._faulty(fault, start)
        return scope.values.get(piece) or scope.value(piece)

    def _iri(self, piece: str, start: int) -> tuple[str, int]:
        resume = start + len(piece)
        term = self.scope.nodes.get(piece)
        if term is not None:
            return term, resume
        try:
            return self.scope.iri(piece), resume
        except Fault as fault:
            if fault.key == "undeclared-prefix":
                return self._without_prefix(piece, start)
            return self._faulty(fault, start), resume

    def _without_prefix(self, piece: str, start: int) -> tuple[str, int]:
        end = bare_iri(self.text, start, piece)
        if end is not None:
            self._report("iri-bare", start, end, {"iri": self.text[start:end]})
            return _UNREAD, end
        prefix = piece[: piece.index(":")]
        if prefix not in self._undeclared:
            self._undeclared.add(prefix)
            key, parameters = undeclared(prefix, self.scope.prefixes, self._known)
            self._report(key, start, start + len(prefix) + 1, parameters)
        return _UNREAD, start + len(piece)

    def _faulty(self, fault: Fault, start: int) -> str:
        if fault.key == "undeclared-prefix":
            self._without_prefix(fault.parameters["prefix"] + ":", start + fault.start)
        elif fault.key != "too-long" or all(known.key != fault.key for known in self.findings):
            self._report(fault.key, start + fault.start, start + fault.end, fault.parameters)
        return _UNREAD

    def directive(self, start: int) -> int | None:
        """Take the directive that begins here; where it ends, or None when it is malformed."""
        found = _DIRECTIVE.match(self.text, start)
        if found is None:
            return None
        sparql = self.text[start] != "@"
        prefix, end = found["prefix"], found.end()
        if prefix is not None and TOKEN.match(prefix)[1] != prefix:  # type: ignore[index]  it matches any text
            return None
        if not sparql:
            dot = _DOT.match(self.text, end)
            if dot is None:
                self._report("missing-dot", end, end, {})
            else:
                end = dot.end()
        try:
            iri = self.scope.rebase(found["iri"]) if prefix is None else self.scope.declare(prefix[:-1], found["iri"])
        except Fault as fault:
            self._faulty(fault, found.start("iri"))
            self._undeclared.add((prefix or "")[:-1])
            return end
        self.directives.append(Directive(start, end, prefix and prefix[:-1], iri, found.start("iri"), sparql))
        return end

    def _blank(self) -> str:
        self.blanks += 1
        return f"_:{self.blanks}"

    def _put(self, term: str, at: int) -> None:
        """A term that is one piece takes its place."""
        if self._state != _ITEM:
            self._take(term, at)
            return
        quoted = self.text[at] in "\"'"
        held, link = self._held(), self._member(at)
        row = (self._subject, FIRST, term, self._subject_at, at, at)
        order = (link, held, row) if quoted else (row, link, held)
        self.rows.extend(one for one in order if one is not None)

    def _held(self) -> Row | None:
        """The row of a string without tag or datatype just before this piece.

        The engine gives it after what this piece gives: it waits to see whether a tag or a datatype follows.
        """
        rows = self.rows
        if rows and self.text[self._before - 1] in "\"'" and rows[-1][2].endswith('"'):
            return rows.pop()
        return None

    def _take(self, term: str, at: int, after_subject: int = _VERB) -> None:
        """A term takes the place that the state says; in a collection, its cell is there already."""
        if self._state == _START:
            self._subject, self._subject_at, self._state = term, at, after_subject
            return
        self.rows.append((self._subject, self._verb, term, self._subject_at, self._verb_at, at))
        if self._state == _OBJECT:
            self._state = _AFTER

    def _member(self, at: int) -> Row | None:
        """A new cell for the member that begins here, and the triple that links it to what comes before."""
        previous, previous_at, cell = self._subject, self._subject_at, self._blank()
        if self._head:
            link = (previous, REST, cell, previous_at, at, at)
            self._subject_at = at
        else:
            around = self._stack[-1]
            place = (around.subject, around.verb, cell, around.subject_at, around.verb_at, self._opened)
            link = None if around.state == _START else place
            self._head, self._subject_at = cell, self._opened
        self._subject, self._verb, self._verb_at = cell, FIRST, at
        return link

    def _open(self, bracket: str, at: int) -> int:
        if len(self._stack) >= self._depth:
            self._report("too-deep", at, at + 1, {"limit": self._depth})
            return self._stop()
        if self._state == _ITEM:
            held, link = self._held(), self._member(at)
            self.rows.extend(one for one in (link, held) if one is not None)
        place = (self._subject, self._subject_at, self._verb, self._verb_at)
        self._stack.append(Frame(self._state, self._inside, *place, self._opened, self._head))
        self._inside, self._opened, self._head = bracket, at, ""
        if bracket == "[":
            self._subject, self._subject_at, self._state = self._blank(), at, _VERB_OR_CLOSE
        else:
            self._subject, self._state = "", _ITEM
        return at + 1

    def _restore(self) -> None:
        around = self._stack.pop()
        self._state, self._inside, self._opened, self._head = around.state, around.inside, around.opened, around.head
        self._subject, self._subject_at = around.subject, around.subject_at
        self._verb, self._verb_at = around.verb, around.verb_at

    def _close_properties(self, end: int, *, empty: bool) -> int:
        term, at = self._subject, self._subject_at
        held = self._held() if self._state == _AFTER else None
        self._restore()
        self._take(term, at, _VERB if empty else _VERB_OR_DOT)
        if held is not None:
            self.rows.append(held)
        return end

    def _close_collection(self, at: int) -> int:
        head, opened = self._head, self._opened
        if head:
            held = self._held()
            self.rows.append((self._subject, REST, NIL, self._subject_at, at, at))
            if held is not None:
                self.rows.append(held)
        self._restore()
        if not head or self._state == _START:
            self._take(head or NIL, opened)
        elif self._state == _OBJECT:
            self._state = _AFTER
        return at + 1

    def _finish(self, end: int) -> int:
        """The statement ends here."""
        self.statements.append(Statement(self._began, end, self._first, len(self.rows)))
        self._ended = self._subject, self._subject_at
        self._stack.clear()
        self._inside, self._state = "", _START
        return end

    def _reopen(self) -> None:
        """The statement before goes on: what was read since as a subject is a predicate, the predicate an object."""
        subject, subject_at, verb, verb_at = self._subject, self._subject_at, self._verb, self._verb_at
        (self._subject, self._subject_at), before = self._ended, self.statements.pop()
        self._began, self._first = before.start, before.first
        if self._state == _START:
            self._state = _VERB_OR_END
            return
        if self._state == _OBJECT:
            self.rows.append((self._subject, subject, verb, self._subject_at, subject_at, verb_at))
        self._verb, self._verb_at = subject, subject_at
        self._state = _AFTER if self._state == _OBJECT else _OBJECT

    def _stop(self) -> int:
        return self._finish(len(self.text))

    def _site(self, piece: str, at: int, before: int) -> Site:
        opened = self._opened if self._inside else -1
        statement = self.statements[-1] if self.statements else None
        directive = self.directives[-1] if self.directives else None
        place = (piece, at, before, opened, self._mark, self._began, statement, directive)
        return Site(self.text, State(self._state), self._inside, *place)

    def _report(self, key: str, start: int, end: int, parameters: Mapping[str, object]) -> None:
        if len(self.findings) < FINDINGS_LIMIT:
            self.findings.append(Finding(key, start, end, parameters))

    def _follow(self, found: Mend) -> int:
        """Report a fault and go on as it says."""
        marker = found.key == "conflict"
        if found.key == "foreign":
            self.findings.clear()
        if not (marker and any(known.key == "conflict" for known in self.findings) and self.text[found.start] != "<"):
            self._report(found.key, found.start, found.end, found.parameters)
        if len(self.findings) >= FINDINGS_LIMIT:
            self.findings.append(Finding("too-many", found.start, found.end, {"limit": FINDINGS_LIMIT}))
            return self._stop()
        self._go_on(found)
        return found.resume

    def _go_on(self, found: Mend) -> None:
        how, state = found.how, self._state
        if how is How.TERM:
            if state == _START:
                self._subject, self._subject_at, self._state = _UNREAD, found.start, _VERB
            elif state == _OBJECT:
                self._state = _AFTER
            elif state != _ITEM:
                self._verb, self._verb_at, self._state = _UNREAD, found.start, _OBJECT
        elif how in (How.AS_END, How.LOST):
            self._finish(found.resume)
        elif how is How.VERB_BEFORE:
            _, _, self._verb, _, _, self._verb_at = self.rows.pop()
            self._state = _OBJECT
        elif how is How.REOPENED:
            self._reopen()
        elif how is not How.SKIP:
            self._state = {How.AS_VERB: _VERB_OR_END, How.AS_OBJECT: _OBJECT, How.AS_AFTER: _AFTER}[how]
