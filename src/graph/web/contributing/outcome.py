"""What the gate says of a contribution: beside each field, in the words of who fills it in, and where to hand it in."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from ...texts import keys, say, shortened

if TYPE_CHECKING:
    from ..checking import near
    from ..site import Site
    from .entries import Entry, Form
    from .writing import Written

_TURTLE = re.compile(r"<|\^\^|\.ttl|\"@|\w:\w")
_TERM = re.compile(r"<([^<>\s…]+)>|\b([a-z][\w-]*:[A-Za-z][\w-]*)")  # an IRI, a prefixed name
_REMEDIES = {
    "date": "web.contribute-remedy-date",
    "day": "web.contribute-remedy-day",
    "moment": "web.contribute-remedy-moment",
    "number": "web.contribute-remedy-number",
    "select": "web.contribute-remedy-select",
    "checks": "web.contribute-remedy-select",
    "things": "web.contribute-remedy-things",
    "url": "web.contribute-remedy-url",
}
_SHOWN = 100  # characters of a value that is no IRI of ours


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

    def beside(self, name: str) -> Sequence[tuple[str, str]]:
        """What is said of a field, each with its severity."""
        advised = [("warning", self.advice[name])] if name in self.advice else []
        return [*self.told.get(name, ()), *advised]

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
        names: list[str] = []
        if each["here"]:
            names = _named(form, each, written) or _on_line(each, written, lines) or _spoken_of(site, form, each)
        unsaid = not any(written.values[name] and name not in written.wrong for name in names)
        if names and unsaid and each["rule"] in form.outline.missing:
            if each["severity"] == "error" and written.wrong.keys().isdisjoint(names):
                key = "web.contribute-missing" if len(names) == 1 else "web.contribute-missing-either"
                told[names[0]] = [("error", say(language, key))]
            elif each["severity"] != "error":
                advice.setdefault(names[0], _advised(site, form, names[0], each["message"], language))
        elif names:
            name = _best(names, each, written, lacking=each["rule"] in form.outline.missing)
            said, whole = _plainly(site, form, name, each["message"], language)
            if not whole:
                said = " ".join(filter(None, (said, _remedy(form.entries[name], language))))
            told[name].append((each["severity"], said))
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


def _spoken_of(site: Site, form: Form, each: Mapping[str, Any]) -> list[str]:
    """The fields of the properties that a diagnostic's sentence names."""
    paths = [site.prefixes.expand(found[2]) for found in _TERM.finditer(each["message"]) if found[2]]
    return list(dict.fromkeys(name for path in paths for name, entry in form.entries.items() if entry.path == path))


def _plainly(site: Site, form: Form, name: str, message: str, language: str) -> tuple[str, bool]:
    """What the gate says, its fields and values by what they are called, and whether it is the whole of it.

    What to write in Turtle is left out: who fills a form in writes none.
    """
    curie = site.prefixes.shrink(form.entries[name].path)
    if message.startswith(f"{curie} "):
        message = say(language, "web.contribute-this") + message.removeprefix(curie)
    called = partial(_called, site, form, language)
    problem, colon, remedy = _TERM.sub(lambda found: called(found) or found[0], message).partition(": ")
    _, _, left = _TERM.sub(lambda found: "" if called(found) else found[0], message).partition(": ")
    if colon and _TURTLE.search(left):
        return f"{problem.rstrip()}.", False
    return problem + colon + remedy, "xsd:" not in message


def _called(site: Site, form: Form, language: str, found: re.Match[str]) -> str:
    """What a field, a choice of one, a datatype or an address is called in a sentence; empty for any other term."""
    iri, curie = found.groups()
    if iri:
        options = (entry.options or {} for entry in form.entries.values())
        text = next((each[iri] for each in options if iri in each), shortened(iri, _SHOWN))
        return say(language, "web.contribute-quoted", text=text)
    path, key = site.prefixes.expand(curie), f"web.term.{curie}"
    word = say(language, key) if key in keys(language) else curie
    if curie.startswith("xsd:"):
        return word
    if path not in form.outline.fields:
        return ""
    return say(language, "web.contribute-quoted", text=form.labels.get(path, (word, ""))[0])


def _remedy(entry: Entry, language: str) -> str:
    """What to write in a field; empty where it may be any text."""
    searched = entry.control == "things" and entry.options is None
    key = "web.contribute-remedy-search" if searched else _REMEDIES.get(entry.control, "")
    return say(language, key) if key else ""


def _advised(site: Site, form: Form, name: str, message: str, language: str) -> str:
    """Why a field that may stay empty is worth filling in: in our words where we have some, else in the shape's."""
    key = f"web.advice.{site.prefixes.shrink(form.entries[name].path)}"
    return say(language, key) if key in keys(language) else _plainly(site, form, name, message, language)[0]


def _best(names: Sequence[str], each: Mapping[str, Any], written: Written, *, lacking: bool) -> str:
    """The field that has the value a diagnostic is about; the first that is empty where it says that one is `lacking`.

    Else the first that is filled in, else the first.
    """
    value = each["value"]
    having = (name for name in names if value is not None and value in written.values[name])
    filled = (name for name in names if bool(written.values[name]) is not lacking)
    return next(iter((*having, *filled, *names)))
