"""What tables say of themselves in ``attrs``: notices and sources, each once, in the language of the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd

__all__ = ["said_by", "said_once"]


def said_by(table: pd.DataFrame | None, key: str, lang: str) -> str:
    """Give what a table says under a key, in English where it says it in English and the page is English.

    Parameters
    ----------
    table
        The table; None says nothing.
    key
        ``notice`` or ``attribution``.
    lang
        ``ja`` or ``en``.
    """
    attrs: dict[Any, Any] = {} if table is None else table.attrs
    found = (attrs.get(f"{key}_en") if lang == "en" else None) or attrs.get(key)
    # Nothing, or pandas' kinds of nothing, are no text.
    return "" if found is None or found != found else str(found)


def said_once(tables: Iterable[pd.DataFrame | None], key: str, lang: str) -> list[str]:
    """Give what several tables say under a key, each text once, in the order of the tables.

    Parameters
    ----------
    tables, key, lang
        As for :func:`said_by`.
    """
    texts = (said_by(table, key, lang) for table in tables)
    return list(dict.fromkeys(text for text in texts if text))
