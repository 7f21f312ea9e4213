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
    "skip_to_map": ("地図へ", "To the map"),
    "skip_to_table": ("一覧表へ", "To the table"),
    "map_keys": (
        "矢印キーで区域を移り、Enterで内訳を開きます。+と-で拡大縮小。",
        "Arrow keys move between areas, Enter opens one, + and - zoom.",
    ),
    "table": ("一覧", "Table"),
    "table_title": ("再編後の自治会の一覧", "All groups"),
    "table_caption": ("再編後の自治会 {n}件", "{n} groups"),
    "table_filter": ("一覧をしぼりこむ", "Narrow down"),
    "table_number": ("番号", "No."),
    "table_name": ("再編後の自治会", "Group"),
    "table_members": ("構成する自治会", "Members"),
    "table_households": ("世帯数(現在 → 再編案)", "Households (today → proposal)"),
    "theme_dark": ("黒地", "Dark"),
    "theme_light": ("白地", "Light"),
    "print": ("印刷", "Print"),
    "print_what": (
        "表示中の区域の地図と一覧表を印刷します。",
        "Prints the map of the area shown, and its table.",
    ),
    "print_a3": ("A3 横", "A3 landscape"),
    "print_a4": ("A4 横", "A4 landscape"),
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
    "legend_number": (
        "一覧表の番号(青い番号は、線の先の区域)",
        "Number in the table (blue: of the area its line leads to)",
    ),
    "legend_paper": ("凡例", "Legend"),
    "overlays": ("重ねて表示", "Layers"),
    "close": ("閉じる", "Close"),
    "map": ("地図", "Map"),
    "zoom_in": ("拡大", "Zoom in"),
    "zoom_out": ("縮小", "Zoom out"),
    "north": ("北", "N"),
    "households": ("{n}世帯", "{n} households"),
    "households_short": ("{n}世帯", "{n} hh"),
    "households_under": ("世帯数{n}", "{n} households"),
    "households_withheld": ("世帯数は非公表", "households withheld"),
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
    "changed_word": ("再編に加わる自治会", "Associations that join others"),
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
    "status_ok_own": ("下限以上", "At the floor or above"),
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
    "from_near": ("(拡大すると出ます)", "(shown when zoomed in)"),
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
    "scenario": ("試算の名前", "Scenario"),
    "number_of_group": ("{n}番", "No. {n}"),
    "becomes": ("合わせて", "Together"),
    "crosses": ("またぐ区域", "Crosses"),
    "halls_of_members": ("集会施設", "Meeting halls"),
    "halls_none": ("(施設の記録なし)", "(none on record)"),
    "school": ("学校", "School"),
    "hall_of": ("ある場所", "Stands in"),
    "why": ("どうしてこの組になったか", "Why this group"),
    "why_left": ("どうして下限に届かないか", "Why it is left below the floor"),
    "why_alone": ("どうしてこのままか", "Why it stays as it is"),
    "more": ("くわしく見る", "Show more"),
    "alternatives": ("ほかの組み方", "Other ways to group it"),
    "alternative_of": ("{name}の場合", "For {name}"),
    "alternative_with": ("{name}と組む", "Join {name}"),
    "alternative_alone": ("どことも組まず、そのまま残す", "Stay alone"),
    "alternative_group": ("組: {names}", "Group: {names}"),
    "alternative_sum": ("合わせて{n}世帯", "{n} households together"),
    "alternative_not": ("組めません: {reason}", "Not possible: {reason}"),
    "alternatives_more": ("このほかに{n}通りあります。", "{n} more are possible."),
    "alternatives_none": ("ほかに組める相手はありません。", "There is no other partner."),
    "compared": ("この案とくらべると", "Compared with this proposal"),
    "exact": ("正確に計算した結果です。", "Exactly computed."),
    "at_most": (
        "まわりの自治会だけで計算した目安です。実際の差は、これより小さいかもしれません。",
        "Computed from the associations around it only; the true difference may be smaller.",
    ),
    "frees": ("どうすれば下限に届くか", "What would bring it above the floor"),
    "frees_none": (
        "一つの条件をゆるめるだけでは、下限に届きません。",
        "Loosening a single rule does not bring it above the floor.",
    ),
    "cost_same": ("良さは同じです(くじで決めました)。", "Equally good; a lottery decided."),
    "cost_none": ("ほかの点は変わりません。", "Nothing else changes."),
    "cost_below_floor_more": (
        "下限に届かない自治会の世帯が{n}増えます。",
        "{n} more households are left below the floor.",
    ),
    "cost_below_floor_less": (
        "下限に届かない自治会の世帯が{n}減ります。",
        "{n} fewer households are left below the floor.",
    ),
    "cost_mergers_more": ("統合でなくなる自治会が{n}増えます。", "{n} more associations disappear."),
    "cost_mergers_less": ("統合でなくなる自治会が{n}減ります。", "{n} fewer associations disappear."),
    "cost_crossings_more": (
        "区域をまたぐ組になる世帯が(重みをつけて){n}増えます。",
        "{n} more (weighted) households are in groups across boundaries.",
    ),
    "cost_crossings_less": (
        "区域をまたぐ組になる世帯が(重みをつけて){n}減ります。",
        "{n} fewer (weighted) households are in groups across boundaries.",
    ),
    "cost_changed_households_more": ("自治会が変わる世帯が{n}増えます。", "{n} more households change association."),
    "cost_changed_households_less": ("自治会が変わる世帯が{n}減ります。", "{n} fewer households change association."),
    "cost_travel_more": (
        "集会場所までの道のりを全世帯で足すと、{n}m長くなります。",
        "The ways of all households to their meeting places grow by {n} m in all.",
    ),
    "cost_travel_less": (
        "集会場所までの道のりを全世帯で足すと、{n}m短くなります。",
        "The ways of all households to their meeting places shrink by {n} m in all.",
    ),
    "cost_way_more": (
        "組が変わる世帯では、集会場所まで1世帯あたり平均{n}m遠くなります。",
        "Households whose group changes are {n} m farther from their meeting place on average.",
    ),
    "cost_way_less": (
        "組が変わる世帯では、集会場所まで1世帯あたり平均{n}m近くなります。",
        "Households whose group changes are {n} m nearer to their meeting place on average.",
    ),
    "cost_way_same": (
        "集会場所までの遠さは、ほとんど変わりません。",
        "The way to the meeting place hardly changes.",
    ),
    "cost_other_more": ("{what}が{n}増えます。", "{what}: {n} more."),
    "cost_other_less": ("{what}が{n}減ります。", "{what}: {n} less."),
    "neighbours": ("隣り合う自治会({n})", "Neighbours ({n})"),
    "neighbours_none": ("隣り合う自治会はありません。", "It has no neighbours."),
    "same_group": ("同じ組", "same group"),
    "barred_to": ("通れない: {by}", "barred: {by}"),
    "link_to": ("連絡路", "link"),
    "link": ("連絡(橋・峠道など)", "Link (bridge, mountain road)"),
    "barred": ("通れない境界", "Barred border"),
    "barred_by": ("通れないわけ", "Barred by"),
    "between": ("{a} と {b}", "{a} and {b}"),
    "joins_word": ("つなぐ自治会", "Joins"),
    "parts_word": ("両側の自治会", "On either side"),
    "links_heading": ("境界のほかにつないだところ({n})", "Links added ({n})"),
    "barred_heading": ("通れない境界({n})", "Barred borders ({n})"),
    "layer_links": ("連絡(橋・峠道など)", "Links (bridges, mountain roads)"),
    "layer_barred": ("通れない境界", "Barred borders"),
    "layer_schools": ("学校", "Schools"),
    "outlook": ("世帯数の移り変わりと見通し", "Households by year"),
    "year": ("年", "Year"),
    "today_row": ("いま", "Today"),
    "against_floor": ("下限({floor}世帯)", "Floor ({floor})"),
    "reaches": ("届く", "reached"),
    "falls_short": ("届かない", "not reached"),
    "range": ("{low}~{high}", "{low} to {high}"),
    "outlook_note": (
        "見通しは計算による目安で、確かな数ではありません。",
        "Figures for later years are estimates, not certain.",
    ),
    "public_reasons": (
        "くわしい理由は、公開用の地図には載せていません。",
        "Details of the reasons are left out of the public map.",
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
