"""What a check says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from ..errors import PasserellesError
from ..texts import Text


class Level(Enum):
    """How bad it is: nothing to do, something to know, something to mend."""

    OK = "ok"
    NOTE = "note"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, and what was found; the detail of a fault says what to do."""

    name: str
    detail: Text
    level: Level = Level.OK

    @property
    def ok(self) -> bool:
        """False for a fault."""
        return self.level is not Level.FAULT


def said(text: str) -> Text:
    """A detail that is the same in every language: a version, a name."""
    return Text(wordings={"": text})


def fault(name: str, error: PasserellesError | Exception) -> Check:
    """The check that an error ended."""
    detail = error.text if isinstance(error, PasserellesError) else said(f"{type(error).__name__}: {error}")
    return Check(name, detail, Level.FAULT)


def shown(path: Path) -> str:
    """A path without the name of the person whose home it is below."""
    home = Path.home()
    return f"~/{path.relative_to(home)}" if path.is_relative_to(home) else str(path)
