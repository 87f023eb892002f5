"""Apache Jena asks us: `SERVICE` in its own queries, and its client of remote endpoints."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from .queries import CHAIN, PLAIN, PREFIXES

CLIENT = "jena"
JARS = Path("/usr/share/java")  # where Debian puts them

pytestmark = pytest.mark.skipif(
    shutil.which("java") is None or not (JARS / "jena-arq.jar").exists(),
    reason="Jena is not there: tests/federation/install",
)


@pytest.fixture(scope="session")
def java(tmp_path_factory):
    """A program of Jena's, run; Debian's packages leave its Xerces where it does not look."""
    folder = tmp_path_factory.mktemp("xerces")
    with zipfile.ZipFile(JARS / "jena-core.jar") as jar:
        for name in jar.namelist():
            if name.startswith("org/apache/jena/ext/xerces/") and not name.endswith("/"):
                copy = folder / name.removeprefix("org/apache/jena/ext/")
                copy.parent.mkdir(parents=True, exist_ok=True)
                copy.write_bytes(jar.read(name))

    jars = [jar for jar in JARS.glob("*.jar") if not re.search(r"slf4j|log4j", jar.name)]  # several logs make none
    path = ":".join(map(str, [folder, *jars, JARS / "slf4j-api.jar", JARS / "slf4j-nop.jar"]))

    def run(program: str, *arguments: object) -> bytes:
        command = ["java", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", path, program, *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, check=False, timeout=120)
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout

    return run


def written(folder: Path, query: str) -> Path:
    path = folder / "query.rq"
    path.write_text(query, encoding="utf-8")
    return path


def test_service_joins_three_endpoints(java, federation, same_rows, tmp_path):
    query = CHAIN.format(**federation.addresses)
    assert same_rows(json.loads(java("arq.arq", "--results=json", "--query", written(tmp_path, query))), query)


@pytest.mark.parametrize("name", ["a FILTER", "VALUES"])
def test_its_remote_client_asks_us(java, federation, same_rows, tmp_path, name):
    query = PREFIXES + PLAIN[name]
    path = written(tmp_path, query)
    found = java("arq.rsparql", "--service", federation.south.sparql, "--results=json", "--query", path)
    assert same_rows(json.loads(found), query)


def test_a_graph_is_constructed(java, federation, tmp_path):
    path = written(tmp_path, PREFIXES + "CONSTRUCT { ?t dct:title ?tool } { ?t a ex:Tool ; dct:title ?tool }")
    found = java("arq.rsparql", "--service", federation.south.sparql, "--results=NT", "--query", path)
    assert found.decode().count("/tools/t") == 40


def test_from_reads_a_thing_at_its_address(java, federation, tmp_path):
    """What a client of linked data does."""
    thing = f"{federation.south.root}/id/tools/t3"
    path = written(tmp_path, f"{PREFIXES}SELECT ?o FROM <{thing}> {{ ?s dct:title ?o }}")  # noqa: S608 - SPARQL
    assert java("arq.arq", "--results=CSV", "--query", path).decode().splitlines() == ["o", "Outil 3 d’« été »"]
