"""docs/licences.md: each command begins as the page shows, each address answers it."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import httpx
import pytest

PAGE = Path(__file__).parents[2] / "docs/licences.md"
BLOCKS = re.findall(r"^```\n\$ ([^\n]*)\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = [(line, shown) for line, shown in BLOCKS if line.startswith("passerelles ")]
REQUESTS = [(line, shown) for line, shown in BLOCKS if line.startswith("curl ")]


@pytest.mark.parametrize(("line", "shown"), COMMANDS, ids=lambda part: part.partition("\n")[0])
def test_a_command_begins_as_the_page_shows(repository, command_here, line, shown):
    arguments = shlex.split(line)[1:]
    done = command_here(*arguments, *(() if "--lang" in arguments else ("--lang", "fr")), cwd=repository)
    begins, mark, _ = shown.partition("…\n")
    assert mark
    assert done.stdout.decode().startswith(begins)


@pytest.mark.parametrize(("line", "shown"), REQUESTS, ids=lambda part: part.partition("\n")[0])
def test_an_address_answers_what_the_page_shows(server, line, shown):
    url = re.search(r"'http://127\.0\.0\.1:8000(/[^']*)'", line)[1]
    answer = httpx.get(server.url + url, headers={"Accept": "application/json"}).text
    at = 0
    for part in shown.strip().split("…"):
        at = answer.find(part, at)
        assert at >= 0, part


def test_both_languages_show_the_same_commands():
    french, english = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
    shown = [
        re.findall(r"^\$ (.*)$", re.sub(r" --lang en|lang=..", "", text), re.MULTILINE) for text in (french, english)
    ]
    assert shown[0] == shown[1]
    assert len(shown[0]) == 3
