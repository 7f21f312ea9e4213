"""Every column name in one place: type, unit, meaning and the Japanese label.

Tables are described by tuples of :class:`Column` in the order their columns appear. Code that shows a table to people
takes its headings from here, so the same thing is called the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ASSOCIATIONS",
    "BARRIERS",
    "BORDERS",
    "COUNCILS",
    "COUNCIL_STATUSES",
    "CROSSINGS",
    "DISTRICTS",
    "GROUPS",
    "GROUP_STATUSES",
    "HALLS",
    "HOUSEHOLD_KINDS",
    "LEFT_BELOW",
    "MEMBERS",
    "NOTES",
    "OPTIONS",
    "PROBLEMS",
    "PROBLEM_KINDS",
    "RELAXATIONS",
    "REPAIRS",
    "RULE_PRICES",
    "SETTLEDNESS",
    "STAGES",
    "TIES",
    "Column",
    "label",
]


@dataclass(frozen=True)
class Column:
    """One column of one table.

    Parameters
    ----------
    name
        As it is in the table.
    dtype
        ``text``, ``int``, ``float``, ``bool``, ``date`` or ``geometry``.
    unit
        ``households``, ``people``, ``m``, ``m2``, ``household-m`` or an empty text.
    meaning
        One sentence.
    label_ja, label_en
        The heading people read.
    required
        Whether the table is wrong without it.
    """

    name: str
    dtype: str
    unit: str
    meaning: str
    label_ja: str
    label_en: str
    required: bool = False


ASSOCIATIONS = (
    Column(
        "association_id",
        "text",
        "",
        "Identifies the association; the index.",
        "自治会コード",
        "Association id",
        required=True,
    ),
    Column("name", "text", "", "Name as people know it.", "自治会名", "Association", required=True),
    Column("households", "int", "households", "Households today.", "世帯数", "Households", required=True),
    Column(
        "households_kind",
        "text",
        "",
        "register, census, member or not_stated.",
        "世帯数の種類",
        "Kind of households",
    ),
    Column("population", "int", "people", "People today.", "人口", "Population"),
    Column("former_town", "text", "", "Municipality before the merger of 2005.", "旧町村", "Former town"),
    Column(
        "former_school_district", "text", "", "Former primary-school district.", "旧小学校区", "Former school district"
    ),
    Column("council", "text", "", "Community promotion council that covers it.", "コミュニティ推進協議会", "Council"),
    Column("geometry", "geometry", "", "Area, in a metric plane CRS.", "区域", "Area", required=True),
)

DISTRICTS = (
    Column(
        "district_id", "text", "", "Identifies the district; the index.", "学区コード", "District id", required=True
    ),
    Column(
        "name",
        "text",
        "",
        "Name of the former primary-school district.",
        "旧小学校区",
        "Former school district",
        required=True,
    ),
    Column("geometry", "geometry", "", "Area.", "区域", "Area", required=True),
)

COUNCIL_STATUSES = {
    "established": ("設立済", "Established"),
    "preparing": ("設立準備中", "Preparing"),
    "none": ("未設立", "None"),
    "not_confirmed": ("未確認", "Not confirmed"),
}

COUNCILS = (
    Column("council_id", "text", "", "Identifies the council; the index.", "協議会コード", "Council id", required=True),
    Column("name", "text", "", "Name of the council.", "コミュニティ推進協議会", "Council"),
    Column("status", "text", "", "established, preparing, none or not_confirmed.", "状況", "Status", required=True),
    Column("founded", "date", "", "Founding date, empty where unknown.", "設立年月日", "Founded"),
    Column(
        "district_names",
        "text",
        "",
        "Former school districts covered, joined with ';'.",
        "対象区域",
        "Districts",
        required=True,
    ),
)

HALLS = (
    Column("hall_id", "text", "", "Identifies the hall; the index.", "施設コード", "Hall id", required=True),
    Column("name", "text", "", "Name of the hall.", "集会施設", "Meeting hall", required=True),
    Column("kind", "text", "", "Kind of building.", "種別", "Kind"),
    Column("association_id", "text", "", "Association it belongs to, if known.", "自治会コード", "Association id"),
    Column("geometry", "geometry", "", "Point.", "位置", "Place", required=True),
)

BARRIERS = (
    Column("name", "text", "", "Name of the river or road.", "障害の名称", "Barrier"),
    Column("kind", "text", "", "Kind of barrier.", "障害の種類", "Kind"),
    Column("geometry", "geometry", "", "Line or area.", "障害(川・道路など)", "Place", required=True),
)

CROSSINGS = (
    Column("name", "text", "", "Name of the bridge or underpass.", "橋・地下道", "Crossing"),
    Column("kind", "text", "", "Kind of crossing.", "橋・地下道の種類", "Kind"),
    Column("geometry", "geometry", "", "Point.", "位置", "Place", required=True),
)

BORDERS = (
    Column("a", "text", "", "The lower of the two association ids.", "自治会コード1", "Association a", required=True),
    Column("b", "text", "", "The higher of the two association ids.", "自治会コード2", "Association b", required=True),
    Column(
        "length_m",
        "float",
        "m",
        "Length of the shared border; 0 for a link.",
        "境界の長さ(m)",
        "Length (m)",
        required=True,
    ),
    Column("kind", "text", "", "border or link.", "種類", "Kind", required=True),
    Column("barred_by", "text", "", "What bars it; empty where people can pass.", "障害", "Barred by", required=True),
    Column("reason", "text", "", "Why it was added or barred.", "理由", "Reason", required=True),
    Column(
        "geometry", "geometry", "", "The border as a line, or the link as a straight line.", "線", "Line", required=True
    ),
)

GROUP_STATUSES = {
    "unchanged": ("変更なし", "Unchanged"),
    "merged": ("再編", "Merged"),
    "below_floor": ("下限未満で残る", "Left below the floor"),
    "uninhabited": ("居住なし", "Uninhabited"),
}

GROUPS = (
    Column(
        "group_id",
        "text",
        "",
        "Identifies the group: the lowest id among its members; the index.",
        "再編後コード",
        "Group id",
    ),
    Column("name", "text", "", "Proposed name, never final.", "再編後の自治会(仮称)", "Group (proposed name)"),
    Column("status", "text", "", "unchanged, merged or below_floor.", "区分", "Status"),
    Column("member_count", "int", "", "Associations in the group.", "構成自治会数", "Members"),
    Column("households", "int", "households", "Households after.", "再編後世帯数", "Households"),
    Column("floor", "int", "households", "Households it needs.", "世帯数の下限", "Floor"),
    Column("floor_reason", "text", "", "Why it has a floor of its own.", "下限の特例の理由", "Reason for its floor"),
    Column("population", "int", "people", "People after, where known.", "再編後人口", "Population"),
    Column("member_ids", "text", "", "Ids of its members, a tuple.", "構成自治会コード", "Member ids"),
    Column("member_names", "text", "", "Names of its members, a tuple.", "構成自治会", "Members"),
    Column(
        "meeting_place_id", "text", "", "Hall or association where members meet.", "集会場所コード", "Meeting place id"
    ),
    Column("meets_in_hall", "bool", "", "A hall, or a member's point.", "施設の有無", "Meets in a hall"),
    Column("meeting_place", "text", "", "Name of the meeting place.", "集会場所", "Meeting place"),
    Column(
        "travel_household_m",
        "int",
        "household-m",
        "Households times metres to the meeting place, summed.",
        "移動量(世帯・m)",
        "Travel (household-m)",
    ),
    Column("crosses", "text", "", "Soft boundaries it crosses, a tuple of columns.", "またぐ区域", "Crosses"),
    Column("geometry", "geometry", "", "Area of all members.", "区域", "Area"),
)

MEMBERS = (
    Column(
        "association_id", "text", "", "The association as it is today; the index.", "自治会コード", "Association id"
    ),
    Column("name", "text", "", "Its name today.", "現在の自治会", "Association today"),
    Column("households", "int", "households", "Households today.", "現在の世帯数", "Households today"),
    Column("small", "bool", "", "Whether it is below the floor today.", "下限未満", "Small"),
    Column("group_id", "text", "", "Group it joins.", "再編後コード", "Group id"),
    Column("group_name", "text", "", "Proposed name of that group.", "再編後の自治会(仮称)", "Group (proposed name)"),
    Column("status", "text", "", "unchanged, merged or below_floor.", "区分", "Status"),
    Column("households_after", "int", "households", "Households of the group.", "再編後世帯数", "Households after"),
    Column(
        "distance_m",
        "int",
        "m",
        "Straight way from its point to the group's meeting place.",
        "集会場所まで(m)",
        "To meeting place (m)",
    ),
)

LEFT_BELOW = (
    Column(
        "association_id", "text", "", "Association left below the floor; the index.", "自治会コード", "Association id"
    ),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("households", "int", "households", "Households today.", "世帯数", "Households"),
    Column("group_id", "text", "", "Group it stands in.", "再編後コード", "Group id"),
    Column("reason", "text", "", "A short stable word for why.", "理由の種類", "Reason"),
    Column("explanation", "text", "", "The reason in a Japanese sentence.", "理由", "Explanation"),
    Column("explanation_en", "text", "", "The reason in an English sentence.", "理由(英語)", "Explanation (English)"),
)

OPTIONS = (
    Column(
        "partner_id",
        "text",
        "",
        "A partner it could have; its own id: left as it is; the index.",
        "相手のコード",
        "Partner id",
    ),
    Column("name", "text", "", "Its name.", "相手の自治会", "Partner"),
    Column("households", "int", "households", "Its households.", "相手の世帯数", "Households"),
    Column("in_plan", "bool", "", "Whether the plan has it so.", "この案", "In the plan"),
    Column("group_ids", "text", "", "Best group with both, a tuple of ids.", "組のコード", "Group ids"),
    Column("group_names", "text", "", "The same by name.", "組", "Group"),
    Column("group_households", "int", "households", "Households of that group.", "組の世帯数", "Group's households"),
    Column(
        "changed", "int", "", "Associations whose group would change.", "変わる自治会数", "Associations that change"
    ),
    Column("exact", "bool", "", "Whether the price is exact; else it is an upper bound.", "価格は正確", "Exact"),
    Column("blocked_by", "text", "", "Rules that forbid it, a tuple of names.", "妨げる条件", "Blocked by"),
)

TIES = (
    Column("part_id", "text", "", "Lowest id of a part of the town; the index.", "区域のコード", "Part"),
    Column("name", "text", "", "Name of that association.", "代表の自治会", "First association"),
    Column("member_count", "int", "", "Associations in the part.", "自治会数", "Associations"),
    Column("plans", "int", "", "Plans that are as good; empty where not counted.", "同じ評価の案の数", "Plans"),
    Column("blocks", "int", "", "Blocks that do not influence each other.", "独立した区画", "Blocks"),
)

SETTLEDNESS = (
    Column("group_id", "text", "", "Merged group of the plan; the index.", "再編後コード", "Group id"),
    Column("name", "text", "", "Its proposed name.", "再編後の自治会(仮称)", "Group (proposed name)"),
    Column("member_ids", "text", "", "Ids of its members, a tuple.", "構成自治会コード", "Member ids"),
    Column(
        "share", "float", "", "Share of near-best plans with this very group, 0-1.", "同等の案に占める割合", "Share"
    ),
    Column("plans", "int", "", "Near-best plans counted.", "数えた案の数", "Plans counted"),
)

RULE_PRICES = (
    Column("rule", "text", "", "Rule left out; the index.", "条件の名", "Rule"),
    Column("ja", "text", "", "What it asks, in Japanese.", "外した条件", "Rule (Japanese)"),
    Column("en", "text", "", "What it asks, in English.", "外した条件(英語)", "Rule"),
    Column(
        "associations_after",
        "int",
        "",
        "Associations of the plan without it.",
        "再編後の自治会数",
        "Associations after",
    ),
    Column("small_after", "int", "", "Left below the floor without it.", "下限未満で残る数", "Left below the floor"),
    Column("proven", "bool", "", "Whether the plan without it is proven.", "証明", "Proven"),
    Column("note", "text", "", "Why there is no plan without it.", "備考", "Note"),
)

RELAXATIONS = (
    Column("relaxation", "text", "", "What is loosened; the index.", "緩和の名", "Relaxation"),
    Column("ja", "text", "", "In Japanese.", "緩和の内容", "Relaxation (Japanese)"),
    Column("en", "text", "", "In English.", "緩和の内容(英語)", "Relaxation"),
    Column("frees", "bool", "", "Whether the association is no longer left below.", "下限に届く", "Frees it"),
    Column("proven", "bool", "", "Whether the plan with it is proven.", "証明", "Proven"),
    Column("note", "text", "", "Why there is no such plan.", "備考", "Note"),
)

STAGES = (
    Column("name", "text", "", "Stage of the objective.", "評価の段階", "Stage"),
    Column("value", "int", "", "Value the plan reaches.", "値", "Value"),
    Column("bound", "int", "", "No plan can be below this.", "理論上の最小", "Bound"),
    Column("gap", "float", "", "(value - bound) / value, 0 where proven.", "差", "Gap"),
    Column("proven", "bool", "", "Whether the value is proven the least possible.", "最適性の証明", "Proven"),
)

PROBLEMS = (
    Column("severity", "text", "", "error or warning.", "重大度", "Severity"),
    Column("kind", "text", "", "A short stable word.", "種類", "Kind"),
    Column("association_id", "text", "", "Where.", "自治会コード", "Association id"),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("message", "text", "", "What was found.", "内容", "Message"),
    Column("cure", "text", "", "What to do.", "対処", "Cure"),
)

REPAIRS = (
    Column("association_id", "text", "", "Association repaired.", "自治会コード", "Association id"),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("repair", "text", "", "What was done.", "修正", "Repair"),
    Column("area_change_m2", "float", "m2", "Area after less area before.", "面積の変化(m2)", "Area change (m2)"),
)

HOUSEHOLD_KINDS = {
    "register": ("住民基本台帳の世帯", "Register households"),
    "census": ("国勢調査の世帯", "Census households"),
    "member": ("加入世帯", "Member households"),
    "not_stated": ("種類の記載なし", "Kind not stated"),
}

PROBLEM_KINDS = {
    "uninhabited_area": "居住者のいない区域(再編案の対象外)",
    "water_area": "水面の区域(再編案の対象外)",
    "water_counts": "水面の区域に人口・世帯数がある",
    "several_parts": "離れた部分がある",
    "parts_dissolved": "離れた部分を一つにまとめた",
    "parts_summed": "離れた部分の数を合計した",
    "gap": "区域の間にすき間がある",
    "tiny_overlap": "わずかな重なりを直した",
    "near_border": "接しているように見えるが境界を共有していない",
    "island": "隣り合う自治会がない",
    "isolated": "どの区域とも接していない",
    "missing_name": "名称がない",
    "name_missing": "名称がないためコードで表示",
    "no_shape": "図形のない行を除いた",
    "encoding_guessed": "文字コードを推定した",
    "text_number": "文字で書かれた数を数として読んだ",
    "totals_row_dropped": "合計の行を除いた",
    "total_mismatch": "合計が一致しない",
    "total_suspected": "合計の行かもしれない",
    "header_row_dropped": "見出しの行を除いた",
    "note_row_dropped": "注記の行を除いた",
    "row_without_name": "名称のない行がある",
    "hidden_row": "非表示の行も読んだ",
    "leading_zero_lost": "コードの先頭の0が失われている",
    "column_renamed": "列名を読み替えた",
    "crs_overridden": "座標系を指定により変えた",
    "several_municipalities": "複数の市町村が含まれる",
}
"""What is found in the input, in Japanese, for people who read the workbook."""

NOTES = ("notice", "notice_en", "attribution", "attribution_en")
"""What readers say of their data in ``attrs``, as plain texts, and every output repeats."""

_TABLES = (
    ASSOCIATIONS,
    DISTRICTS,
    COUNCILS,
    HALLS,
    BORDERS,
    GROUPS,
    MEMBERS,
    LEFT_BELOW,
    STAGES,
    PROBLEMS,
    REPAIRS,
    BARRIERS,
    CROSSINGS,
    OPTIONS,
    TIES,
    SETTLEDNESS,
    RULE_PRICES,
    RELAXATIONS,
)


def label(name: str, *, table: tuple[Column, ...] | None = None, lang: str = "ja") -> str:
    """Give the heading people read for a column; a column nobody described keeps its own name.

    Parameters
    ----------
    name
        Column name.
    table
        The table to look in first; without it, the first table that has the column.
    lang
        ``ja`` or ``en``.
    """
    for columns in (table or (), *_TABLES):
        for column in columns:
            if column.name == name:
                return column.label_ja if lang == "ja" else column.label_en
    return name
