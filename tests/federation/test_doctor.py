"""`passerelles doctor --endpoint` before real servers: ours, and one of another project."""

from __future__ import annotations

import json

import pytest


@pytest.fixture
def examined(command_here, tmp_path):
    def run(address: str) -> dict[str, dict]:
        done = command_here("doctor", "--endpoint", address, "--format", "json", "--lang", "en", cwd=tmp_path)
        assert done.stderr == b""
        return {check["name"]: check for check in json.loads(done.stdout)["checks"]}

    return run


def levels(checks: dict[str, dict], *names: str) -> set[str]:
    return {checks[name]["level"] for name in names}


def test_one_of_ours_can_be_called_and_harvested(examined, federation):
    checks = examined(federation.north.sparql)
    assert all(check["ok"] for check in checks.values())
    assert levels(checks, "service-from-us", "harvest", "void", "cache", "cors", "whole-answers", "catalogue") == {"ok"}
    assert levels(checks, "service") == {"note"}  # it calls nobody who is not listed


def test_one_of_ours_is_found_from_its_home_with_or_without_the_slash(examined, federation):
    home = federation.north.sparql.removesuffix("/sparql")
    for address in (home, f"{home}/"):
        checks = examined(address)
        assert levels(checks, "catalogue", "feed", "dumps", "harvest") == {"ok"}


def test_a_wrong_address_of_one_of_ours_is_a_fault(examined, federation):
    checks = examined(federation.north.sparql.removesuffix("l"))
    assert (levels(checks, "reachable"), "(404)" in checks["reachable"]["detail"]) == ({"fault"}, True)
    assert not {"catalogue", "feed", "dumps"} & set(checks)


def test_an_oxigraph_server_can_be_called_and_calls(examined, federation):
    checks = examined(federation.west.sparql)
    assert all(check["ok"] for check in checks.values())
    assert levels(checks, "service-from-us", "harvest", "service-to-us", "description") == {"ok"}
    assert levels(checks, "void", "cache", "cors", "catalogue", "feed") == {"note"}
