"""The page for other portals, in the documentation and on the site: its requests are answered. APPROVE=1 writes how."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys

import httpx
import pytest

from .tables import ROOT
from .test_endpoint import ADDRESS, commands, given

PAGE = ROOT / "docs/federation.md"
BLOCKS = re.findall(r"^```\n(\$ .*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)

pytestmark = pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands use curl")


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_command_gives_what_the_page_shows(number, address, tmp_path):
    made = given(BLOCKS[number], address, tmp_path)
    if os.environ.get("APPROVE"):
        written = "".join(f"$ {''.join(command)}" for command in made)
        PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(BLOCKS[number], written), encoding="utf-8")
    else:
        assert made == commands(BLOCKS[number])


def test_this_very_site_passes_the_examination_that_the_page_offers(address, repository):
    texts = re.findall(r"^```sh\n(passerelles .*)\n```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(set(texts)) == 1
    command = [sys.executable, "-m", "graph", *texts[0].replace(ADDRESS, address).split()[1:], "--lang", "en"]
    done = subprocess.run(command, cwd=repository, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert "it can be harvested, by: catalogue, feed." in done.stdout


@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_request_of_the_page_of_the_site_is_answered(address, language, tmp_path):
    page = httpx.get(f"{address}/federation", headers={"Accept": "text/html", "Accept-Language": language}).text
    requests = [
        html.unescape(text) for text in re.findall(r'<pre class="code shell"[^>]*>(.*?)</pre>', page, re.DOTALL)
    ]
    (tmp_path / ".curlrc").write_text("silent\nfail", encoding="utf-8")
    asked = [text for text in requests if "curl" in text]
    assert len(asked) > 10
    for text in asked:
        environment = os.environ | {"CURL_HOME": str(tmp_path)}
        done = subprocess.run(["bash", "-c", text], cwd=tmp_path, env=environment, capture_output=True, check=False)
        assert done.returncode == 0, text
        assert done.stdout or "-o " in text
    assert httpx.get(f"{address}/federation", headers={"Accept": "text/html"}).headers["etag"]
