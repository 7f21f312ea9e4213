"""A real browser with the network off, driven by Playwright: Debian's Chromium or Google Chrome."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from kurihara_geo.outputs.maps import write_map
from tests.browser.hostile_town import OPTIONS, draw_plan

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NAMES = ("chromium", "google-chrome", "google-chrome-stable", "chromium-browser", "chrome")
REQUIRED = os.environ.get("KURIHARA_GEO_REQUIRE_BROWSER") == "1"


@dataclass
class Visit:
    """A page that was opened, with everything it tried and complained about."""

    page: Any
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def _give_up(reason: str) -> None:
    if REQUIRED:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Start the browser once; without one, skip, or fail where KURIHARA_GEO_REQUIRE_BROWSER is 1."""
    path = next((found for found in map(shutil.which, NAMES) if found), None)
    if path is None:
        _give_up(f"no Chromium or Chrome found (looked for {', '.join(NAMES)})")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        _give_up("playwright is not installed")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=list(ARGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def page_file(tmp_path_factory: Any) -> Path:
    """Write the hostile town's page once for all tests that only look at it."""
    return write_map(draw_plan(), tmp_path_factory.mktemp("map") / "map.html", **OPTIONS)


@pytest.fixture
def visit(browser: Any) -> Iterator[Any]:
    """Open a file from disk with the network off and wait until the page says it is ready."""
    contexts = []

    def go(path: Path, *, size: tuple[int, int] = (1400, 900), touch: bool = False, ready: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            offline=True,
            has_touch=touch,
            reduced_motion="reduce",
        )
        contexts.append(context)
        seen = Visit(context.new_page())
        seen.page.on("request", lambda request: seen.requests.append(request.url))
        seen.page.on("pageerror", lambda error: seen.complaints.append(str(error)))
        seen.page.on("console", lambda message: seen.complaints.append(f"{message.type}: {message.text}"))
        seen.page.on("dialog", lambda dialog: (seen.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        seen.page.goto(path.as_uri())
        if ready:
            seen.page.wait_for_selector("body[data-ready]", timeout=20_000)
        return seen

    yield go
    for context in contexts:
        context.close()
