"""Every text the page shows by itself, in Japanese and English."""

from __future__ import annotations

from typing import Literal, TypeAlias

from kurihara_geo.columns import COUNCIL_STATUSES, GROUP_STATUSES
from kurihara_geo.outputs.arguments import read_lang

__all__ = ["LANGUAGES", "Lang", "texts_in"]

Lang: TypeAlias = Literal["ja", "en"]
LANGUAGES = ("ja", "en")

_TEXTS = {
    "default_title": ("自治会再編案 説明図", "Proposed regrouping of neighbourhood associations"),
    "skip": ("地図をとばす", "Skip the map"),
    "before": ("現在", "Today"),
    "after": ("再編案", "Proposal"),
    "state": ("表示する時点", "State shown"),
    "district": ("旧小学校区", "Former school district"),
    "whole_city": ("全域", "Whole area"),
    "search": ("自治会をさがす", "Find an association"),
    "search_hint": ("名前の一部", "Part of a name"),
    "not_found": ("見つかりません", "Not found"),
    "found": ("{n}件", "{n} found"),
    "text_size": ("文字サイズ", "Text size"),
    "legend": ("凡例と表示", "Legend and layers"),
    "overlays": ("重ねて表示", "Layers"),
    "close": ("閉じる", "Close"),
    "map": ("地図", "Map"),
    "zoom_in": ("拡大", "Zoom in"),
    "zoom_out": ("縮小", "Zoom out"),
    "north": ("北", "N"),
    "households": ("{n}世帯", "{n} households"),
    "households_short": ("{n}世帯", "{n} hh"),
    "people": ("{n}人", "{n} people"),
    "households_word": ("世帯数", "Households"),
    "overview": ("再編案の概要", "The proposal at a glance"),
    "overview_hint": (
        "図の区域を選ぶと、ここに内訳が出ます。",
        "Choose an area on the map to see what it consists of.",
    ),
    "associations_word": ("自治会の数", "Associations"),
    "small_word": ("{floor}世帯未満の自治会", "Below {floor} households"),
    "exempt_word": ("うち下限未満のままでよい", "Of these exempt"),
    "own_floors_word": ("下限の特例がある自治会", "Associations with a floor of their own"),
    "changed_word": ("再編の対象となる自治会", "Associations that join others"),
    "smallest_word": ("もっとも小さい自治会の世帯数", "Households of the smallest"),
    "left_heading": ("{floor}世帯未満で残る自治会", "Left below {floor} households"),
    "left_none": (
        "{floor}世帯未満で残る自治会はありません。",
        "No association is left below {floor} households.",
    ),
    "own_floor": ("世帯数の下限", "Floor"),
    "own_floor_text": ("{floor}世帯(特例: {reason})", "{floor} households (its own: {reason})"),
    "reason": ("理由", "Why"),
    "no_reason": ("理由は記録されていません。", "No reason is recorded."),
    "members": ("構成する自治会({n})", "Members ({n})"),
    "member": ("自治会", "Association"),
    "distance": ("集会場所まで", "To meeting place"),
    "distance_note": (
        "距離は直線です。赤い線は集会場所までを示します。",
        "Straight-line distances; red lines lead to the meeting place.",
    ),
    "meeting_place": ("集会場所", "Meeting place"),
    "status": ("区分", "Status"),
    "added_up": ("世帯数の合計", "Households added up"),
    "population": ("人口", "Population"),
    "proposed_name": ("名称は仮のものです。", "The name is provisional."),
    "joins": ("再編案での所属", "In the proposal"),
    "show_group": ("再編案でみる", "Show in the proposal"),
    "crosses_districts": ("旧小学校区をまたぎます", "Crosses former school districts"),
    "council": ("コミュニティ推進協議会", "Community promotion council"),
    "founded": ("設立 {d}", "founded {d}"),
    "code": ("コード", "Code"),
    "hall": ("集会施設", "Meeting hall"),
    "kind": ("種別", "Kind"),
    "capacity": ("定員", "Capacity"),
    "built": ("建築年", "Built"),
    "status_small": ("{floor}世帯未満", "Below {floor} households"),
    "status_ok": ("{floor}世帯以上", "{floor} households or more"),
    "status_unchanged": GROUP_STATUSES["unchanged"],
    "status_merged": GROUP_STATUSES["merged"],
    "status_below_floor": GROUP_STATUSES["below_floor"],
    "status_uninhabited": GROUP_STATUSES["uninhabited"],
    "council_established": COUNCIL_STATUSES["established"],
    "council_preparing": COUNCIL_STATUSES["preparing"],
    "council_none": COUNCIL_STATUSES["none"],
    "council_not_confirmed": COUNCIL_STATUSES["not_confirmed"],
    "legend_merged": ("再編後の自治会(色は隣との区別のみ)", "Merged (colours only tell neighbours apart)"),
    "legend_unchanged": ("変更なし", "Unchanged"),
    "legend_today": ("現在の自治会", "Association today"),
    "legend_below": ("{floor}世帯未満", "Below {floor} households"),
    "legend_uninhabited": ("居住なし", "Uninhabited"),
    "legend_new": ("再編後の境界", "Border after"),
    "legend_old": ("なくなる境界", "Border that disappears"),
    "layer_districts": ("旧小学校区", "Former school districts"),
    "layer_councils": ("コミュニティ推進協議会", "Community promotion councils"),
    "layer_halls": ("集会施設", "Meeting halls"),
    "layer_barriers": ("障害(川・道路など)", "Barriers (rivers, roads)"),
    "layer_labels": ("名前と世帯数", "Names and households"),
    "layer_tiles": ("背景地図(要インターネット)", "Background map (needs internet)"),
    "tiles_failed": (
        "背景地図を読み込めません。インターネットに接続してください。",
        "The background map cannot be loaded. Connect to the internet.",
    ),
    "tiles_source": (
        "背景地図の出典: 国土地理院 地理院タイル(淡色地図)",
        "Background: GSI Tiles (pale), Japan",
    ),
    "source": ("出典", "Source"),
    "made": ("作成 {d}", "Made {d}"),
    "proposal_only": ("決定ではなく検討のための案です。", "A proposal for discussion, not a decision."),
}


