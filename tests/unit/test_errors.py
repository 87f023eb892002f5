"""Every error says what is wrong in a sentence, and keeps saying it across processes."""

import inspect
import pickle
import re

import pytest

from graph import errors
from graph.diagnostics import Diagnostic, Location, Severity
from graph.errors import BuildRefused, LimitExceeded, MalformedQuery, PasserellesError, SavedQueryError, UnreadableInput
from graph.texts import Text

KINDS = [kind for kind in vars(errors).values() if inspect.isclass(kind) and issubclass(kind, PasserellesError)]


def test_an_error_is_a_sentence_in_the_readers_language():
    error = UnreadableInput("missing", path="x.ttl")
    assert error.message("en") == "x.ttl: no such file or folder."
    assert error.message("fr") == str(error) == "x.ttl : fichier ou dossier introuvable."
    assert error.parameters == {"path": "x.ttl"}


def test_an_error_of_a_query_may_know_its_place():
    assert (MalformedQuery("query-encoding").line, MalformedQuery("query-encoding").column) == (None, None)
    error = MalformedQuery("query-syntax", line=3, column=7, reason="…")
    assert (error.line, error.column) == (3, 7)


@pytest.mark.parametrize(
    "error",
    [
        UnreadableInput("missing", path="x"),
        LimitExceeded("query-syntax", line=1, column=2, reason="r"),
        SavedQueryError("saved-query-encoding", line=4, path="q.rq"),
        BuildRefused(
            "build-refused",
            diagnostics=[Diagnostic(Location("x"), Severity.ERROR, "PAS001", Text("file.empty"))],
            count=1,
        ),
    ],
)
def test_an_error_crosses_processes_whole(error):
    back = pickle.loads(pickle.dumps(error))  # noqa: S301 - our own bytes
    assert type(back) is type(error)
    assert back.message("en") == error.message("en")
    assert vars(back) == vars(error)


def test_every_kind_of_error_has_a_code_of_its_own():
    codes = [kind.code for kind in KINDS]
    assert len(set(codes)) == len(codes)
    assert all(re.fullmatch(r"PAS9\d\d", code) for code in codes)


def test_the_tree_is_drawn_at_the_top_of_the_module():
    drawn = re.findall(r"^[│├└─ ]*(\w+) {2,}\S", errors.__doc__, re.MULTILINE)
    assert sorted(drawn) == sorted(kind.__name__ for kind in KINDS)
