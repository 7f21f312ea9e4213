"""When two spellings are one name: stated rules, applied one after the other, and nothing beyond them.

Each stage holds all stages before it. A map and a list are written by different hands: 築館字本町１丁目 on one is
本町一丁目 on the other. What no stage makes equal is never taken for the same; :func:`similar_names` only helps to
ask.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

__all__ = [
    "STAGES",
    "NameKey",
    "differ_clearly",
    "name_keys",
    "names_by_form",
    "normal_name",
    "similar_names",
    "town_stems",
]

STAGES = (
    "spaces and widths",
    "small and large ケ",
    "old and new kanji",
    "numerals of 丁目",
    "大字 and 字",
    "name of the former town",
)
"""What each stage lets differ; stage 0 is no looser than NFKC without spaces."""

_VARIANTS = {
    "髙": "高",
    "﨑": "崎",
    "嵜": "崎",
    "𠮷": "吉",
    "澤": "沢",
    "邊": "辺",
    "邉": "辺",
    "嶋": "島",
    "嶌": "島",
    "濱": "浜",
    "廣": "広",
    "國": "国",
    "櫻": "桜",
    "瀧": "滝",
    "舘": "館",
    "條": "条",
    "龍": "竜",
    "渕": "淵",
    "齋": "斎",
    "冨": "富",
}
"""Kanji that NFKC keeps apart and registers mix; on the left as some write them, on the right as compared."""

_TO_ONE_KANJI = str.maketrans(_VARIANTS)
_DIGITS = {digit: value for value, digit in enumerate("〇一二三四五六七八九")}
_CHOME = re.compile(r"([一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九])丁目")
# The 字 of 文字 is part of a place's name, and so is one that ends a name.
_AZA = re.compile(r"大字|(?<!文)字(?!$)")
_TOWN = re.compile(r"(?<=.)[市町村]$")
_NUMERAL = re.compile(r"[0-9〇一二三四五六七八九十百]")
_LIKENESS = 0.6
_MOST_SIMILAR = 3


@dataclass(frozen=True)
class NameKey:
    """A name as one stage compares it.

    Parameters
    ----------
    town
        The former town it lies in, without 町 or 村; empty where not known, and at every stage but the last.
    text
        The name.
    """

    town: str
    text: str


def normal_name(value: object) -> str:
    """Give a name as it is compared first: NFKC, without any space; nothing is an empty text."""
    if value is None or value is pd.NA or value != value:
        return ""
    return "".join(unicodedata.normalize("NFKC", str(value)).split())


def town_stems(towns: Iterable[object]) -> tuple[str, ...]:
    """Give the names of former towns as they stand before other names: 架空町 is 架空.

    Parameters
    ----------
    towns
        Names with or without 町, 村 or 市.

    Returns
    -------
    tuple of str
        Each once, the longest first.
    """
    names = {_plain(normal_name(town)) for town in towns}
    # A stem of one character would be taken off too many names.
    stems = {stem if len(stem := _TOWN.sub("", name)) > 1 else name for name in names}
    return tuple(sorted(stems - {""}, key=lambda stem: (-len(stem), stem)))


def name_keys(value: object, *, town: object = None, towns: Sequence[str] = ()) -> tuple[NameKey, ...]:
    """Give a name as each of :data:`STAGES` compares it.

    Parameters
    ----------
    value
        The name as written.
    town
        The former town the row is said to lie in, if it is.
    towns
        Stems of the former towns a name may begin with, from :func:`town_stems`.

    Returns
    -------
    tuple of NameKey
        One a stage.

    Examples
    --------
    >>> [key.text for key in name_keys("架空字本町 １丁目", towns=("架空",))][-2:]
    ['架空本町1丁目', '本町1丁目']
    """
    strict = normal_name(value)
    small = strict.replace("ヶ", "ケ")
    kanji = small.translate(_TO_ONE_KANJI)
    counted = _CHOME.sub(lambda found: f"{_number(found[1])}丁目", kanji)
    bare = _AZA.sub("", counted)
    own = next(iter(town_stems([town])), "")
    stem = next((name for name in ([own] if own else towns) if bare.startswith(name) and len(bare) > len(name)), "")
    last = NameKey(town=own or stem, text=bare.removeprefix(stem))
    return (*(NameKey(town="", text=text) for text in (strict, small, kanji, counted, bare)), last)


def differ_clearly(first: object, second: object, *, town: object = None, towns: Sequence[str] = ()) -> bool:
    """Say whether two names cannot be spellings of one: no stage makes them equal, and none ends like the other.

    Parameters
    ----------
    first, second
        The names; where one is missing, nothing differs.
    town, towns
        As for :func:`name_keys`.
    """
    keys = [name_keys(name, town=town, towns=towns)[-1].text for name in (first, second)]
    short, long = sorted(keys, key=len)
    if not short or short == long:
        return False
    before = long.removesuffix(short)
    # A district may be named before a name, a numeral may not: 1区 is not 11区.
    return not long.endswith(short) or bool(_NUMERAL.fullmatch(before[-1]))


def names_by_form(names: Iterable[object]) -> dict[str, list[str]]:
    """Give names by their loosest form, for :func:`similar_names` to look in."""
    forms: dict[str, list[str]] = {}
    for name in dict.fromkeys(names):
        text = name_keys(name)[-1].text
        if text:
            forms.setdefault(text, []).append(str(name))
    return forms


def similar_names(name: object, forms: Mapping[str, Sequence[str]]) -> list[str]:
    """List the names that look most like one, to ask whether they are meant; never to join by.

    Parameters
    ----------
    name
        A name nobody matched.
    forms
        Names it may be a slip of, from :func:`names_by_form`.
    """
    close = difflib.get_close_matches(name_keys(name)[-1].text, list(forms), n=_MOST_SIMILAR, cutoff=_LIKENESS)
    return [other for form in close for other in forms[form]][:_MOST_SIMILAR]


def _plain(text: str) -> str:
    return _AZA.sub("", text.replace("ヶ", "ケ").translate(_TO_ONE_KANJI))


def _number(numeral: str) -> int:
    """Read a Japanese numeral below 100."""
    tens, ten, ones = numeral.rpartition("十")
    value = _DIGITS.get(ones, 0)
    return value + 10 * (_DIGITS.get(tens, 1) if ten else 0)
