"""What one goal costs in another, as a curve."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang
from kurihara_geo.outputs.drawing.figures import japanese_font, save_figure, wrap_note
from kurihara_geo.outputs.files import target_path
from kurihara_geo.plan import stage_label
from kurihara_geo.studies import TradeOff

if TYPE_CHECKING:
    from os import PathLike

    from matplotlib.figure import Figure

__all__ = ["plot_trade_off"]

_INK, _CURVE, _OWN = "#222222", "#44779A", "#CC3311"
_LABELLED = 12


def plot_trade_off(
    curve: TradeOff, path: str | PathLike[str] | None = None, *, lang: Literal["ja", "en"] = "ja"
) -> Figure:
    """Draw what one goal costs in another: a step curve, each point a plan that no other beats in both.

    Parameters
    ----------
    curve
        As :func:`kurihara_geo.trade_off` gives it.
    path
        File to write as well; its ending says which kind (``.png``, ``.svg``, ``.pdf``). None: only the figure.
    lang
        Language of the labels.

    Returns
    -------
    matplotlib.figure.Figure
        Shown by a notebook as it is.

    Raises
    ------
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "一迫"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> figure = kg.plot_trade_off(kg.trade_off(plan, "below_floor", "mergers"))
    >>> figure.axes[0].get_xlabel()
    '下限未満に残る世帯'
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import MaxNLocator

    if not isinstance(curve, TradeOff):
        raise InputError(f"curve must be what trade_off gives, not {type(curve).__name__}.")
    lang = read_lang(lang)
    table = curve.table
    with japanese_font():
        figure = Figure(figsize=(8, 5), layout="constrained")
        axes = figure.add_subplot()
        axes.step(table[curve.first], table[curve.second], where="post", color=_CURVE, linewidth=1.5, zorder=1)
        axes.scatter(table[curve.first], table[curve.second], s=36, color=_CURVE, zorder=2)
        own = table[table["in_plan"]]
        axes.scatter(
            own[curve.first], own[curve.second], s=130, marker="D", color=_OWN, zorder=3,
            label="この案" if lang == "ja" else "this plan",
        )  # fmt: skip
        if len(table) <= _LABELLED:
            base = int(table[curve.second].iloc[0])
            for a, b in zip(table[curve.first], table[curve.second], strict=True):
                # The axis does not begin at 0: the share says how much a step really is.
                share = f" ({(b - base) / base:+.1%})" if base and b != base else ""
                text = f"{b:,}{share}"
                axes.annotate(text, (a, b), textcoords="offset points", xytext=(6, 6), fontsize=9, color=_INK)
        axes.set_xlabel(stage_label(curve.first, lang))
        axes.set_ylabel(stage_label(curve.second, lang))
        axes.set_title(_title(curve, lang), fontsize=11)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.yaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.margins(x=0.18, y=0.14)
        axes.grid(color="#DDDDDD", linewidth=0.6)
        axes.legend(frameon=False)
        _note(figure, curve, lang)
        if path is not None:
            save_figure(figure, target_path(path))
    return figure


def _title(curve: TradeOff, lang: str) -> str:
    exact = curve.exact
    if lang == "ja":
        return (
            "どの点も、両方の目標で同時にこれより良い案はありません"
            if exact
            else "一部の区域は元の案のままの曲線(近似)"
        )
    return (
        "No plan beats any of these points in both goals" if exact else "Some parts stay as in the plan (approximate)"
    )


def _note(figure: Figure, curve: TradeOff, lang: str) -> None:
    """Repeat what the data say of themselves, such as that the sample's units are no associations."""
    notice = curve.plan.associations.attrs.get("notice" if lang == "ja" else "notice_en", "")
    if notice:
        figure.supxlabel(wrap_note(str(notice), lang), fontsize=7, color="#555555")
