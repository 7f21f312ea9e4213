"""What a page carries with it: Leaflet, the pages' scripts and styles, and the policy that lets only those run."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from typing import Any

__all__ = ["TILES_HOST", "asset", "leaflet_css", "leaflet_js", "policy"]

TILES_HOST = "https://cyberjapandata.gsi.go.jp"


@cache
def asset(name: str) -> str:
    """Read a script, style or shell of the pages."""
    return (files(__package__) / "assets" / name).read_text("utf-8").replace("\r\n", "\n")


@cache
def leaflet_js() -> str:
    """Give Leaflet itself."""
    text = (_leaflet() / "leaflet.js").read_text("utf-8").replace("\r\n", "\n")
    return re.sub(r"//# sourceMappingURL=\S*\s*$", "", text)


@cache
def leaflet_css() -> str:
    """Give Leaflet's style with its licence, pictures inside."""
    terms = distribution("django-js-lib-leaflet").read_text("LICENSE") or "BSD-2-Clause"
    text = (_leaflet() / "leaflet.css").read_text("utf-8").replace("\r\n", "\n")
    text = f"/* Leaflet\n{terms.replace('*/', '* /')}*/\n{text}"
    return re.sub(r"url\((images/[\w.-]+\.png)\)", lambda found: f"url({_data_uri(found.group(1))})", text)


def _data_uri(name: str) -> str:
    data = _leaflet().joinpath(*name.split("/")).read_bytes()
    return f"data:image/png;base64,{base64.b64encode(data).decode('ascii')}"


def _leaflet() -> Any:
    return files("js_lib_leaflet") / "static" / "js_lib_leaflet"


def policy(scripts: tuple[str, ...], *, tiles: bool) -> str:
    """Let only these scripts run, and nothing be fetched, but for map tiles where they are asked for."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    images = f"data: {TILES_HOST}" if tiles else "data:"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
