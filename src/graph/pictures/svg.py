"""How a picture is written: an SVG that stands alone, light and dark, with links that work beside a server's pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from textwrap import wrap
from xml.sax.saxutils import escape, quoteattr

#: The one style of all pictures: a server lets it pass by its digest.
STYLE = (
    "svg{--paper:#fbfaf7;--ink:#1b2426;--soft:#566164;--accent:#175665;--wash:#e8f0f0;--amber:#8a5a00;"
    "background:var(--paper);font:13px system-ui,sans-serif}"
    "@media (prefers-color-scheme:dark){svg{--paper:#14191a;--ink:#e6e8e4;--soft:#a5b0b1;--accent:#7cc4d1;"
    "--wash:#1f2e31;--amber:#f0c566}}"
    "text{pointer-events:none;fill:var(--ink);text-anchor:middle;paint-order:stroke;stroke:var(--paper);stroke-width:3px;"
    "stroke-linejoin:round}"
    ".plate{fill:var(--paper)}.count{fill:var(--soft)}.strong{font-weight:650}"
    ".area{fill:var(--wash);stroke:var(--accent)}.dot{fill:var(--accent)}"
    ".tie{fill:none;stroke:var(--soft);stroke-opacity:.55}.same{stroke:var(--amber);stroke-dasharray:2 4}"
    ".flow{fill:none;stroke:var(--accent);stroke-opacity:.5;stroke-linecap:round}"
    ".none{stroke:var(--soft);stroke-dasharray:3 6}"
    "a:hover text,a:focus text{text-decoration:underline}a:hover .dot,a:focus .dot{fill:var(--amber)}"
    "a:focus .area{stroke-width:4}"
)
_NEVER = re.compile("[^\\t\\n\\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LINE = 15  # between two lines of text
_LETTERS = 18  # of a line
_LETTER, _ASCENT, _AROUND = 7.6, 12.0, 4.0  # a letter, as wide as fonts have it; above the foot of a line; around it
_LONGEST = 120  # letters of a name


def drawn(
    box: tuple[float, float, float, float], language: str, title: str, description: str, body: Iterable[str]
) -> str:
    """The whole picture; `box` is what it shows: left, top, width, height."""
    view = " ".join(f"{number:.0f}" for number in box)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{box[2]:.0f}" height="{box[3]:.0f}"'
        f' lang="{language}"><style>{STYLE}</style><title>{_text(title)}</title><desc>{_text(description)}</desc>\n'
        + "\n".join(body)
        + "\n</svg>\n"
    )


def link(address: str, title: str, *parts: str) -> str:
    """Parts of a picture that lead to a page, at an address from the root, and what a pointer is told there."""
    return f"<a href={quoteattr('..' + address)}><title>{_text(title)}</title>{''.join(parts)}</a>"


def circle(x: float, y: float, radius: float, name: str) -> str:
    """A circle."""
    return f'<circle class="{name}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}"/>'


def line(path: str, name: str, title: str, width: float = 1.2) -> str:
    """A line along a path, and what it says, for a pointer."""
    return f'<path class="{name}" stroke-width="{width:.1f}" d="{path}"><title>{_text(title)}</title></path>'


def words(x: float, y: float, lines: Iterable[str], name: str = "") -> str:
    """Lines of text, the first at `y`."""
    kind = f' class="{name}"' if name else ""
    parts = "".join(
        f'<tspan x="{x:.1f}" y="{y + LINE * number:.1f}">{_text(each)}</tspan>' for number, each in enumerate(lines)
    )
    return f"<text{kind}>{parts}</text>"


def plate(x: float, y: float, lines: Iterable[str]) -> str:
    """Paper under lines of text, the first at `y`, so that nothing runs through them."""
    return "".join(
        f'<rect class="plate" x="{x - width / 2:.1f}" y="{y + LINE * number - _ASCENT:.1f}" width="{width:.1f}"'
        f' height="{LINE + 1}" rx="{_AROUND:.0f}"/>'
        for number, width in enumerate(len(each) * _LETTER + 2 * _AROUND for each in lines)
    )


def broken(text: str) -> list[str]:
    """The lines of a text in a picture: three at most."""
    return wrap(text, _LETTERS, max_lines=3, placeholder=" …") or [""]


def named(wordings: Mapping[str, str], language: str, otherwise: str) -> str:
    """What is called so, in a language if there is one, cut where it is very long."""
    tag = next((tag for tag in (language, "", "fr", "en", *wordings) if wordings.get(tag)), None)
    text = otherwise if tag is None else wordings[tag]
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _text(text: str) -> str:
    """A text without what XML cannot hold (XML 1.0, section 2.2)."""
    return escape(_NEVER.sub("", text))
