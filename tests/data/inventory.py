"""Reads the inventory of the five seed documents: its tables, its quotes, its totals.

The inventory is a Markdown file kept beside the repository, not in it. `PASSERELLES_SHARED` names the folder that
holds `seeds/`; without it, `../shared` next to the repository is tried.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://w3id.org/passerelles/id/"

SOURCES = {
    "000": "source-world-cafe-2016",
    "001": "source-barcamp-2015",
    "002": "source-bilan-ete-2018",
    "003": "source-debat-697",
    "004": "source-blog-innovation-publique",
}

FOLDERS = {
    "1": "sources",
    "2": "events",
    "3.1": "organisations",
    "3.2": "places",
    "4.1": "people",
    "4.2": "accounts",
    "5.1": "productions",
    "5.2": "productions",
    "6.1": "tools",
    "6.2": "tools",
    "8": "openness",
    "9": "debates",
    "10": "needs",
}

SLUG_COLUMNS = {"6.1": "Tool slug"}
FRENCH_COLUMNS = {
    "1": "Title (verbatim)",
    "4.1": "Name",
    "4.2": "Account",
    "5.1": "French (verbatim)",
    "6.1": "Tool (French)",
    "9": "French (verbatim)",
}

HEADING = re.compile(r"#{2,3} (?P<section>\d+(?:\.\d+)?)\.? (?P<title>.*)")
SCHEME = re.compile(r"`(scheme-[a-z0-9-]+)`")
UNESCAPED_PIPE = re.compile(r"(?<!\\)\|")
BETWEEN_QUOTES = re.compile(r'(?<=") · (?=(?:\(\d{3}\) )?")')

Row = dict[str, str]


@dataclass(frozen=True)
class Thing:
    """What one row asks of the graph: an IRI, the file it stands in, its labels, sources and quotes."""

    section: str
    slug: str
    iri: str
    path: str
    row: Row
    french: str | None
    is_concept: bool
    is_derived: bool
    sources: tuple[str, ...]
    quotes: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.section}-{self.slug}"


def seeds_folder() -> Path:
    """The folder of the seed documents, whether it exists or not."""
    named = os.environ.get("PASSERELLES_SHARED")
    return (Path(named) if named else ROOT.parent / "shared") / "seeds"


def plain(text: str) -> str:
    """Text with no-break spaces and line breaks shown as single plain spaces, as the inventory quotes it."""
    return " ".join(text.replace("\u00a0", " ").replace("\u202f", " ").split())


def slugs(cell: str) -> list[str]:
    """The slugs between backticks of a cell."""
    return re.findall(r"`([a-z0-9-]+)`", cell)


def guesses(cell: str) -> list[tuple[str, bool]]:
    """Each slug of a cell with whether it is a guess, marked « ? »."""
    return [(slug, mark == "?") for slug, mark in re.findall(r"`([a-z0-9-]+)`(\??)", cell)]


def quotes(cell: str) -> tuple[str, ...]:
    """The quotes of an Evidence cell, without the prefix that names their source."""
    bare = (re.sub(r"^\(\d{3}\) ", "", part) for part in BETWEEN_QUOTES.split(cell) if part)
    return tuple(part[1:-1] for part in bare)


def source_iris(cell: str) -> tuple[str, ...]:
    """The IRIs of the sources whose files a cell names."""
    return tuple(f"{BASE}sources/{SOURCES[number]}" for number in re.findall(r"`(\d{3})_[0-9a-f]+\.txt`", cell))


def without_brackets(label: str) -> str:
    """A label freed of the square brackets that mark it as ours."""
    return re.sub(r"^\[(.*)\]$", r"\1", label)


class Inventory:
    """The tables of INVENTORY.md by section number, and the text of each source."""

    def __init__(self, folder: Path) -> None:
        self.rows: dict[str, list[Row]] = {}
        self.schemes: dict[str, str] = {}
        self.totals: dict[str, str] = {}
        self._read((folder / "INVENTORY.md").read_text(encoding="utf-8"))
        self.texts = {
            f"{BASE}sources/{SOURCES[path.name[:3]]}": plain(path.read_text(encoding="utf-8"))
            for path in sorted(folder.glob("*.txt"))
        }

    def _read(self, markdown: str) -> None:
        section, columns = None, None
        for line in markdown.splitlines():
            if line.startswith("#"):
                heading = HEADING.match(line)
                section = heading["section"] if heading else line.lstrip("# ")
                columns = None
                scheme = SCHEME.search(line)
                if heading and scheme:
                    self.schemes[section] = scheme[1]
            elif line.startswith("|") and not set(line) <= set("|- "):
                cells = [cell.strip().replace(r"\|", "|") for cell in UNESCAPED_PIPE.split(line)[1:-1]]
                if columns is None:
                    columns = cells
                elif section == "Totals":
                    self.totals[cells[0]] = cells[2]
                else:
                    self.rows.setdefault(section, []).append(dict(zip(columns, cells, strict=True)))

    def things(self) -> Iterator[Thing]:
        """Every row of sections 1 to 10 as the thing it describes; families count as rows of 7.4."""
        for section, folder in FOLDERS.items():
            for row in self.rows[section]:
                yield self._thing(section, folder, row)
        yield from self._families()
        for section, scheme in self.schemes.items():
            for row in self.rows.get(section, []):
                yield self._concept(section, scheme, row)

    def _thing(self, section: str, folder: str, row: Row) -> Thing:
        slug = row["R"].lower() if section == "10" else slugs(row[SLUG_COLUMNS.get(section, "Slug")])[0]
        french = None if section == "10" else row[FRENCH_COLUMNS.get(section, "French label")]
        if section == "5.1":
            sources = (f"{BASE}sources/{SOURCES['002']}",)
        else:
            sources = source_iris(row["File" if section == "1" else "Source"])
        return Thing(
            section=section,
            slug=slug,
            iri=f"{BASE}{folder}/{slug}",
            path=f"data/{folder}/{slug}.ttl",
            row=row,
            french=french and without_brackets(french),
            is_concept=section == "8",
            is_derived=bool(french) and french != without_brackets(french),
            sources=sources,
            quotes=quotes(row["Evidence"]) if "Evidence" in row else (french,),
        )

    def _concept(self, section: str, scheme: str, row: Row) -> Thing:
        slug = slugs(row["Slug"])[0]
        return Thing(
            section=section,
            slug=slug,
            iri=f"{BASE}concepts/{slug}",
            path=f"ontology/vocabularies/{scheme.removeprefix('scheme-')}.ttl",
            row=row,
            french=without_brackets(row["French"]),
            is_concept=True,
            is_derived=row["French"] != without_brackets(row["French"]),
            sources=source_iris(row.get("Source", "")),
            quotes=quotes(row.get("Evidence", "")),
        )

    def _families(self) -> Iterator[Thing]:
        seen: dict[str, Row] = {}
        for row in self.rows["6.1"]:
            seen.setdefault(row["Family slug"], row)
        for position, (slug, row) in enumerate(seen.items(), start=1):
            family = {
                "#": str(position),
                "Slug": slug,
                "French": row["Family (French)"],
                "English": row["Family (English)"],
                "Notes": "",
                "Source": row["Source"],
                "Evidence": f'"{row["Family (French)"]}"',
            }
            yield self._concept("7.4", self.schemes["7.4"], family)
