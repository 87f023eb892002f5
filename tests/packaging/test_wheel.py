"""The wheel, away from the checkout: it carries its graph and works in any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

TOOL = """\
@prefix dct: <http://purl.org/dc/terms/> .

<https://w3id.org/passerelles/id/tools/essai>
    a <https://w3id.org/passerelles/ontology#Tool> ;
    dct:title "Essai"@fr
"""


@pytest.fixture(scope="session")
def wheel(tmp_path_factory) -> Path:
    """The wheel of the checkout, built by its own back end, without touching the network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check", "--no-deps"]
    without = {} if shutil.which("npm") else {"PASSERELLES_WITHOUT_BUNDLE": "1"}
    done = subprocess.run(
        [*command, "--no-build-isolation", "--wheel-dir", str(folder), str(ROOT)],
        env={**os.environ, **without},
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
    )
    assert done.returncode == 0, done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="session")
def names(wheel) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def installed(wheel, tmp_path_factory) -> Path:
    """The command installed from the wheel; its dependencies, not the checkout, come from this environment."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder, with_pip=False, symlinks=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(folder), "platbase": str(folder)}))
    command = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*command, "--no-deps", "--disable-pip-version-check", str(wheel)], check=True, capture_output=True)
    # A path in a .pth file: those beside the dependencies, the checkout's among them, are not read.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "bin"


@pytest.fixture
def run(installed, tmp_path):
    """Run an installed program from a folder of its own, outside any repository."""
    (tmp_path / "work").mkdir()
    kept = ("PATH", "SYSTEMROOT", "TMPDIR")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(tmp_path / "home"), "XDG_CACHE_HOME": str(tmp_path / "cache")}

    def run(program: str, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(installed / program), *arguments],
            cwd=tmp_path / "work",
            env=environment,
            input=stdin,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    return run


# --- what it carries


@pytest.mark.parametrize("folder", ["ontology", "shapes", "data", "queries", "mappings"])
def test_it_carries_every_file_of_the_graph(names, folder):
    ours = {path for suffix in ("ttl", "rq") for path in (ROOT / folder).rglob(f"*.{suffix}")}
    assert ours
    assert {f"graph/shipped/{path.relative_to(ROOT).as_posix()}" for path in ours} <= names
    assert "graph/shipped/passerelles.toml" in names


def test_it_carries_every_file_of_the_package(names):
    left = {"__pycache__", "frontend"}  # what the bundle is made from stays in the sources
    ours = {path for path in (ROOT / "src").rglob("*") if path.is_file() and not left & {*path.parts}}
    assert {path.relative_to(ROOT / "src").as_posix() for path in ours} <= names


@pytest.mark.skipif(shutil.which("npm") is None, reason="the bundle is made with npm, which is not there")
def test_it_carries_the_bundle_of_the_pages(names, wheel):
    folder = "graph/web/static/bundle/"
    with zipfile.ZipFile(wheel) as archive:
        built = json.loads(archive.read(f"{folder}manifest.json"))
    assert {"editor.js", "editor.css", "copy.js"} <= built.keys()
    assert {f"{folder}{name}" for name in (*built.values(), "licences.txt")} <= names
    assert not [name for name in names if "frontend" in name or "node_modules" in name]


@pytest.fixture
def without_node(tmp_path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Build a wheel of sources that have no bundle, where there is no Node."""
    source = tmp_path / "source"
    for name in ("pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "passerelles.toml"):
        source.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, source)
    for name in ("LICENSES", "ontology", "shapes", "queries", "mappings"):
        shutil.copytree(ROOT / name, source / name)
    (source / "data").mkdir()
    shutil.copytree(
        ROOT / "src", source / "src", ignore=shutil.ignore_patterns("node_modules", "bundle", "__pycache__")
    )
    command = [sys.executable, "-m", "pip", "wheel", "--disable-pip-version-check", "--no-deps", "--no-build-isolation"]

    def build(**environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, "--wheel-dir", str(tmp_path / "wheels"), str(source)],
            env={"PATH": str(tmp_path), "HOME": str(tmp_path), **environment},
            capture_output=True,
            text=True,
            check=False,
        )

    return build


