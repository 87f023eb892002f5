"""Everything that can go wrong, drawn once.

PasserellesError                what, where, what to do: a sentence, never a traceback
├── ConfigurationError          passerelles.toml or an option is wrong
├── UnreadableInput             a file or folder is missing or may not be read
├── InvalidInput                it was read, and it is wrong
│   ├── RuleError               an inference rule
│   └── SavedQueryError         a file of the query library
├── BuildRefused                the gate found errors: nothing was built
├── SnapshotError               a snapshot is absent, incomplete or damaged
├── OutboundError               another server cannot be reached, or its answer be taken
│   ├── OutboundRefused         its address is none that may be called
│   └── OutboundLate            it takes too long
└── QueryError                  a query cannot be answered; may know its line and column
    ├── MalformedQuery          not SPARQL, or a wrong parameter
    ├── RefusedQuery            forbidden by policy: update, SERVICE, LOAD
    ├── LimitExceeded           beyond a named limit
    ├── DeadlineExceeded        took longer than its deadline
    ├── Overloaded              the queue is full
    │   └── BudgetSpent         this client has had its share for now
    ├── QueryCancelled          its client left, or asked to stop it
    ├── EvaluationFailed        the engine stopped or crashed on it
    ├── ServiceFailed           the server of a SERVICE failed
    │   └── ServiceLate         the server of a SERVICE takes too long
    ├── NoSuchThing             nothing is known of that IRI or name
    │   └── ThingGone           it was there, and is no more: its portal gave it up, or the graph did
    └── NotAcceptable           no representation the client accepts
"""

from __future__ import annotations

import errno
from collections.abc import Iterable

from .texts import DEFAULT_LANGUAGE, Text

HELP = "https://w3id.org/passerelles/errors/"  # and a code: the address of its page
_ORDINARY = {
    errno.EACCES: "system.denied",
    errno.EPERM: "system.denied",
    errno.ENOENT: "system.missing",
    errno.EISDIR: "system.folder",
    errno.ENOTDIR: "system.not-folder",
    errno.EROFS: "system.read-only",
    errno.ENOSPC: "system.full",
}


class PasserellesError(Exception):
    """An error a user can read: `key` names its sentence, `parameters` fill it in."""

    code = "PAS900"

    def __init__(self, key: str, /, **parameters: object) -> None:
        super().__init__(key, parameters)
        self.key = key
        self.text = Text(f"error.{key}", parameters)

    @property
    def parameters(self) -> dict[str, object]:
        """What the sentence was filled in with."""
        return dict(self.text.parameters)

    def message(self, language: str = DEFAULT_LANGUAGE) -> str:
        """The sentence, in `language`."""
        return self.text.render(language)

    def __str__(self) -> str:
        return self.message()

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (type(self), self.key, self.parameters, self.__dict__)


def _rebuild(
    kind: type[PasserellesError], key: str, parameters: dict[str, object], state: dict[str, object]
) -> PasserellesError:
    error = kind(key, **parameters)
    error.__dict__.update(state)
    return error


class ConfigurationError(PasserellesError):
    """`passerelles.toml`, an environment variable or an option is wrong."""

    code = "PAS901"


class UnreadableInput(PasserellesError):
    """The input could not be read at all."""

    code = "PAS902"


class InvalidInput(PasserellesError):
    """The input was read and is wrong."""

    code = "PAS903"


class RuleError(InvalidInput):
    """An inference rule cannot be used."""

    code = "PAS904"


class SavedQueryError(InvalidInput):
    """A file of the query library is wrong; its sentence may name `line` and `column`, which count from 1."""

    code = "PAS905"

    def __init__(self, key: str, /, *, line: int = 1, column: int = 1, **parameters: object) -> None:
        super().__init__(key, line=line, column=column, **parameters)
        self.line = line
        self.column = column


class BuildRefused(PasserellesError):
    """The gate found errors, so nothing was built; `diagnostics` are what it found."""

    code = "PAS906"

    def __init__(self, key: str, /, *, diagnostics: Iterable[object] = (), **parameters: object) -> None:
        super().__init__(key, **parameters)
        self.diagnostics = tuple(diagnostics)


class SnapshotError(PasserellesError):
    """A snapshot is absent, incomplete or damaged."""

    code = "PAS907"


def reason(error: OSError) -> Text | str:
    """Why the system refused, in the reader's language for what is ordinary, else in its own words."""
    key = _ORDINARY.get(error.errno or 0)
    return Text(key) if key else error.strerror or str(error)


class OutboundError(PasserellesError):
    """Another server cannot be reached, or its answer cannot be taken."""

    code = "PAS908"


class OutboundRefused(OutboundError):
    """The address of another server is none that may be called."""

    code = "PAS909"


class OutboundLate(OutboundError):
    """Another server takes too long."""

    code = "PAS923"


class QueryError(PasserellesError):
    """A query cannot be answered. `line` and `column` count from 1, or are None when unknown."""

    code = "PAS910"

    def __init__(
        self, key: str, /, *, line: int | None = None, column: int | None = None, **parameters: object
    ) -> None:
        super().__init__(key, **parameters)
        self.line = line
        self.column = column


class MalformedQuery(QueryError):
    """Not SPARQL, or a parameter of the protocol is wrong."""

    code = "PAS911"


class RefusedQuery(QueryError):
    """Policy forbids it."""

    code = "PAS912"


class LimitExceeded(QueryError):
    """Beyond a limit; the parameters name it and give its value."""

    code = "PAS913"


class DeadlineExceeded(QueryError):
    """It took longer than its deadline; its worker was killed."""

    code = "PAS914"


class Overloaded(QueryError):
    """Too many queries wait already."""

    code = "PAS915"


class BudgetSpent(Overloaded):
    """The client used its seconds of work, or has too many queries waiting; the others are served."""

    code = "PAS919"


class QueryCancelled(QueryError):
    """Its client left, or asked to stop it."""

    code = "PAS920"


class EvaluationFailed(QueryError):
    """The engine reported a failure, or its process ended."""

    code = "PAS916"


class ServiceFailed(QueryError):
    """The server of a SERVICE failed; the parameters name its address and the reason."""

    code = "PAS921"


class ServiceLate(ServiceFailed):
    """The server of a SERVICE takes too long."""

    code = "PAS922"


class NoSuchThing(QueryError):
    """Nothing is known under that IRI or name."""

    code = "PAS917"


class ThingGone(NoSuchThing):
    """It was there, and is no more; the parameters say since when, why, and what replaces it."""

    code = "PAS924"


class NotAcceptable(QueryError):
    """None of the representations that exist is acceptable to the client."""

    code = "PAS918"
