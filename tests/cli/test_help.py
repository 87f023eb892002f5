"""Every help page is in the reader's language, typer's own words included."""

import re

import pytest

ENGLISH = re.compile(r"Usage: |Options:|Arguments:|Commands:|\[default|\[required|Show this|<list|<path")


@pytest.fixture(scope="module")
def commands(command_here, tmp_path_factory):
    page = command_here("--help", "--lang", "fr", cwd=tmp_path_factory.mktemp("help")).stdout.decode()
    return re.findall(r"^  ([a-z]+)  ", page.partition("Commandes :")[2], re.MULTILINE)


def test_every_page_is_in_french_with_an_example(command_here, commands, tmp_path):
    assert "check" in commands
    for command in commands:
        done = command_here(command, "--help", "--lang", "fr", cwd=tmp_path)
        page = done.stdout.decode()
        assert done.returncode == 0
        assert page.startswith(f"Usage : passerelles {command} ")
        assert f"Exemple :\n    passerelles {command}" in page or f"| passerelles {command}" in page
        assert not ENGLISH.search(page), command
        assert "Affiche cette aide et s’arrête." in page


def test_a_page_is_in_english_when_asked(command_line, tmp_path):
    page = command_line("build", "--help", "--lang", "en", cwd=tmp_path).stdout.decode()
    assert page.startswith("Usage: passerelles build [OPTIONS]\n")
    assert "\nOptions:\n" in page
    assert "[default: 2" in page
    assert "Show this help and exit." in page
