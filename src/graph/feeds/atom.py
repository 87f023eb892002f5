"""Atom (RFC 4287): what changed, for readers of feeds."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry: `identifier` and `moment` never change. `link` leads to a page; `themes` are IRIs."""

    identifier: str
    title: str
    moment: str
    link: str
    text: str
    themes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Head:
    """What a feed says of itself; `address` is its own, `page` that of what it is about.

    `first` and `following` are pages of the same feed (RFC 5005, section 3): the last entries, and those before.
    """

    name: str
    title: str
    author: str
    address: str
    page: str
    moment: str
    language: str
    rights: str = ""
    first: str = ""
    following: str = ""


def identifier(*parts: str) -> str:
    """The name of a feed or an entry, the same wherever it is served and in whatever language."""
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, ' '.join(parts))}"


def document(head: Head, items: Iterable[Item]) -> bytes:
    """The feed as XML."""
    feed = ET.Element("feed", {"xmlns": ATOM, "xml:lang": head.language})
    _text(feed, "id", head.name)
    _text(feed, "title", head.title)
    _text(feed, "updated", head.moment)
    _text(ET.SubElement(feed, "author"), "name", head.author)
    ET.SubElement(feed, "link", rel="self", type=MEDIA_TYPE, href=head.address)
    ET.SubElement(feed, "link", rel="alternate", type="text/html", href=head.page)
    for relation, address in (("first", head.first), ("next", head.following)):
        if address:
            ET.SubElement(feed, "link", rel=relation, type=MEDIA_TYPE, href=address)
    if head.rights:
        ET.SubElement(feed, "link", rel="license", href=head.rights)
    for item in items:
        entry = ET.SubElement(feed, "entry")
        _text(entry, "id", item.identifier)
        _text(entry, "title", item.title)
        _text(entry, "updated", item.moment)
        ET.SubElement(entry, "link", rel="alternate", href=item.link)
        for theme in item.themes:
            ET.SubElement(entry, "category", term=theme)
        _text(entry, "content", item.text)
    return ET.tostring(feed, "utf-8", xml_declaration=True)


def _text(parent: ET.Element, name: str, text: str) -> None:
    """Text without what XML 1.0 has no way to write."""
    allowed = (each if each >= " " or each in "\t\n\r" else "\ufffd" for each in text)
    ET.SubElement(parent, name).text = "".join(allowed).replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")
