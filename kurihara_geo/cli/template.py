"""``kurihara-geo template``: empty tables to fill in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from kurihara_geo.cli.app import app, reporting, say
from kurihara_geo.cli.options import Lang, Language

__all__ = ["template"]


@app.command()
@reporting
def template(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder to write to; made when it is not there.")],
    lang: Lang = Language.ja,
) -> None:
    """Write empty tables with notes: associations, correspondence, councils, halls and obstacles."""
    import kurihara_geo as kg

    files = kg.write_templates(folder, lang=lang.value)
    say("Written:")
    for path in files.values():
        say(f"  {path}")
