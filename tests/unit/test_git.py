"""git is asked without network, hook, prompt nor patience; what it cannot say is None."""

from __future__ import annotations

import subprocess

import pytest

from graph import gate
from graph.config import load
from graph.git import Git

WHO = ("-c", "user.name=x", "-c", "user.email=x@example.org", "-c", "commit.gpgsign=false")


def git(folder, *arguments):
    done = subprocess.run(["git", *WHO, *arguments], cwd=folder, check=True, capture_output=True, text=True)
    return done.stdout.strip()


@pytest.fixture
def versioned(repository):
    """The repository, its files in a commit."""
    git(repository.root, "init", "--quiet")
    git(repository.root, "add", ".")
    git(repository.root, "commit", "--quiet", "--message", "one")
    return repository


def test_a_commit_is_named_by_a_revision(versioned):
    asked = Git(versioned.root)
    assert asked.commit("HEAD") == git(versioned.root, "rev-parse", "HEAD")
    assert [asked.commit(name) for name in ("HEAD~1", "HEAD:data", "--all", "a\0b")] == [None] * 4


@pytest.mark.parametrize("missing", ["repository", "program"])
def test_without_git_there_is_no_answer(versioned, tmp_path, monkeypatch, missing):
    if missing == "program":
        monkeypatch.setenv("PATH", str(tmp_path))
    assert Git(versioned.root if missing == "program" else tmp_path).commit("HEAD") is None


def test_a_command_that_takes_too_long_has_no_answer(versioned):
    assert Git(versioned.root).answer("log", seconds=0) is None


def test_in_a_hook_the_folder_says_which_repository_it_is(versioned, tmp_path, monkeypatch):
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "elsewhere/index"))
    assert Git(versioned.root).commit("HEAD") is not None


def test_a_check_in_a_partial_clone_fetches_nothing(versioned, tmp_path):
    clone = tmp_path / "clone"
    (versioned.root / "data/tools/saw.ttl").unlink()
    git(versioned.root, "commit", "--quiet", "--all", "--message", "two")
    versioned.tool("hammer", "<https://example.org/id/tools/hammer> dct:relation <https://example.org/id/tools/saw> .")
    git(versioned.root, "commit", "--quiet", "--all", "--message", "three")
    git(versioned.root, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "--quiet", "--filter=tree:0", versioned.root.as_uri(), str(clone))
    before = set((clone / ".git").rglob("*"))
    assert {found.code for found in gate.check(load(clone)).diagnostics} == {"PAS201"}
    assert set((clone / ".git").rglob("*")) == before
    assert "PAS206" in {found.code for found in gate.check(load(versioned.root)).diagnostics}