_FURTHER_FLOORS = {
    "small_word": ("下限に届かない自治会", "Below a floor"),
    "left_heading": ("下限に届かないまま残る自治会", "Left below a floor"),
    "left_none": ("下限に届かない自治会はありません。", "No association is left below a floor."),
}
"""In place of the texts above where associations that stay alone need more than households."""

_OWN_FLOORS = {
    "small_word": ("下限未満(特例を含む)の自治会", "Below their floor (exceptions included)"),
    "left_heading": ("下限未満(特例を含む)で残る自治会", "Left below their floor (exceptions included)"),
    "left_none": ("下限未満(特例を含む)で残る自治会はありません。", "No association is left below its floor."),
    "legend_below": ("下限未満(特例を含む)", "Below their floor (exceptions included)"),
}
"""In place of the texts above where some associations have a floor of their own."""


def texts_in(lang: str, *, further_floors: bool = False, own_floors: bool = False) -> dict[str, str]:
    """Give the page's texts in one language.

    Parameters
    ----------
    lang
        ``ja`` or ``en``.
    further_floors
        Whether an association may be left below a floor that is not of households.
    own_floors
        Whether some associations have a floor of their own, below the city's.

    Raises
    ------
    InputError
        If the language is another one.
    """
    lang = read_lang(lang)
    texts = _TEXTS | (_FURTHER_FLOORS if further_floors else {}) | (_OWN_FLOORS if own_floors else {})
    return {key: pair[LANGUAGES.index(lang)] for key, pair in texts.items()}
