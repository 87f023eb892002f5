"""What the gate says of a contribution: beside each field, in the words of who fills it in, and where to hand it in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...texts import keys, say

if TYPE_CHECKING:
    from ..checking import near
    from ..site import Site
    from .entries import Form
    from .writing import Written

_TURTLE = re.compile(r"<|\^\^|\.ttl|\"@|\w:\w")


@dataclass(slots=True)
class Outcome:
    """What the gate says: beside which field, or of the whole; what resembles it; the file, and where to hand it in.

    Of what is `told`, errors alone keep it from being ready; `advice` says why some fields that are empty are worth
    filling in, by their names.
    """

    found: Mapping[str, Any]
    told: Mapping[str, Sequence[tuple[str, str]]]
    others: Sequence[Mapping[str, Any]]
    advice: Mapping[str, str]
    like: Sequence[near.Neighbour]
    ready: bool
    path: str
    forge: str = ""
    whole: bool = False  # the address of the forge carries the text

    @property
    def errors(self) -> int:
        """How many things are to be mended in the fields."""
        return sum(severity == "error" for said in self.told.values() for severity, _ in said)

    @property
    def tips(self) -> Sequence[tuple[str, str]]:
        """What is advised of each field, by its name: of its value, and of those that are empty."""
        said = [(name, *each) for name, found in self.told.items() for each in found]
        return [*((name, message) for name, severity, message in said if severity != "error"), *self.advice.items()]


def outcome(site: Site, form: Form, written: Written, found: Mapping[str, Any], language: str) -> Outcome:
    """What a page tells of what was written."""
    told: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
    for name, message in written.wrong.items():
        told[name].append(("error", message))
    for name, message in written.mended.items():
        told[name].append(("info", message))
    others, lines, advice = [], found["text"].split("\n"), dict[str, str]()
    for each in found["diagnostics"]:
        names = (_named(form, each, written) or _on_line(each, written, lines)) if each["here"] else []
        unsaid = not any(written.values[name] and name not in written.wrong for name in names)
        if names and unsaid and each["rule"] in form.outline.missing:
            if each["severity"] == "error" and written.wrong.keys().isdisjoint(names):
                key = "web.contribute-missing" if len(names) == 1 else "web.contribute-missing-either"
                told[names[0]] = [("error", say(language, key))]
            elif each["severity"] != "error":
                advice.setdefault(names[0], _advised(site, form, names[0], each["message"], language))
        elif names:
            name = _best(names, each, written)
            told[name].append((each["severity"], _plainly(site, form, name, each["message"], language)))
        else:
            others.append(each)
    path = f"{site.settings.folders.data}/{form.sort.kind}/{written.slug}.ttl"
    ready = found["conforms"] and not written.wrong
    address, whole = forge(site, path, found["text"]) if ready else ("", False)
    return Outcome(found, dict(told), others, advice, (), ready, path, address, whole)


def forge(site: Site, path: str, text: str) -> tuple[str, bool]:
    """Where the forge makes a file, with its text in the address when it may be so long, and whether it is."""
    template, most = site.settings.contribute.new_file, site.settings.limits.contribute_link_characters
    address = template.replace("{path}", quote(path, safe=""))
    whole = address.replace("{text}", quote(text, safe=""))
    return (whole, True) if "{text}" in template and len(whole) <= most else (address.replace("{text}", ""), False)


def _named(form: Form, each: Mapping[str, Any], written: Written) -> list[str]:
    """The fields that a diagnostic is about; in place of an empty one, that which it follows."""
    found: list[str] = []
    for path, language in form.outline.rules.get(each["rule"] or "", ()) or ((each["property"], ""),):
        entries = [entry for entry in form.entries.values() if entry.path == path]
        spoken = [entry for entry in entries if language and entry.language == language]
        for entry in spoken or entries:
            leads = entry.follows in form.entries and not written.values[entry.name]
            found.append(entry.follows if leads else entry.name)
    return list(dict.fromkeys(found))


def _on_line(each: Mapping[str, Any], written: Written, lines: Sequence[str]) -> list[str]:
    """The fields that have a value where a diagnostic points."""
    line = lines[each["line"] - 1] if each["line"] <= len(lines) else ""
    return list(dict.fromkeys(name for name, term in written.said if term in line and name in written.values))


def _plainly(site: Site, form: Form, name: str, message: str, language: str) -> str:
    """What a shape says, without what to write in Turtle: who fills a form in writes none."""
    problem, colon, remedy = message.partition(": ")
    if colon and _TURTLE.search(remedy):
        message = f"{problem.rstrip()}."
    curie = site.prefixes.shrink(form.entries[name].path)
    return message.replace(curie, say(language, "web.contribute-this")) if message.startswith(f"{curie} ") else message


def _advised(site: Site, form: Form, name: str, message: str, language: str) -> str:
    """Why a field that may stay empty is worth filling in: in our words where we have some, else in the shape's."""
    key = f"web.advice.{site.prefixes.shrink(form.entries[name].path)}"
    return say(language, key) if key in keys(language) else _plainly(site, form, name, message, language)


def _best(names: Sequence[str], each: Mapping[str, Any], written: Written) -> str:
    """The field that has the value a diagnostic is about, else the first that is filled in, else the first."""
    value = each["value"]
    having = (name for name in names if value is not None and value in written.values[name])
    filled = (name for name in names if written.values[name])
    return next(iter((*having, *filled, *names)))
