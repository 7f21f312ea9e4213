"""A progress bar on anything that takes longer than two seconds, in shells and notebooks; quiet when nobody watches."""

from __future__ import annotations

import sys
import time
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from types import TracebackType

__all__ = ["Progress"]

_PATIENCE_S = 2.0


class Progress:
    """Show what is being worked on, once it has taken two seconds.

    Used as a context manager. Nothing is shown where standard error is neither a terminal nor a notebook.

    Parameters
    ----------
    enabled
        False never shows anything.
    """

    def __init__(self, *, enabled: bool = True) -> None:
        self._enabled = enabled and (sys.stderr.isatty() or _in_notebook())
        self._started = time.monotonic()
        self._bar: Any = None
        self._task: Any = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._bar.stop()
            self._bar = None

    def show(self, text: str) -> None:
        """Say what is being done; cheap enough for inner loops."""
        if not self._enabled or time.monotonic() - self._started < _PATIENCE_S:
            return
        if self._bar is None:
            self._start()
        self._bar.update(self._task, description=text)

    def _start(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, SpinnerColumn, TextColumn, TimeElapsedColumn
        from rich.progress import Progress as RichProgress

        self._bar = RichProgress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=None)
        self._bar.start()


def _in_notebook() -> bool:
    if find_spec("ipywidgets") is None:  # rich would print a traceback in the middle of the notebook
        return False
    shell = sys.modules.get("IPython")
    running = shell.get_ipython() if shell is not None else None
    return running is not None and type(running).__name__ == "ZMQInteractiveShell"
