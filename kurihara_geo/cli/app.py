"""The command line itself: how it starts, what it prints to, and how errors become exit codes."""

from __future__ import annotations

import functools
import sys
import warnings
from collections.abc import Callable
from typing import Annotated, Any

import typer

from kurihara_geo.errors import KuriharaGeoError, KuriharaGeoWarning

__all__ = ["app", "counted", "main", "reporting", "say"]

app = typer.Typer(
    name="kurihara-geo",
    help="Propose, prove and draw mergers of small neighbourhood associations (小規模自治会の再編案を作る).",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def reporting(command: Callable[..., None]) -> Callable[..., None]:
    """Turn errors into one clear message and the exit code that stands for them."""

    @functools.wraps(command)
    def run(*arguments: Any, **options: Any) -> None:
        try:
            with warnings.catch_warnings(record=True) as caught:
                warnings.simplefilter("always", KuriharaGeoWarning)
                try:
                    command(*arguments, **options)
                finally:
                    for warning in caught:
                        if issubclass(warning.category, KuriharaGeoWarning):
                            say(f"Warning: {warning.message}", error=True)
        except KuriharaGeoError as error:
            say(f"Error: {error}", error=True)
            raise typer.Exit(error.exit_code) from None
        except BrokenPipeError:
            # Whoever read the output has gone; the files are written.
            sys.stdout = None
        except KeyboardInterrupt:
            say("Interrupted before there was a plan; nothing was written.", error=True)
            raise typer.Exit(130) from None

    return run


def say(text: str = "", *, error: bool = False) -> None:
    """Print a line, whatever the terminal can show."""
    stream = sys.stderr if error else sys.stdout
    if stream is None:  # started without that stream
        return
    encoding = stream.encoding or "utf-8"
    print(text.encode(encoding, "replace").decode(encoding), file=stream)


def counted(number: int, word: str) -> str:
    """Give a number with its word, ``1 area`` or ``2 areas``."""
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _version(asked: bool) -> None:
    if asked:
        from kurihara_geo import __version__

        say(f"kurihara-geo {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Propose, prove and draw mergers of small neighbourhood associations (小規模自治会の再編案を作る)."""


def main() -> None:
    """Run the command line."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    app()
