"""The file of names: what is written is found, and what cannot be read or written is told."""

from __future__ import annotations

import os
import resource
from contextlib import contextmanager

import pytest

from graph.relay.names import Names, write

THINGS = [["urn:b", "urn:a", "urn:c"], ["urn:d"], ["urn:é", "urn:😀"]]


@contextmanager
def no_room(size: int):
    """A disk that takes files of `size` bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_every_name_leads_to_all_those_of_its_thing_in_the_order_given(tmp_path):
    assert write(tmp_path / "#a ?%20.sqlite", THINGS) == 5
    names = Names(tmp_path / "#a ?%20.sqlite")
    assert [names.of(name) for name in ("urn:a", "urn:c", "urn:😀")] == [THINGS[0], THINGS[0], THINGS[2]]
    assert [names.of(name) for name in ("urn:d", "urn:", "")] == [["urn:d"], ["urn:"], [""]]


def test_the_same_things_in_another_order_give_the_same_bytes(tmp_path):
    write(tmp_path / "one", THINGS)
    write(tmp_path / "other", THINGS[::-1])
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


def test_a_file_that_is_not_there_is_an_error_and_none_is_made(tmp_path):
    with pytest.raises(OSError, match="unable to open"):
        Names(tmp_path / "names.sqlite").of("urn:a")
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - names are all that is asked


def test_a_damaged_file_is_an_error(tmp_path):
    path = tmp_path / "names.sqlite"
    write(path, THINGS)
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xff" * (len(content) - 4096))
    with pytest.raises(OSError, match=r"malformed: 'names\.sqlite'"):
        Names(path).of("urn:a")


def test_a_disk_that_is_full_is_an_error_that_names_the_file(tmp_path):
    with no_room(8192), pytest.raises(OSError, match=r"names\.sqlite"):
        write(tmp_path / "names.sqlite", [[f"urn:{n}", f"urn:{n}:"] for n in range(1000)])
