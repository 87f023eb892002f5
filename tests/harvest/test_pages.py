"""What is in quarantine has its address; what is gone says so, with the reason."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable

import httpx
import pytest

SERVE = """
import sys
from pathlib import Path
from graph.build import build
from graph.config import load
from graph.web.server import serve
settings = load(Path(sys.argv[1]))
serve(settings, build(settings), port=0, ready=lambda url: print(url, flush=True))
"""
TABLE = "id;title;iri\nhammer;Marteau;\nsaw;Scie;\nfile;Lime;https://tools.example.org/file\n"


@pytest.fixture
def get(harvest) -> Callable[..., httpx.Response]:
    """Ask the site of a repository with three records in quarantine, one of them gone, one with an IRI of its own."""
    mapping = (harvest.repository.root / "mappings/trial.rq").read_text()
    harvest.write("mappings/trial.rq", mapping.replace("#+ columns", "#+ iri: iri\n#+ columns"))
    harvest(harvest.write("in/table.csv", TABLE))
    harvest(harvest.write("in/table.csv", TABLE.replace("saw;Scie;\n", "")))
    server = subprocess.Popen([sys.executable, "-c", SERVE, str(harvest.repository.root)], stdout=subprocess.PIPE)
    try:
        url = server.stdout.readline().decode().strip().rstrip("/")
        yield lambda path, accept: httpx.get(url + path, headers={"Accept": accept, "Accept-Language": "en"})
    finally:
        server.terminate()
        server.wait()
        server.stdout.close()


def test_what_is_in_quarantine_has_its_address_and_what_is_gone_says_so(get):
    page = get("/id/harvest/portal/hammer", "text/html")
    assert page.status_code == 200
    assert "Marteau" in page.text
    assert '"Marteau"@fr' in get("/id/harvest/portal/hammer.ttl", "*/*").text

    elsewhere = get("/id/harvest/portal/file", "text/turtle")
    assert elsewhere.status_code == 200
    assert "<https://tools.example.org/file>" in elsewhere.text

    gone = get("/id/harvest/portal/saw", "application/json")
    assert gone.status_code == 410
    assert gone.headers["content-type"] == "application/problem+json"
    assert "The source has not given this record since 20" in gone.json()["detail"]
    assert get("/id/harvest/portal/saw.ttl", "*/*").status_code == 410

    assert get("/id/harvest/portal/never", "text/turtle").status_code == 404
    assert get("/id/harvest/nobody/never", "text/html").status_code == 404
