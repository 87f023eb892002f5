"""What a Turtle tree is written with and in which order: prefixes, statements, predicates, objects.

Prefixes are those in use and no other. In each section, ontologies and concept schemes come first, then what has a
`schema:position`, then the others by name; a subject is told of once, a predicate once, an object once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby

from ..namespaces import OWL, SKOS
from ..texts import LANGUAGES
from .lexer import PREFIXED_NAME
from .tree import TYPE, Collection, Node, Pair, Properties, Section, Statement, Tree

WIDTH = 120
_POSITION = "https://schema.org/position"
_HEADS = {OWL + "Ontology", SKOS + "ConceptScheme"}
_LAST = float("inf")
_NUMBER = re.compile(r"[+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?\Z")


@cache
def _name() -> re.Pattern[str]:
    return re.compile(rf"{PREFIXED_NAME}\Z")


def arrange(tree: Tree, prefixes: Mapping[str, str], order: Mapping[str, int]) -> dict[str, str]:
    """Give every term its text and everything its place; the prefixes that takes, each with its namespace.

    `prefixes` are the names to prefer, `order` gives the rank of a predicate.
    """
    names, used = _shortened(tree, prefixes)
    for holder in tree.holders:
        if isinstance(holder, Collection):
            _name_all(holder.items, names)
            holder.flat = _flat(holder, "( ", " ".join(item.flat or "" for item in holder.items), " )")
            continue
        for pair in holder.pairs:
            if pair.verb.text != "a":
                pair.verb.text += names.get(pair.verb.iri or "", "")
            _name_all(pair.objects, names)
        _order_pairs(holder, order)
        if isinstance(holder, Properties):
            holder.flat = _flat(holder, "[ ", " ; ".join(pair.flat or "" for pair in holder.pairs), " ]")
        else:
            _name_all([holder.subject], names)
    for section in tree.sections:
        section.statements = _sorted(section, order)
    return used


def _shortened(tree: Tree, prefixes: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """How each IRI is written, and the prefixes that takes, each with its namespace.

    A namespace that `prefixes` knows has the name it has there; another keeps the one the text gives it, unless that
    name is taken.
    """
    given = {one.namespace: one.prefix for one in reversed(tree.declarations) if one.prefix is not None}
    standard = {namespace: prefix for prefix, namespace in prefixes.items()}
    known = given | standard
    lengths = sorted({len(namespace) for namespace in known}, reverse=True)
    within: dict[str, str] = {}
    for iri in tree.iris:
        for length in lengths:
            if iri[:length] in known and length < len(iri) and _name().match(f":{iri[length:]}"):
                within[iri] = iri[:length]
                break
    used: dict[str, str] = {}
    if not tree.holders:  # prefixes with nothing to use them yet: a file that is being begun
        within = {namespace: namespace for namespace in given}
    for namespace in sorted(set(within.values()), key=lambda one: (one not in standard, one)):
        used.setdefault(known[namespace], namespace)
    names = {}
    for iri in tree.iris:
        namespace = within.get(iri)
        fits = namespace is not None and used[known[namespace]] == namespace
        names[iri] = f"{known[namespace]}:{iri[len(namespace) :]}" if fits else f"<{iri}>"
    return names, used


def _name_all(nodes: Iterable[Node], names: Mapping[str, str]) -> None:
    for node in nodes:
        if node.iri is not None:
            node.text += names[node.iri]
        if type(node) is Node and "\n" not in node.text:
            node.flat = node.text


def _flat(holder: Properties | Collection, opening: str, inside: str, closing: str) -> str | None:
    """A bracket on one line; None where comments, line ends or its length forbid it."""
    if isinstance(holder, Properties):
        parts: list[Pair | Node] = [*holder.pairs]
    else:
        parts = [*holder.items]
    if holder.end or len(inside) > WIDTH or any(part.flat is None or part.before or part.after for part in parts):
        return None
    return f"{opening}{inside}{closing}" if parts else opening.strip() + closing.strip()


def _order_pairs(holder: Statement | Properties, order: Mapping[str, int]) -> None:
    """Each predicate once, `a` first, then by rank, then by name; its objects sorted, each once."""
    merged: dict[str, Pair] = {}
    for pair in holder.pairs:
        kept = merged.setdefault(pair.verb.text, pair)
        if kept is not pair:
            _hang(kept)
            _hang(pair)
            kept.objects += pair.objects
    holder.pairs = sorted(merged.values(), key=lambda pair: _pair_rank(pair, order))
    for pair in holder.pairs:
        if len(pair.objects) > 1:
            pair.objects = _distinct(sorted(pair.objects, key=_rank))
        if len(pair.objects) == 1:
            _lift(pair)
        flats = [one.flat for one in pair.objects if one.flat is not None and not one.before and not one.after]
        fits = len(flats) == len(pair.objects) and sum(map(len, flats)) <= WIDTH
        pair.flat = f"{pair.verb.text} {', '.join(flats)}" if fits or len(flats) == 1 == len(pair.objects) else None


def _hang(pair: Pair) -> None:
    """Give the comments of a pair to its first object: it is about to share its predicate."""
    if pair.before or pair.after:
        first = pair.objects[0]
        first.before = (*pair.before, *([pair.after] if pair.after else []), *first.before)
        pair.before, pair.after = (), ""


def _lift(pair: Pair) -> None:
    """Give the comments of a lone object to its pair."""
    node = pair.objects[0]
    pair.before += node.before
    if node.after and pair.after:
        pair.before += (node.after,)
    pair.after = pair.after or node.after
    node.before, node.after = (), ""


def _distinct(nodes: Iterable[Node]) -> list[Node]:
    """Nodes without those written twice; two `[ … ]` are never the same."""
    kept: list[Node] = []
    for _, group in groupby(nodes, key=lambda node: node.text if type(node) is Node else id(node)):
        first, *others = group
        if others:
            more = (one for other in others for one in (*other.before, other.after) if one)
            first.before = (*first.before, *more)
        kept.append(first)
    return kept


def _pair_rank(pair: Pair, order: Mapping[str, int]) -> tuple[float, str]:
    text = pair.verb.text
    return (-1.0, "") if text == "a" else (order.get(pair.verb.iri or "", _LAST), _key(text))


def _rank(node: Node) -> tuple[int, str, float, str]:
    """IRIs, labelled nodes, brackets as they come, texts by language, numbers, other literals."""
    text = node.text
    if type(node) is not Node:
        return 2, "", 0.0, ""
    if text[0] == '"':
        suffix = text.rpartition('"')[2].lower()
        if suffix.startswith("@"):
            language = suffix[1:].partition("-")[0]
            place = LANGUAGES.index(language) if language in LANGUAGES else len(LANGUAGES)
            return 3, f"{place}{suffix}", 0.0, text
        return 5, suffix, 0.0, text
    if _NUMBER.match(text):
        return 4, "", float(text), text
    return int(text.startswith("_:")), "", 0.0, _key(text)


def _key(name: str) -> str:
    """What a name is sorted by: `<…/a>` before `<…/a-b>`."""
    return name.removesuffix(">")


def _sorted(section: Section, order: Mapping[str, int]) -> list[Statement]:
    """The statements of a section in order, those about one named thing made one."""
    about: dict[str, Statement] = {}
    found, more = [], {}
    for statement in section.statements:
        named = type(statement.subject) is Node
        kept = about.setdefault(statement.subject.text, statement) if named else statement
        if kept is statement:
            found.append(statement)
            continue
        above = (*statement.before, *([statement.after] if statement.after else []))
        statement.pairs[0].before = above + statement.pairs[0].before
        kept.pairs += statement.pairs
        kept.end += statement.end
        more[kept.subject.text] = kept
    for statement in more.values():
        _order_pairs(statement, order)
    return sorted(found, key=_statement_rank) if len(found) > 1 else found


def _statement_rank(statement: Statement) -> tuple[bool, int, float, str]:
    text = statement.subject.text
    kind = int(text.startswith("_:")) if type(statement.subject) is Node else 2
    head, position = False, _LAST
    for pair in statement.pairs:
        if pair.verb.iri == TYPE:
            head = any(node.iri in _HEADS for node in pair.objects)
        elif pair.verb.iri == _POSITION and _NUMBER.match(pair.objects[0].text):
            position = float(pair.objects[0].text)
    return not head, kind, position, _key(text) if kind < 2 else ""  # noqa: PLR2004  brackets stay in their order
