"""Every text the comparison shows by itself, in Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.maps.texts import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["comparison_texts"]

# Taken from the plan's own map: the same word for the same thing.
_SHARED = (
    "before",
    "after",
    "district",
    "whole_city",
    "text_size",
    "theme_dark",
    "theme_light",
    "close",
    "zoom_in",
    "zoom_out",
    "north",
    "households",
    "households_short",
    "associations_word",
    "small_word",
    "changed_word",
    "smallest_word",
    "member",
    "council_established",
    "council_preparing",
    "council_none",
    "council_not_confirmed",
    "legend",
    "legend_merged",
    "legend_unchanged",
    "legend_below",
    "legend_uninhabited",
    "legend_new",
    "legend_old",
    "layer_districts",
    "layer_councils",
    "layer_halls",
    "layer_barriers",
    "layer_labels",
    "overlays",
    "source",
    "made",
    "proposal_only",
    "print",
    "hidden_under",
    "hidden_withheld",
)

_OWN = {
    "title_after": ("自治会再編案 現在との比較", "Regrouping of associations: today and proposal"),
    "title_plans": ("自治会再編案の比較", "Two proposals compared"),
    "plan_label": ("案{name}", "Plan {name}"),
    "skip_to_list": ("一覧へ", "To the list"),
    "groups_count": ("{n}自治会", "{n} associations"),
    "map_of": ("地図: {name}", "Map: {name}"),
    "figures": ("件数の比較", "Figures"),
    "figure": ("項目", "Figure"),
    "crossing_word": ("旧小学校区をまたぐ自治会", "Groups across former school districts"),
    "farthest_word": ("集会場所まで最も遠い距離", "Farthest way to a meeting place"),
    "metres": ("{n} m", "{n} m"),
    "list_after": ("統合される自治会", "Associations that join"),
    "list_plans": ("違いの一覧", "Differences"),
    "list_count": ("{n}か所", "{n} places"),
    "list_hint": (
        "番号を選ぶと、両方の地図がその場所に移ります。",
        "Choose a number: both maps go there.",
    ),
    "list_none": ("違いはありません。", "There is no difference."),
    "stays_alone": ("単独のまま", "stays alone"),
    "go": ("{number}番の場所を地図で見る", "See place {number} on the maps"),
    "legend_difference": ("組み合わせが違うところ(番号は一覧と同じ)", "Grouped otherwise (numbers as in the list)"),
    "legend_same": ("両案で同じところ(淡色)", "The same in both (pale)"),
    "layer_differences": ("違いを強調", "Stress differences"),
    "chosen": ("{number}番を表示", "Showing place {number}"),
    "shown_district": ("{name}を表示", "Showing {name}"),
    "table": ("全自治会の対照表", "All associations, side by side"),
    "table_differs": ("違い", "Differs"),
    "differs": ("●", "yes"),
    "print_a3": ("印刷(A3横)", "Print (A3)"),
}


def comparison_texts(texts: Mapping[str, str], lang: str) -> dict[str, str]:
    """Give the page's texts in one language.

    Parameters
    ----------
    texts
        Texts of the plan's own map.
    lang
        ``ja`` or ``en``.
    """
    own = {key: pair[LANGUAGES.index(lang)] for key, pair in _OWN.items()}
    return {key: texts[key] for key in _SHARED} | own
