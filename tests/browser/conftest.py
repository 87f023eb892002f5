"""Debian's Chromium on the project's own graph: what a person sees, and everything the browser asks for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "src/graph/web/frontend/node_modules/axe-core/axe.min.js"
BUNDLE = ROOT / "src/graph/web/static/bundle/manifest.json"
SHOTS = ROOT / "build/browser"


@pytest.fixture(scope="session", autouse=True)
def chromium() -> str:
    """The browser; without it, or without the bundle, there is nothing to look at, which CI does not forgive."""
    program = shutil.which("chromium")
    needed = {"chromium": program, "the bundle of the pages, with npm": BUNDLE.exists() and AXE.exists()}
    absent = [name for name, there in needed.items() if not there]
    if absent:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"not there: {', '.join(absent)}")
    return program


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Iterator[str]:
    """The address of a server of the repository's own graph."""
    folder = tmp_path_factory.mktemp("built")
    command = [sys.executable, "-m", "graph", "--repo", str(ROOT)]
    built = subprocess.run([*command, "build", "--output", str(folder)], capture_output=True, text=True, check=True)
    snapshot = folder / "snapshots" / built.stdout.split()[-1]
    serve = [*command, "--lang", "en", "serve", "--port", "0", "--workers", "2", "--snapshot", str(snapshot)]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as server:
        line = server.stderr.readline()
        yield next(word for word in line.split() if word.startswith("http://")).rstrip("/")
        server.terminate()
        server.communicate()


@pytest.fixture(scope="module")  # no longer: its event loop runs in this thread, where others start theirs
def browser(chromium) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield launched
        launched.close()


@pytest.fixture
def visitor(browser, site) -> Iterator[Callable[..., Page]]:
    """A page for a visitor: `locale`, and any option of a context. It asks nobody else, and nothing in it fails."""
    contexts: list[BrowserContext] = []
    wrong: list[str] = []

    def allowed(route: Route) -> None:
        url = route.request.url
        if url.startswith((f"{site}/", "data:")):
            route.continue_()
        else:
            wrong.append(f"asked for {url}")
            route.abort()

    def visit(locale: str = "fr-FR", **options) -> Page:
        context = browser.new_context(locale=locale, base_url=site, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        context.route("**/*", allowed)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(f"{page.url}: {error}"))
        page.on("console", lambda said: "Content Security Policy" in said.text and wrong.append(said.text))
        return page

    yield visit
    for context in contexts:
        context.close()
    assert wrong == []
