"""What the page about the endpoint shows is so: commands, files, logs. APPROVE=1 writes what the commands give."""

from __future__ import annotations

import hashlib
import inspect
import json
import os
import re
import shutil
import subprocess
import sys
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple

import httpx
import pytest
import uvicorn

from graph.cli.serve import serve
from graph.config import Limits, load

from .tables import ROOT, is_up_to_date, table

PAGE = ROOT / "docs/endpoint.md"
ADDRESS = "http://127.0.0.1:8000"
TEXT = PAGE.read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```\n(\$ .*?)^```$", TEXT, re.MULTILINE | re.DOTALL)
CURLRC = 'silent\nwrite-out = "%{stderr}# %{http_code} %{content_type}\\n"\n'
SIZES = {"k": 1024, "m": 1024**2}


class Command(NamedTuple):
    """A command of a block, the statuses shown below it, and the output shown below these, if any is."""

    text: str
    statuses: str
    output: str


def commands(block: str) -> list[Command]:
    """Those of a block, each from its `$` on."""
    found = []
    for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
        lines = part.splitlines(keepends=True)
        end = next((number for number, line in enumerate(lines) if line.startswith("# ")), len(lines))
        statuses = list(takewhile(lambda line: line.startswith("# "), lines[end:]))
        found.append(Command("".join(lines[:end]), "".join(statuses), "".join(lines[end + len(statuses) :])))
    return found


def given(block: str, address: str, folder: Path) -> list[Command]:
    """The same, with what they give, in one shell; outputs where the page shows some."""
    folder.joinpath(".curlrc").write_text(CURLRC, encoding="utf-8")
    shown = commands(block)
    script = [f"{{\n{command.text.replace(ADDRESS, address)}}} >{n}.out 2>{n}.err" for n, command in enumerate(shown)]
    environment = os.environ | {"CURL_HOME": str(folder)}
    subprocess.run(["bash", "-c", "\n".join([*script, "wait"])], cwd=folder, env=environment, check=False, timeout=60)
    made = []
    for number, command in enumerate(shown):
        statuses, output = (folder.joinpath(f"{number}.{kind}").read_text(encoding="utf-8") for kind in ("err", "out"))
        output = output.replace(address, ADDRESS).rstrip("\n") + "\n" if command.output else ""
        made.append(Command(command.text, statuses.replace(" \n", "\n"), output))
    return made


@pytest.mark.skipif(shutil.which("curl") is None, reason="the page's commands use curl")
@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_a_command_has_the_status_and_the_type_that_the_page_shows(number, address, tmp_path):
    made = given(BLOCKS[number], address, tmp_path)
    if os.environ.get("APPROVE"):
        written = "".join(f"$ {''.join(command)}" for command in made)
        PAGE.write_text(PAGE.read_text(encoding="utf-8").replace(BLOCKS[number], written), encoding="utf-8")
    else:
        assert made == commands(BLOCKS[number])


def test_every_metric_is_on_the_page(address):
    httpx.get(f"{address}/nothing")
    httpx.get(f"{address}/sparql", params={"query": "ASK { ?s ?p ?o }"})
    said = httpx.get(f"{address}/metrics").text
    kinds = dict(re.findall(r"^# TYPE (\w+) (\w+)$", said, re.MULTILINE))
    labels = dict(re.findall(r"^(\w+?)(?:_count)?(\{\w+)=\"[^,]*\}", said, re.MULTILINE))
    rows = [
        (f"`{name}{labels[name] + '}' if name in labels else ''}`", kinds[name], text)
        for name, text in sorted(re.findall(r"^# HELP (\w+) (.*)$", said, re.MULTILINE))
        if not name.endswith("_created")  # when a series began, which the library adds
    ]
    is_up_to_date("docs/endpoint.md", "metrics", table(("name", "type", "meaning"), rows))


def test_every_option_of_serve_is_on_the_page_in_both_languages():
    options = sorted(f"--{name.replace('_', '-')}" for name in inspect.signature(serve).parameters)
    tables = re.findall(r"^\| option \|.*?\n\n", TEXT, re.MULTILINE | re.DOTALL)
    named = [re.sub(r" \|[^|]*\|$", "", each, flags=re.MULTILINE) for each in tables]  # the first column
    assert [sorted(re.findall(r"(?<=`)--[a-z-]+", each)) for each in named] == [options, options]


def test_the_lines_of_the_logs_have_the_fields_shown(server):
    text = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i FILTER(?a != ?d) }"
    with pytest.raises(httpx.ReadTimeout):  # its client leaves: that ends it
        httpx.get(f"{server.url}/sparql", params={"query": text}, timeout=1.2)
    slow = json.loads(server.said.get(timeout=10))
    access = json.loads(server.access_log.read_text(encoding="utf-8").splitlines()[-1])
    shown = re.findall(r"^```json\n(.*)\n(.*)\n```$", TEXT, re.MULTILINE)
    assert [tuple(json.loads(line).keys() for line in lines) for lines in shown] == [(access.keys(), slow.keys())] * 2


def test_the_token_of_the_commands_is_the_one_of_the_configuration(repository):
    (token,) = set(re.findall(r"(?:Authorization: Bearer |printf %s )([\w-]+)", TEXT))
    digests = load(repository).server.tokens.values()
    assert [*digests] == [hashlib.sha256(token.encode()).hexdigest()]


def file(language: str) -> str:
    """The file of a kind that the page shows."""
    return re.search(rf"^```{language}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)[1]


def directives(text: str) -> dict[str, list[str]]:
    """Those of a configuration of nginx, whatever the block; one that is not well formed has none."""
    plain = re.sub(r"#.*", "", text)
    return {words[0]: words[1:] for words in map(str.split, re.findall(r"[^;{}]+(?=[;{])", plain)) if words}


def bytes_of(size: str) -> int:
    return int(size[:-1]) * SIZES[size[-1]]


def test_nginx_lets_through_what_passerelles_answers():
    """It refuses nothing smaller, and gives up nothing sooner, than passerelles does."""
    said, limits = directives(file("nginx")), Limits()
    patience = inspect.signature(uvicorn.Config).parameters["timeout_keep_alive"].default
    assert bytes_of(said["client_max_body_size"][0]) > 4 * limits.query_bytes
    assert bytes_of(said["large_client_header_buffers"][1]) > 65_535  # the longest address that is read
    assert int(said["proxy_read_timeout"][0][:-1]) > limits.deadline_seconds
    assert int(said["keepalive_timeout"][0][:-1]) < patience


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_its_configuration(tmp_path):
    body = re.sub(r"ssl_certificate\w* .*;", "", file("nginx")).replace("listen 443 ssl", "listen 8443")
    (tmp_path / "nginx.conf").write_text(f"pid {tmp_path}/pid; events {{}} http {{ access_log off; {body} }}")
    command = ["nginx", "-t", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf"), "-e", "stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert "syntax is ok" in done.stderr  # the rest is about the folders and ports of this machine


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_systemd_takes_its_unit(tmp_path):
    unit = tmp_path / "passerelles.service"
    unit.write_text(re.sub(r"(?<=^ExecStart=)\S+", sys.executable, file("ini"), flags=re.MULTILINE), encoding="utf-8")
    done = subprocess.run(["systemd-analyze", "verify", str(unit)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
