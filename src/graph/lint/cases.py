"""The cases of a rule: what it refuses, with the places and the text mended, and what it accepts.

They are its tests, and its page shows the first of each.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

from .rule import Rule


@dataclass(frozen=True, slots=True)
class Case:
    """A text; where (`line:column`) it is refused, if it is; what it is once mended; where its file lies.

    Prefixes of the repository that the text uses are left out of it unless they are the matter.
    """

    text: str
    at: tuple[str, ...] = ()
    fixed: str | None = None
    path: str | None = None


def cases(rule: Rule) -> list[Case]:
    """The cases of a rule, from the YAML file beside its module."""
    import yaml

    name = type(rule).__module__.rpartition(".")[2]
    written = files(f"{__package__}.rules").joinpath(f"{name}.yaml").read_text(encoding="utf-8")
    return [
        Case(one.get("fail") or one["pass"], tuple(one.get("at", ())), one.get("fixed"), one.get("path"))
        for one in yaml.safe_load(written)
    ]
