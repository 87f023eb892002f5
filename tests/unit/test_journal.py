"""The access log, as whoever rotates logs sees it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from graph.web.http.journal import Journal

if TYPE_CHECKING:
    from pathlib import Path


def paths(file: Path) -> list[str]:
    return [json.loads(line)["path"] for line in file.read_text(encoding="utf-8").splitlines()]


def test_a_log_that_was_moved_away_goes_on_under_its_name(tmp_path):
    log, moved = tmp_path / "access.log", tmp_path / "access.log.1"
    journal = Journal(str(log))
    journal.answered("GET", "/first", 200, 1, 0.1, "5ab1e")
    log.rename(moved)
    journal.answered("GET", "/second", 200, 1, 0.1, "5ab1e")
    journal.reopen()
    journal.answered("GET", "/third", 200, 1, 0.1, "5ab1e")
    journal.close()
    assert (paths(moved), paths(log)) == (["/first", "/second"], ["/third"])


def test_a_log_that_cannot_be_begun_again_goes_on_where_it_was(tmp_path):
    (tmp_path / "logs").mkdir()
    journal = Journal(str(tmp_path / "logs" / "access.log"))
    (tmp_path / "logs").rename(tmp_path / "moved")
    journal.reopen()
    journal.answered("GET", "/still", 200, 1, 0.1, "5ab1e")
    journal.close()
    assert paths(tmp_path / "moved" / "access.log") == ["/still"]


def test_a_log_that_is_closed_stays_so_and_none_stays_none(tmp_path):
    closed, none = Journal(str(tmp_path / "access.log")), Journal()
    closed.close()
    for journal in (closed, none):
        journal.reopen()
        assert not journal.kept
