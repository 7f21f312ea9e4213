"""What a page carries with it: Leaflet, the pages' scripts and styles, and the policy that lets only those run."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from importlib.metadata import distribution
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Template

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TILES_HOST", "asset", "fill_page"]

TILES_HOST = "https://cyberjapandata.gsi.go.jp"

# Filled in a single pass: what stands in a value is never read as a template again.
_PAGE = Template(
    "<!DOCTYPE html>\n"
    '<html lang="{{ lang }}">\n'
    "<head>\n"
    '<meta charset="utf-8">\n'
    '<meta http-equiv="Content-Security-Policy" content="{{ policy }}">\n'
    '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
    '<meta name="color-scheme" content="light">\n'
    "<title>{{ title | e }}</title>\n"
    "<style>{{ leaflet_css }}</style>\n"
    "{{ head }}{% for style in styles %}<style>{{ style }}</style>\n{% endfor %}"
    "<script>{{ leaflet_js }}</script>\n"
    "</head>\n"
    "<body>\n"
    "{{ body }}\n"
    '<script type="application/json" id="plan-data">{{ payload }}</script>\n'
    "{% for script in scripts %}<script>{{ script }}</script>\n{% endfor %}"
    "</body>\n"
    "</html>\n",
    keep_trailing_newline=True,
)


def fill_page(
    *,
    lang: str,
    title: str,
    body: str,
    payload: str,
    scripts: Sequence[str],
    styles: Sequence[str],
    head: str = "",
    tiles: bool = False,
) -> str:
    """Give a whole page: it needs no network, runs only its own scripts, and holds data as data.

    Parameters
    ----------
    lang
        ``ja`` or ``en``.
    title
        Shown in the browser's tab; escaped here.
    body
        The page's own HTML.
    payload
        JSON as :func:`~kurihara_geo.outputs.maps.payload.as_json` gives it.
    scripts, styles
        Their texts, in their order.
    head
        Further HTML for the head.
    tiles
        Whether images may come from the Geospatial Information Authority's host.
    """
    page: str = _PAGE.render(
        lang=lang,
        policy=_policy((_leaflet_js(), *scripts), tiles=tiles),
        title=title,
        head=head,
        body=body,
        payload=payload,
        leaflet_css=_leaflet_css(),
        leaflet_js=_leaflet_js(),
        scripts=scripts,
        styles=styles,
    )
    return page


@cache
def asset(name: str) -> str:
    """Read a script, style or shell of the pages."""
    return (files(__package__) / "assets" / name).read_text("utf-8").replace("\r\n", "\n")


@cache
def _leaflet_js() -> str:
    """Give Leaflet itself."""
    text = (_leaflet() / "leaflet.js").read_text("utf-8").replace("\r\n", "\n")
    return re.sub(r"//# sourceMappingURL=\S*\s*$", "", text)


@cache
def _leaflet_css() -> str:
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


def _policy(scripts: tuple[str, ...], *, tiles: bool) -> str:
    """Let only these scripts run, and nothing be fetched, but for map tiles where they are asked for."""
    hashes = " ".join(f"'sha256-{_sha256(script)}'" for script in scripts)
    images = f"data: {TILES_HOST}" if tiles else "data:"
    return (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; img-src {images}; "
        "base-uri 'none'; form-action 'none'"
    )


def _sha256(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode("utf-8")).digest()).decode("ascii")
