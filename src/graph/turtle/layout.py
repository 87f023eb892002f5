"""The one layout of a Turtle tree: what holds on a line, how far each line is set in.

A line holds a predicate with its objects where that fits, else each object has its line; brackets open where they do
not fit, one predicate or member a line.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from .ordering import WIDTH
from .tree import Collection, Declaration, Node, Pair, Properties, Statement, Tree

_INDENT = "    "
_DEEPEST = 12 * len(_INDENT)  # brackets further in are set in no further: the lines would outgrow the text

#: A stretch of the output, or a node still to be written with the margin it stands at.
_Piece = str | tuple[Node, str]


def write(tree: Tree, prefixes: Mapping[str, str]) -> str:
    """The text of a tree that is in order; `prefixes` are those it is written with."""
    blocks = list(_prologue(tree, prefixes))
    for section in tree.sections:
        if section.comments:
            blocks.append(_lines("", section.comments))
        blocks += map(_statement, section.statements)
    return "\n".join(blocks)


def _lines(margin: str, comments: Iterable[str]) -> str:
    return "".join(f"{margin}{comment}\n" if comment else "\n" for comment in comments)


def _prologue(tree: Tree, used: Mapping[str, str]) -> Iterator[str]:
    """The comments at the top, then the prefixes with theirs; those of a prefix that goes are kept at the top."""
    kept: dict[str, Declaration] = {}
    header = tree.header
    for one in tree.declarations:
        comments = (*one.before, *([one.after] if one.after else []))
        if one.prefix is not None and used.get(one.prefix) == one.namespace and one.prefix not in kept:
            kept[one.prefix] = one
        elif comments:
            header = (*header, "", *comments) if header else comments
    block = ""
    for prefix, namespace in sorted(used.items()):
        one = kept.get(prefix) or Declaration(prefix, namespace, namespace, ())
        if one.before and not block:
            header = (*header, "", *one.before) if header else one.before
        else:
            block += _lines("", one.before)
        block += f"@prefix {prefix}: <{one.written}> .{_aside(one.after)}\n"
    yield from (one for one in (_lines("", header), block) if one)


def _statement(statement: Statement) -> str:
    subject, pairs = statement.subject, statement.pairs
    pieces: list[_Piece] = [_lines("", statement.before)]
    if not pairs:
        subject.end += statement.end
        subject.flat = None
        pieces += [(subject, ""), f" .{_aside(statement.after)}\n"]
        return _written(pieces)
    pieces += [subject.flat if _fits(subject.flat, 0) else (subject, ""), f"{_aside(statement.after)}\n"]
    pieces += _pairs(pairs, _INDENT, "" if statement.end else " .")
    if statement.end:
        pieces += [_lines(_INDENT, statement.end), f"{_INDENT}.\n"]
    return _written(pieces)


def _written(pieces: Iterable[_Piece]) -> str:
    """The text of pieces, brackets opened as they come: without recursion, for they may nest deep."""
    text: list[str] = []
    waiting = [iter(pieces)]
    while waiting:
        for piece in waiting[-1]:
            if isinstance(piece, str):
                text.append(piece)
            else:
                waiting.append(_opened(*piece))
                break
        else:
            waiting.pop()
    return "".join(text)


def _opened(node: Node, margin: str) -> Iterator[_Piece]:
    """A node over several lines: a bracket with what it holds further in."""
    inner = margin + _INDENT if len(margin) < _DEEPEST else margin
    if isinstance(node, Properties):
        yield "[\n"
        yield from _pairs(node.pairs, inner, "")
        yield f"{_lines(inner, node.end)}{margin}]"
    elif isinstance(node, Collection):
        yield "(\n"
        for item in node.items:
            yield from _item(item, inner, "")
        yield f"{_lines(inner, node.end)}{margin})"
    else:
        yield node.text


def _pairs(pairs: list[Pair], margin: str, end: str) -> Iterator[_Piece]:
    for pair in pairs:
        yield _lines(margin, pair.before)
        yield from _pair(pair, margin, end if pair is pairs[-1] else " ;")


def _pair(pair: Pair, margin: str, end: str) -> Iterator[_Piece]:
    objects, aside = pair.objects, _aside(pair.after)
    alone = len(objects) == 1
    fits = _fits(pair.flat, len(margin) + len(end)) or (alone and type(objects[0]) is Node)
    # After the last of several objects, without a separator, the comment would be that object's.
    if pair.flat is not None and fits and (alone or end or not aside):
        yield f"{margin}{pair.flat}{end}{aside}\n"
        return
    if alone:
        yield f"{margin}{pair.verb.text} "
        yield objects[0], margin
        yield f"{end}{aside}\n"
        return
    yield f"{margin}{pair.verb.text}{aside}\n"
    for node in objects:
        yield from _item(node, margin + _INDENT, end if node is objects[-1] else ",")


def _item(node: Node, margin: str, end: str) -> Iterator[_Piece]:
    yield _lines(margin, node.before) + margin
    yield node.flat if _fits(node.flat, len(margin) + len(end)) else (node, margin)
    yield f"{end}{_aside(node.after)}\n"


def _fits(flat: str | None, beside: int) -> bool:
    return flat is not None and len(flat) + beside <= WIDTH


def _aside(comment: str) -> str:
    return f" {comment}" if comment else ""
