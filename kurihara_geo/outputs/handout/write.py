"""``write_handout``: everything a village hall gets on paper, as one PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Literal

from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import read_lang, read_layer, read_table, read_title
from kurihara_geo.outputs.audience import disclose
from kurihara_geo.outputs.drawing.map_layers import prepare_map
from kurihara_geo.outputs.explanations import read_explanations
from kurihara_geo.outputs.files import target_path, write_whole
from kurihara_geo.outputs.handout.a3_map import add_index, add_map
from kurihara_geo.outputs.handout.book import print_book
from kurihara_geo.outputs.handout.card import add_cards
from kurihara_geo.outputs.handout.comparison import add_comparison
from kurihara_geo.outputs.handout.district_page import add_districts
from kurihara_geo.outputs.handout.facts import Facts
from kurihara_geo.outputs.handout.grants_page import add_grants
from kurihara_geo.outputs.handout.words import say
from kurihara_geo.plan import Plan
from kurihara_geo.plan.arguments import read_plan_at_hand
from kurihara_geo.studies.grants import GrantShares, read_shares

if TYPE_CHECKING:
    from os import PathLike
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd

    from kurihara_geo.outputs.audience import Audience
    from kurihara_geo.outputs.drawing.map_layers import MapLayers
    from kurihara_geo.outputs.handout.book import Book
    from kurihara_geo.studies.explanations import Explanation

__all__ = ["PARTS", "write_handout"]

Part = Literal["map", "districts", "cards", "comparison"]
PARTS: tuple[Part, ...] = ("map", "districts", "cards", "comparison")


def write_handout(
    plan: Plan,
    path: str | PathLike[str],
    *,
    name: str = "A",
    others: Mapping[str, Plan] | None = None,
    districts: gpd.GeoDataFrame | None = None,
    councils: pd.DataFrame | None = None,
    halls: gpd.GeoDataFrame | None = None,
    barriers: gpd.GeoDataFrame | None = None,
    explanations: Mapping[str, Explanation] | None = None,
    grants: GrantShares | None = None,
    parts: Sequence[Part] = PARTS,
    cards: Sequence[str] | None = None,
    title: str | None = None,
    lang: Literal["ja", "en"] = "ja",
    audience: Audience = "office",
    hide_below: int = 10,
) -> Path:
    """Write what a village hall gets on paper as one PDF: A3 map, districts, cards, comparison of plans.

    Text can be selected and searched, the Japanese font is inside, pages have numbers and bookmarks, and the same input
    gives the same bytes.

    Parameters
    ----------
    plan
        The plan.
    path
        PDF to write.
    name
        What the plan is called beside others.
    others
        Name -> other plan of the same associations, for the comparison.
    districts, councils, halls, barriers
        As for :func:`kurihara_geo.map_plan`.
    explanations
        Group id -> why it is so and what else it could be, as :func:`kurihara_geo.explain_merger` gives it; printed on
        the cards, not in public.
    grants
        Shares of a block grant: the comparison then has what each plan changes, and a page lists it group by group; not
        in public.
    parts
        What to print, in this order: ``map`` (A3, the whole city with numbered groups, and the index of the numbers),
        ``districts`` (A4, a page for each former school district; none where no association has one), ``cards`` (A4,
        a 自治会カルテ for each inhabited association) and ``comparison`` (A3 where ``others`` are given;
        A4 where ``grants`` are).
    cards
        Ids of the associations to print cards of; None: all.
    title
        Title of the document.
    lang
        ``ja`` or ``en``.
    audience
        ``public``: small counts of households are hidden and so is what they could be solved from; no explanations,
        options, outlook or reasons that hold numbers.
    hide_below
        Counts under this are hidden in public.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    InputError
        If an argument cannot be used, an id is no inhabited association, another plan is of other associations, or a
        table does not fit; all of them are named.
    OutputError
        If the file cannot be written; nothing is left behind.

    Warns
    -----
    KuriharaGeoWarning
        If names hold letters none of the fonts has; they are named.

    Examples
    --------
    >>> import kurihara_geo as kg
    >>> sample = kg.load_sample()
    >>> town = sample[sample["former_town"] == "鶯沢"]
    >>> plan = kg.propose_mergers(town, kg.MergeRules(keep_within=["former_school_district"]))
    >>> kg.write_handout(plan, "handout.pdf", parts=["map"]).name
    'handout.pdf'
    """
    target = target_path(path)
    wanted = _read_parts(parts)
    layers = {
        "districts": read_layer("districts", districts),
        "halls": read_layer("halls", halls),
        "barriers": read_layer("barriers", barriers),
        "councils": read_table("councils", councils),
    }
    about: dict[str, Any] = {**layers, "lang": read_lang(lang), "title": read_title(title) or say("title", lang)}
    plans = _read_plans(read_plan_at_hand(plan), name, others)
    given = read_explanations(plan, explanations)
    named = {
        key: Facts(
            plan=each,
            shown=disclose(each, audience=audience, hide_below=hide_below),
            explanations=given if each is plan and audience == "office" else {},
            **about,
        )
        for key, each in plans.items()
    }
    ids, shares = _read_cards(plan, cards), read_shares(grants)
    with print_book(named[name].imprint()) as (book, data):
        _print(book, named, wanted, ids, shares if audience == "office" else None)
    return write_whole(target, data.getvalue())


def _print(
    book: Book, plans: Mapping[str, Facts], parts: Sequence[str], ids: Sequence[str], shares: GrantShares | None
) -> None:
    (name, facts), *_ = plans.items()
    layers = {name: _layers(facts)}
    for part in parts:
        if part == "map":
            add_map(book, facts, layers[name])
            add_index(book, facts, layers[name])
        elif part == "districts":
            add_districts(book, facts, layers[name])
        elif part == "cards":
            add_cards(book, facts, ids)
        else:
            if len(plans) > 1:
                drawn = {key: (each, layers.get(key) or _layers(each)) for key, each in plans.items()}
                add_comparison(book, drawn, shares)
            if shares is not None:
                add_grants(book, facts, shares)


def _layers(facts: Facts) -> MapLayers:
    return prepare_map(
        facts.plan, districts=facts.districts, councils=facts.councils, halls=facts.halls, barriers=facts.barriers
    )


# --- arguments --------------------------------------------------------------------------------------------------------


def _read_parts(parts: Any) -> tuple[str, ...]:
    if isinstance(parts, str) or not isinstance(parts, Sequence) or not parts or any(p not in PARTS for p in parts):
        raise InputError(f"parts must list some of {', '.join(map(repr, PARTS))}, not {parts!r}.")
    return tuple(dict.fromkeys(parts))


def _read_plans(plan: Plan, name: Any, others: Any) -> dict[str, Plan]:
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"name must be a text, such as 'A', not {name!r}.")
    if others is None:
        return {name: plan}
    wrong = not isinstance(others, Mapping) or any(
        not isinstance(key, str) or not key.strip() or not isinstance(other, Plan) for key, other in others.items()
    )
    if wrong:
        raise InputError("others must map names to plans, such as {'B': plan}, or be None.")
    if name in others:
        raise InputError(f"others holds the name {name!r}, which is the plan's own; give another name=.")
    for key, other in others.items():
        strange = sorted(map(str, plan.members.index.symmetric_difference(other.members.index)))
        if strange:
            raise InputError(
                f"Plan {key!r} is of other associations than plan {name!r} and cannot be compared with it; only in one "
                f"of them: {', '.join(strange)}."
            )
    return {name: plan, **others}


def _read_cards(plan: Plan, cards: Any) -> list[str]:
    known = list(map(str, plan.members.index))
    if cards is None:
        return known
    if isinstance(cards, str | bytes) or not isinstance(cards, Sequence):
        raise InputError(f"cards must list ids of associations, or be None for all, not {cards!r}.")
    unknown = [repr(name) for name in cards if not isinstance(name, str) or name not in set(known)]
    if unknown:
        raise InputError(f"cards are asked of what is no inhabited association of the plan: {', '.join(unknown)}.")
    return list(dict.fromkeys(cards))
