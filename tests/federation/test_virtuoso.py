"""Virtuoso asks us: `SERVICE` in its own queries."""

from __future__ import annotations

import os
import socket
import subprocess
from pathlib import Path

import httpx
import pytest

from .conftest import listening
from .queries import PREFIXES

CLIENT = "virtuoso"
UNPACKED = Path(__file__).parents[2] / ".cache/federation/virtuoso"
CONFIGURATION = """\
[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{sql}
NumberOfBuffers = 2000
[HTTPServer]
ServerPort = 127.0.0.1:{http}
"""
MAY_USE_SERVICE = """\
grant SPARQL_SELECT_FED to "SPARQL";
grant select on DB.DBA.SPARQL_SINV_2 to "SPARQL";
grant execute on DB.DBA.SPARQL_SINV_IMP to "SPARQL";
"""
LIBRARIES = ":".join(str(UNPACKED / folder / "x86_64-linux-gnu") for folder in ("lib", "usr/lib"))

pytestmark = pytest.mark.skipif(
    not (UNPACKED / "usr/bin/virtuoso-t").exists(), reason="Virtuoso is not there: tests/federation/install"
)


@pytest.fixture(scope="module")
def virtuoso(tmp_path_factory):
    """What it answers, in SPARQL JSON; anyone may use `SERVICE` there."""
    folder = tmp_path_factory.mktemp("virtuoso")
    with socket.socket() as first, socket.socket() as second:
        for probe in (first, second):
            probe.bind(("127.0.0.1", 0))
        sql, http = (probe.getsockname()[1] for probe in (first, second))
    (folder / "virtuoso.ini").write_text(CONFIGURATION.format(sql=sql, http=http))
    with listening(
        [UNPACKED / "usr/bin/virtuoso-t", "+foreground", "+configfile", "virtuoso.ini"],
        folder,
        "Server online",
        LD_LIBRARY_PATH=LIBRARIES,
    ):
        isql = [UNPACKED / "usr/bin/isql-vt", f"127.0.0.1:{sql}", "dba", "dba", f"exec={MAY_USE_SERVICE}"]
        subprocess.run(isql, env=os.environ | {"LD_LIBRARY_PATH": LIBRARIES}, check=True, capture_output=True)

        def asked(query: str) -> httpx.Response:
            form = {"query": query, "format": "application/sparql-results+json"}
            return httpx.get(f"http://127.0.0.1:{http}/sparql", params=form, timeout=60)

        yield asked


QUERIES = {
    "its whole answer": "SELECT ?t ?tool {{ SERVICE <{south}> {{ ?t a ex:Tool ; dct:title ?tool }} }}",
    "a join of two of ours": """SELECT ?title ?tool {{
        SERVICE <{north}> {{ ?p ex:uses ?t ; dct:title ?title ; dct:extent ?n FILTER(?n < 12) }}
        SERVICE <{south}> {{ ?t dct:title ?tool }} }}""",
    "SILENT": "SELECT ?t ?tool {{ SERVICE SILENT <{south}> {{ ?t a ex:Tool ; dct:title ?tool }} }}",
}


@pytest.mark.parametrize("name", QUERIES)
def test_service_gets_the_rows_of_the_data(virtuoso, federation, same_rows, name):
    query = PREFIXES + QUERIES[name].format(**federation.addresses)
    answer = virtuoso(query)
    assert answer.status_code == 200, answer.text
    assert same_rows(answer.json(), query)
