"""What mends a fault of syntax, where it is most likely one thing: what was written stays, its marks are set right."""

from __future__ import annotations

import re

from ..texts import Text
from .parts import Finding

Cure = tuple[Text, list[tuple[int, int, str]]]
_INSERTED = {"missing-dot": " .", "missing-semicolon": " ;", "missing-comma": ","}
_REPLACED = {"comma-for-semicolon": ";", "semicolon-for-comma": ",", "dot-for-semicolon": ";", "caret": "^^"}
_CURLY = re.compile("[\u201c-\u201f]")
_DOUBLE = re.compile('["\u201c-\u201f]')
_LINE_END = re.compile(r"[\r\n]")
_REACH = 1000  # how far on a line the other quotation marks of a text are looked for


def cure(finding: Finding, text: str) -> Cure | None:
    """What a fix does, in words, and its edits: from, to, the new text; offsets count code points from 0."""
    key, start, end, said = finding
    if key in _INSERTED:
        return _insert(_INSERTED[key], start)
    if key in _REPLACED:
        return _replace(_REPLACED[key], (start, end))
    if key == "iri-open":
        return _insert(">", end)
    if key == "boolean-case":
        return _replace(str(said["right"]), (start, end))
    if key == "iri-bare":
        return _replace(f"<{text[start:end]}>", (start, end))
    return _straightened(text, start) if key == "curly-quotes" else None


def _straightened(text: str, start: int) -> Cure | None:
    """All those of the line at once, where they go in pairs: one alone would leave the other of its pair without."""
    before = _LINE_END.split(text[max(start - _REACH, 0) : start])[-1]
    line = _LINE_END.split(text[start : start + _REACH], maxsplit=1)[0]
    if len(_DOUBLE.findall(before + line)) % 2:
        return None
    return _replace('"', *((start + found.start(), start + found.end()) for found in _CURLY.finditer(line)))


def _insert(new: str, at: int) -> Cure:
    return Text("turtle.fix-insert", {"text": new.strip()}), [(at, at, new)]


def _replace(new: str, *stretches: tuple[int, int]) -> Cure:
    return Text("turtle.fix-replace", {"text": new}), [(*stretch, new) for stretch in stretches]
