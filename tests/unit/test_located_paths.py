"""A property path is followed to its values, each with the last triple that leads there."""

from __future__ import annotations

import pytest

from graph.shacl.paths import followed, written

SAID = [("a", "p", "b"), ("b", "q", "c"), ("c", "q", "b"), ("d", "p", "a"), ("d", "r", "e"), ("e", "q", "a")]


class Said:
    """A graph small enough to be searched by looking at each triple."""

    def values(self, subject: str, predicate: str) -> list[str]:
        return [o for s, p, o in SAID if (s, p) == (subject, predicate)]

    def subjects(self, predicate: str, value: str) -> list[str]:
        return [s for s, p, o in SAID if (p, o) == (predicate, value)]


@pytest.mark.parametrize(
    ("path", "text", "ends"),
    [
        ("p", "p", {"b": ("a", "p", "b")}),
        (("^", "p"), "^p", {"d": ("d", "p", "a")}),
        (("/", "p", "q"), "(p/q)", {"c": ("b", "q", "c")}),
        (("|", "p", ("^", "q")), "(p|^q)", {"b": ("a", "p", "b"), "e": ("e", "q", "a")}),
        (("?", "p"), "p?", {"a": None, "b": ("a", "p", "b")}),
        (("*", ("|", "p", "q")), "(p|q)*", {"a": None, "b": ("a", "p", "b"), "c": ("b", "q", "c")}),
        (("/", "p", ("+", "q")), "(p/q+)", {"c": ("b", "q", "c"), "b": ("c", "q", "b")}),
        (("/", "p", ("?", "r")), "(p/r?)", {"b": ("a", "p", "b")}),
        (("^", ("/", "r", "q")), "^(r/q)", {"d": ("d", "r", "e")}),
        (("^", ("^", "p")), "^^p", {"b": ("a", "p", "b")}),
        (("^", ("*", "p")), "^p*", {"a": None, "d": ("d", "p", "a")}),
    ],
)
def test_a_path_is_followed_from_a_node(path, text, ends):
    assert followed(path, "a", Said()) == ends
    assert written(path) == text
