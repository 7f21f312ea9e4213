"""Households in later years as a range, and how many associations will be below the floor."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import pandas as pd

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.drawing.figures import japanese_font
from kurihara_geo.outputs.plots.sheet import FLOOR, INK, QUIET, add_notes, finish, notes_of, plain_axes
from kurihara_geo.studies import Outlook
from kurihara_geo.studies.outlook.values import CAVEAT_EN, CAVEAT_JA, SCENARIOS

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_outlook"]

_YEAR = re.compile(r"households_([0-9]{4})(?:_(low|middle|high))?")
_BAND = "#99C4DD"
_WORDS = {
    "households": ("市全体の世帯数", "Households of the whole city"),
    "below": ("{floor}世帯を下回る自治会の数", "Associations below {floor} households"),
    "year": ("年", "Year"),
    "middle": ("中位", "middle"),
    "band": ("低位～高位(各自治会の値の合計)", "low to high (each association's, added up)"),
    "band_count": ("低位～高位", "low to high"),
    "today": ("現在", "today"),
    "left_out": ("推計できない{n}自治会を除く", "without {n} associations that could not be projected"),
}


def plot_outlook(
    outlook: Outlook | pd.DataFrame,
    path: str | PathLike[str] | None = None,
    *,
    floor: int | None = None,
    base_year: int | None = None,
    lang: Literal["ja", "en"] = "ja",
) -> Figure:
    """Draw an outlook: the city's households by year as a fan, and the number of associations below the floor.

    For office use: it is made of household counts, and there is no public edition.

    Parameters
    ----------
    outlook
        As :func:`kurihara_geo.project_households` gives it; or associations with columns ``households_YYYY``, or
        ``households_YYYY_low``, ``_middle`` and ``_high``, as :func:`kurihara_geo.add_outlook` leaves them.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    floor
        Households an association should have. None: the outlook's own; for associations 50.
    base_year
        Year of today's households. None: the outlook's own; for associations today's are drawn only where it is given.
    lang
        Language of all texts.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is.

    Raises
    ------
    InputError
        If it is neither an outlook nor associations with such columns, or a value is of a wrong kind.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> figure = kg.plot_outlook(kg.load_sample(), base_year=2020)
    >>> [axes.get_title(loc="left") for axes in figure.axes]
    ['市全体の世帯数', '50世帯を下回る自治会の数']
    """
    from matplotlib.figure import Figure

    lang = read_lang(lang)
    table, floor, base_year = _read(outlook, floor, base_year)
    years = _by_year(table, base_year)
    english = lang == "en"
    with japanese_font():
        figure = Figure(figsize=(11, 4.6), layout="constrained")
        left, right = figure.subplots(1, 2)
        sums = pd.DataFrame({year: counts.sum() for year, counts in years.items()}).T
        below = pd.DataFrame({year: (counts < floor).sum() for year, counts in years.items()}).T
        _fan(left, sums, _WORDS["band"][english], base_year, lang)
        _fan(right, below, _WORDS["band_count"][english], base_year, lang)
        left.set_title(_WORDS["households"][english], loc="left", fontsize=12)
        right.set_title(_WORDS["below"][english].format(floor=floor), loc="left", fontsize=12)
        for axes in (left, right):
            axes.set_ylim(bottom=0)
        notes = [CAVEAT_EN if english else CAVEAT_JA]
        left_out = int(pd.concat([counts.isna().any(axis=1) for counts in years.values()], axis=1).any(axis=1).sum())
        if left_out:
            notes.append(_WORDS["left_out"][english].format(n=f"{left_out:,}"))
        if isinstance(outlook, Outlook):
            notes.append(outlook.method.en if english else outlook.method.ja)
        add_notes(figure, [*notes, *notes_of(None, [table], lang)], lang)
        return finish(figure, path)


def _read(outlook: Any, floor: Any, base_year: Any) -> tuple[pd.DataFrame, int, int | None]:
    for name, value in (("floor", floor), ("base_year", base_year)):
        if value is not None and (isinstance(value, bool) or not hasattr(value, "__index__") or not 0 < value < 10**9):
            raise InputError(f"{name} must be a whole number above 0, or None, not {value!r}.")
    if isinstance(outlook, Outlook):
        return outlook.table, outlook.floor if floor is None else int(floor), base_year or outlook.base_year
    if not isinstance(outlook, pd.DataFrame) or "households" not in outlook:
        raise InputError(
            "outlook must be what project_households gives, or associations with the column households, not "
            f"{type(outlook).__name__}."
        )
    return outlook, 50 if floor is None else int(floor), None if base_year is None else int(base_year)


def _by_year(table: pd.DataFrame, base_year: int | None) -> dict[int, pd.DataFrame]:
    """Give, for each year, low, middle and high of every inhabited association; where there is one, it is all three."""
    lived_in = pd.to_numeric(table["households"], errors="coerce") > 0
    rows: dict[int, dict[str, pd.Series]] = {}
    for name in table.columns:
        found = _YEAR.fullmatch(str(name))
        if found:
            counts = pd.to_numeric(table[name], errors="coerce")[lived_in].astype("float64")
            for scenario in [found[2]] if found[2] else SCENARIOS:
                rows.setdefault(int(found[1]), {})[scenario] = counts
    if not rows:
        raise InputError(
            "There is no later year to draw: the table has no column households_YYYY. Run project_households, or "
            "add_outlook, first."
        )
    years = {year: pd.DataFrame({s: row.get(s, row.get("middle")) for s in SCENARIOS}) for year, row in rows.items()}
    if base_year is not None:
        today = pd.to_numeric(table["households"], errors="coerce")[lived_in].astype("float64")
        years[base_year] = pd.DataFrame(dict.fromkeys(SCENARIOS, today))
    return dict(sorted(years.items()))


def _fan(axes: Axes, table: pd.DataFrame, band: str, base_year: int | None, lang: str) -> None:
    """Draw the middle as a line, low to high as a band, the numbers at their ends."""
    english = lang == "en"
    years = [int(year) for year in table.index]
    lowest, highest = table[[*SCENARIOS]].min(axis=1), table[[*SCENARIOS]].max(axis=1)
    if (highest > lowest).any():
        axes.fill_between(years, lowest.tolist(), highest.tolist(), color=_BAND, alpha=0.6, linewidth=0, label=band)
    axes.plot(years, table["middle"].tolist(), color=INK, linewidth=2.0, marker="o", label=_WORDS["middle"][english])
    for year, value in zip(years, table["middle"], strict=True):
        axes.annotate(
            f"{int(value):,}", (year, value), xytext=(0, 8), textcoords="offset points", ha="center", fontsize=9,
            color=INK,
        )  # fmt: skip
    last = years[-1]
    for value, side in ((lowest[last], -11), (highest[last], 4)):
        if highest[last] > lowest[last]:
            axes.annotate(
                f"{int(value):,}", (last, value), xytext=(4, side), textcoords="offset points", fontsize=8, color=QUIET
            )
    if base_year in years:
        axes.axvline(base_year, color=FLOOR, linewidth=0.9, linestyle=(0, (2, 2)))
    axes.set_xticks(
        years, [f"{year}\n({_WORDS['today'][english]})" if year == base_year else str(year) for year in years]
    )
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
    axes.margins(x=0.1, y=0.2)
    plain_axes(axes, grid="y")
    axes.legend(loc="lower left", frameon=False, fontsize=9)