def test_without_node_it_is_not_made_and_the_reason_is_a_sentence(without_node):
    done = without_node()
    assert done.returncode == 1
    assert "is made with Node >= 18 and npm, which are not here" in done.stderr
    assert "PASSERELLES_WITHOUT_BUNDLE=1" in done.stderr
    assert "Traceback" not in done.stderr


def test_it_is_made_without_the_bundle_on_purpose(without_node, tmp_path):
    done = without_node(PASSERELLES_WITHOUT_BUNDLE="1")
    assert done.returncode == 0, done.stderr
    (built,) = (tmp_path / "wheels").glob("*.whl")
    with zipfile.ZipFile(built) as archive:
        assert not [name for name in archive.namelist() if "static/bundle" in name]
        assert "graph/web/static/passerelles.css" in archive.namelist()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_it_carries_the_texts(names, language):
    assert f"graph/texts/{language}/core.toml" in names


def test_it_carries_its_licences_and_its_command(names, wheel):
    information = f"{'-'.join(wheel.name.split('-')[:2])}.dist-info/"
    assert f"{information}licenses/LICENSE" in names
    with zipfile.ZipFile(wheel) as archive:
        assert "passerelles = graph.cli:main" in archive.read(f"{information}entry_points.txt").decode()


def test_it_carries_nothing_else(names):
    top = {name.partition("/")[0] for name in names}
    assert {name for name in top if not name.endswith(".dist-info")} == {"graph"}
    assert not [name for name in names if "__pycache__" in name or "/." in name or name.startswith("tests")]


# --- what it does


def test_the_checkout_is_out_of_reach(run):
    done = run("python", "-c", "import graph; print(graph.__file__)")
    assert done.returncode == 0, done.stderr
    assert not Path(done.stdout.strip()).is_relative_to(ROOT / "src")


def test_it_says_its_version(run):
    from graph import __version__

    done = run("passerelles", "--version")
    assert (done.returncode, done.stdout) == (0, f"passerelles {__version__}\n")


def test_the_graph_it_carries_conforms(run):
    done = run("passerelles", "check", "--lang", "en")
    assert done.returncode == 0, done.stdout
    assert done.stderr.startswith("Conforms: ")


def test_a_file_is_checked_against_the_graph_it_carries(run, tmp_path):
    path = tmp_path / "work" / "essai.ttl"
    path.write_text(TOOL + "    ; dct:source <https://w3id.org/passerelles/id/sources/source-barcamp-201> .\n")
    done = run("passerelles", "check", "essai.ttl", "--lang", "en")
    assert done.returncode == 1
    found = done.stdout.splitlines()
    assert all(line.startswith("essai.ttl:") for line in found)
    (dangling,) = [line for line in found if "PAS201" in line]
    assert "Did you mean <https://w3id.org/passerelles/id/sources/source-barcamp-2015>?" in dangling


def test_it_builds_into_the_users_cache_folder(run, tmp_path):
    done = run("passerelles", "build")
    assert done.returncode == 0, done.stderr
    identifier = done.stdout.split()[-1]
    (link,) = (tmp_path / "cache" / "passerelles").glob("*/current")
    assert link.resolve().name == identifier


def test_it_makes_a_new_repository_that_conforms(run):
    made = run("passerelles", "init", "graphe", "--base", "https://donnees.exemple.fr/id/")
    assert made.returncode == 0, made.stderr
    done = run("passerelles", "--repo", "graphe", "check", "--strict", "--lang", "en")
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("Conforms: ")


def test_its_pre_commit_hooks_run_on_the_files_they_are_given(run, tmp_path):
    run("passerelles", "init", "graphe", "--quiet")
    name = "graphe/data/productions/bus-des-services.ttl"
    for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")):
        done = run(*hook["entry"].split(), "--repo", "graphe", name)
        assert done.returncode == 0, done.stderr
    wrong = tmp_path / "work" / name
    wrong.write_text(wrong.read_text().replace("dct:title", "dct:titel"))
    assert run("passerelles", "check", "--repo", "graphe", name).returncode == 1
