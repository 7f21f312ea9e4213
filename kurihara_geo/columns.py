"""Every column name in one place: type, unit, meaning and the Japanese label.

Tables are described by tuples of :class:`Column` in the order their columns appear. Code that shows a table to people
takes its headings from here, so the same thing is called the same everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "AGES",
    "ASSIGNMENTS",
    "ASSOCIATIONS",
    "BARRIERS",
    "BASES",
    "BASES_LEFT_OUT",
    "BASE_ASSIGNMENT",
    "BASE_STAGES",
    "BORDERS",
    "COMPARISON",
    "COUNCILS",
    "COUNCIL_COVERAGE",
    "COUNCIL_FACTS",
    "COUNCIL_STATUSES",
    "CROSSINGS",
    "DIFFERENCES",
    "DISTRICTS",
    "DISTRICT_COVERAGE",
    "GRANTS",
    "GROUPS",
    "GROUP_STATUSES",
    "HALLS",
    "HOUSEHOLD_KINDS",
    "LEFT_BELOW",
    "MEMBERS",
    "NEW_COUNCILS",
    "NOTES",
    "OPTIONS",
    "PROBLEMS",
    "PROBLEM_KINDS",
    "RELAXATIONS",
    "REPAIRS",
    "RULE_PRICES",
    "SETTLEDNESS",
    "STAGES",
    "STRADDLING",
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
    Column("small_area_ids", "text", "", "Small areas it was made of, joined with ';'.", "小地域コード", "Small areas"),
    Column(
        "approximate",
        "bool",
        "",
        "Whether its area is a cell or was cut straight, not surveyed.",
        "概形",
        "Approximate area",
    ),
    Column("geometry", "geometry", "", "Area, in a metric plane CRS.", "区域", "Area", required=True),
)

ASSIGNMENTS = (
    Column("association_id", "text", "", "The association; the index.", "自治会コード", "Association id"),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("area", "text", "", "Area it is assigned to; empty where there is none.", "割り当てた区域", "Area"),
    Column("share", "float", "", "Share of it in that area, 0 to 1.", "割合", "Share"),
    Column("second", "text", "", "Area with the next largest share.", "次点の区域", "Runner-up"),
    Column("second_share", "float", "", "Its share, 0 to 1.", "次点の割合", "Runner-up's share"),
    Column("doubt", "text", "", "Why the case should be looked at; empty where it is clear.", "要確認", "Doubt"),
)

AGES = (
    Column("association_id", "text", "", "The area.", "自治会コード", "Association id", required=True),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("sex", "text", "", "male or female.", "男女", "Sex", required=True),
    Column(
        "age_from",
        "int",
        "years",
        "First age of the class; the last one is open.",
        "年齢(下端)",
        "Age from",
        required=True,
    ),
    Column("people", "int", "people", "People; empty where suppressed.", "人口", "People", required=True),
    Column("year", "int", "", "Year counted.", "年", "Year"),
    Column("suppressed", "bool", "", "Whether the value is held back (秘匿).", "秘匿", "Suppressed"),
    Column("counted_in", "text", "", "Area that holds the suppressed values.", "合算先", "Counted in"),
    Column("covers", "text", "", "Areas the row stands for, joined with ;.", "合算地域", "Covers"),
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
    Column("changed_households", "int", "households", "Their households.", "変わる世帯数", "Households that change"),
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

COMPARISON = (
    Column("associations_before", "int", "", "Associations today.", "現在の自治会の数", "Associations today"),
    Column("associations_after", "int", "", "Associations after.", "再編後の自治会の数", "Associations after"),
    Column("mergers", "int", "", "Associations that disappear.", "統合で減る自治会の数", "Associations that disappear"),
    Column("merged_groups", "int", "", "Groups of several associations.", "再編による自治会の数", "Merged groups"),
    Column(
        "associations_changed",
        "int",
        "",
        "Associations that join others.",
        "再編に加わる自治会の数",
        "Associations changed",
    ),
    Column(
        "households_changed",
        "int",
        "households",
        "Their households.",
        "再編に加わる自治会の世帯数",
        "Households changed",
    ),
    Column(
        "left_below",
        "int",
        "",
        "Associations left below the floor.",
        "下限未満で残る自治会の数",
        "Left below the floor",
    ),
    Column(
        "households_left_below",
        "int",
        "households",
        "Their households.",
        "下限未満で残る世帯数",
        "Households left below",
    ),
    Column("smallest_group", "int", "households", "Households of the smallest.", "最小の世帯数", "Smallest"),
    Column("largest_group", "int", "households", "Households of the largest.", "最大の世帯数", "Largest"),
    Column("mean_group", "float", "households", "Mean households of a group.", "平均の世帯数", "Mean"),
    Column(
        "crossings",
        "int",
        "households",
        "Households in groups that cross a soft boundary of the plan's rules.",
        "区域をまたぐ自治会の世帯数",
        "Households in groups across soft boundaries",
    ),
    Column(
        "travel_per_household_m",
        "float",
        "m",
        "Mean straight way of a household to its meeting place.",
        "集会場所までの平均(m)",
        "Mean way to the meeting place (m)",
    ),
    Column("halls_per_group", "float", "", "Halls for each group.", "1自治会あたりの集会施設", "Halls for each group"),
    Column(
        "groups_without_hall", "int", "", "Groups without a hall.", "集会施設のない自治会の数", "Groups without a hall"
    ),
    Column("grants_change", "int", "yen", "Change of all block grants.", "交付金の増減(円)", "Change of grants (yen)"),
    Column("proven", "bool", "", "Whether the plan is proven optimal.", "最適性の証明", "Proven optimal"),
)

DIFFERENCES = (
    Column("association_id", "text", "", "The association; the index.", "自治会コード", "Association id"),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("households", "int", "households", "Its households.", "世帯数", "Households"),
    Column("group_id_a", "text", "", "Its group in A.", "案Aの再編後コード", "Group id in A"),
    Column("group_a", "text", "", "Proposed name of that group.", "案Aの自治会(仮称)", "Group in A"),
    Column("member_ids_a", "text", "", "Ids of that group's members, a tuple.", "案Aの構成コード", "Member ids in A"),
    Column("member_names_a", "text", "", "Names of that group's members, a tuple.", "案Aの構成", "Members in A"),
    Column("group_id_b", "text", "", "Its group in B.", "案Bの再編後コード", "Group id in B"),
    Column("group_b", "text", "", "Proposed name of that group.", "案Bの自治会(仮称)", "Group in B"),
    Column("member_ids_b", "text", "", "Ids of that group's members, a tuple.", "案Bの構成コード", "Member ids in B"),
    Column("member_names_b", "text", "", "Names of that group's members, a tuple.", "案Bの構成", "Members in B"),
)

GRANTS = (
    Column("group_id", "text", "", "The group; the index.", "再編後コード", "Group id"),
    Column("name", "text", "", "Its proposed name.", "再編後の自治会(仮称)", "Group (proposed name)"),
    Column("status", "text", "", "unchanged, merged or below_floor.", "区分", "Status"),
    Column("member_count", "int", "", "Associations in the group.", "構成自治会数", "Members"),
    Column("households", "int", "households", "Its households.", "再編後世帯数", "Households"),
    Column("before", "int", "yen", "Grants of the members today, added up.", "現在の交付金(円)", "Grants today (yen)"),
    Column("after", "int", "yen", "Grant of the group.", "再編後の交付金(円)", "Grant after (yen)"),
    Column("change", "int", "yen", "After less before.", "増減(円)", "Change (yen)"),
)

COUNCIL_COVERAGE = (
    Column(
        "status",
        "text",
        "",
        "established, preparing, none, not_confirmed, or no_district; the index.",
        "協議会の状況",
        "Status of councils",
    ),
    Column("districts", "int", "", "Former school districts.", "旧小学校区の数", "Districts"),
    Column("associations", "int", "", "Associations today.", "自治会の数", "Associations"),
    Column("small_before", "int", "", "Small associations today.", "下限未満の自治会の数", "Small today"),
    Column("groups", "int", "", "Associations after the plan.", "再編後の自治会の数", "Associations after"),
    Column("small_after", "int", "", "Left below the floor by the plan.", "下限未満で残る数", "Left below the floor"),
    Column("households", "int", "households", "Households today, each once.", "世帯数", "Households"),
    Column("halls", "int", "", "Meeting halls.", "集会施設の数", "Halls"),
    Column("districts_share", "float", "", "Share of all districts, 0-1.", "旧小学校区の割合", "Share of districts"),
    Column(
        "associations_share", "float", "", "Share of all associations, 0-1.", "自治会の割合", "Share of associations"
    ),
    Column("households_share", "float", "", "Share of all households, 0-1.", "世帯の割合", "Share of households"),
)

DISTRICT_COVERAGE = (
    Column("district", "text", "", "Former school district; the index.", "旧小学校区", "Former school district"),
    Column("status", "text", "", "The furthest status of its councils.", "協議会の状況", "Status of councils"),
    Column("council_ids", "text", "", "Councils that cover it, a tuple of ids.", "協議会コード", "Council ids"),
    Column("council_names", "text", "", "The same by name, a tuple.", "コミュニティ推進協議会", "Councils"),
    Column("associations", "int", "", "Associations today.", "自治会の数", "Associations"),
    Column("small_before", "int", "", "Small associations today.", "下限未満の自治会の数", "Small today"),
    Column(
        "groups",
        "int",
        "",
        "Associations after the plan; one across districts counts where most of its members are.",
        "再編後の自治会の数",
        "Associations after",
    ),
    Column(
        "groups_across",
        "int",
        "",
        "Of these, those with members in another district.",
        "学区をまたぐ自治会の数",
        "Across districts",
    ),
    Column("small_after", "int", "", "Left below the floor by the plan.", "下限未満で残る数", "Left below the floor"),
    Column("households", "int", "households", "Households today.", "世帯数", "Households"),
    Column("halls", "int", "", "Meeting halls.", "集会施設の数", "Halls"),
)

COUNCIL_FACTS = (
    Column("council_id", "text", "", "Identifies the council; the index.", "協議会コード", "Council id"),
    Column("name", "text", "", "Name of the council.", "コミュニティ推進協議会", "Council"),
    Column("status", "text", "", "established, preparing, none or not_confirmed.", "状況", "Status"),
    Column("district_names", "text", "", "Districts it covers, a tuple.", "対象区域", "Districts"),
    Column("associations", "int", "", "Associations in it.", "自治会の数", "Associations"),
    Column("households", "int", "households", "Their households.", "世帯数", "Households"),
    Column(
        "associations_share",
        "float",
        "",
        "Share of the associations of its districts, 0-1; empty where not known.",
        "区域の自治会に占める割合",
        "Share of associations",
    ),
    Column(
        "households_share",
        "float",
        "",
        "Share of their households, 0-1; empty where not known.",
        "区域の世帯に占める割合",
        "Share of households",
    ),
    Column(
        "overlaps_with",
        "text",
        "",
        "Other councils in its districts, a tuple of ids.",
        "区域が重なる協議会",
        "Overlaps with",
    ),
    Column(
        "about_one_district", "bool", "", "Covers no more districts than asked.", "おおむね一学区", "About one district"
    ),
    Column("no_overlap", "bool", "", "Shares no district with another.", "重複なし", "No overlap"),
    Column("holds_share", "bool", "", "Holds the share asked for.", "半数以上", "Holds the share"),
    Column("passes", "bool", "", "Passes all three; empty where it cannot be said.", "要件を満たす", "Passes"),
)

STRADDLING = (
    Column("group_id", "text", "", "Group that no council holds whole; the index.", "再編後コード", "Group id"),
    Column("name", "text", "", "Its proposed name.", "再編後の自治会(仮称)", "Group (proposed name)"),
    Column("councils", "int", "", "Councils its members are in.", "協議会の数", "Councils"),
    Column(
        "council_id", "text", "", "Council of these members; empty where they have none.", "協議会コード", "Council id"
    ),
    Column("council", "text", "", "Its name.", "コミュニティ推進協議会", "Council"),
    Column("member_ids", "text", "", "Members in it, a tuple of ids.", "構成自治会コード", "Member ids"),
    Column("member_names", "text", "", "The same by name, a tuple.", "構成自治会", "Members"),
    Column("households", "int", "households", "Their households.", "世帯数", "Households"),
)

NEW_COUNCILS = (
    Column("district", "text", "", "District without a council; the index.", "旧小学校区", "Former school district"),
    Column("status", "text", "", "none or not_confirmed.", "協議会の状況", "Status of councils"),
    Column("rank", "int", "", "Place among the districts of its status, from 1.", "順位", "Rank"),
    Column(
        "council_names", "text", "", "Bodies named there, none of them confirmed.", "名の挙がる団体", "Bodies named"
    ),
    Column("groups", "int", "", "Associations after the plan.", "再編後の自治会の数", "Associations after"),
    Column("small_after", "int", "", "Left below the floor by the plan.", "下限未満で残る数", "Left below the floor"),
    Column("households", "int", "households", "Households today.", "世帯数", "Households"),
    Column("halls", "int", "", "Meeting halls.", "集会施設の数", "Halls"),
    Column("enough_groups", "bool", "", "Associations enough.", "自治会の数を満たす", "Enough associations"),
    Column("enough_households", "bool", "", "Households enough.", "世帯数を満たす", "Enough households"),
    Column("enough_halls", "bool", "", "Halls enough.", "集会施設の数を満たす", "Enough halls"),
    Column("enough_later", "bool", "", "Households enough in each later year.", "将来の世帯数を満たす", "Enough later"),
    Column("met", "int", "", "Criteria met.", "満たす項目の数", "Criteria met"),
    Column("judged", "int", "", "Criteria that could be judged.", "判定できた項目の数", "Criteria judged"),
    Column("viable", "bool", "", "All criteria met; empty where some could not be judged.", "見込みあり", "Viable"),
)

BASES = (
    Column("site_id", "text", "", "The building; the index.", "施設コード", "Site id"),
    Column("name", "text", "", "Its name.", "拠点", "Base"),
    Column("area", "text", "", "Area it serves; empty for the whole city.", "対象の区域", "Area"),
    Column("kept", "bool", "", "Whether it is a base already.", "既存の拠点", "Existing base"),
    Column("reason", "text", "", "Why it is kept in spite of a hazard.", "残す理由", "Reason to keep it"),
    Column("hazards", "text", "", "Hazards to be avoided it lies in, joined with ';'.", "災害の区域", "Hazards"),
    Column("served", "int", "", "Associations that go there.", "利用する自治会数", "Associations served"),
    Column("households", "int", "households", "Their households.", "利用する世帯数", "Households served"),
    Column("mean_distance_m", "float", "m", "Mean way, weighed.", "平均の距離(m)", "Mean way (m)"),
    Column("mean_distance_min", "float", "min", "The same in minutes.", "平均の時間(分)", "Mean way (min)"),
    Column("longest_distance_m", "int", "m", "Longest way.", "最長の距離(m)", "Longest way (m)"),
    Column("longest_distance_min", "int", "min", "The same in minutes.", "最長の時間(分)", "Longest way (min)"),
    Column("geometry", "geometry", "", "Point.", "位置", "Place"),
)

BASE_ASSIGNMENT = (
    Column("association_id", "text", "", "The association; the index.", "自治会コード", "Association id"),
    Column("name", "text", "", "Its name.", "自治会名", "Association"),
    Column("households", "int", "households", "Its households.", "世帯数", "Households"),
    Column("weight", "int", "", "What its way counts.", "重み", "Weight"),
    Column("served_as", "text", "", "Group of the plan it goes with, else its own id.", "まとまり", "Served as"),
    Column("area", "text", "", "Area it is in; empty for the whole city.", "対象の区域", "Area"),
    Column("site_id", "text", "", "Base it goes to.", "施設コード", "Site id"),
    Column("base", "text", "", "Name of that base.", "拠点", "Base"),
    Column("distance_m", "int", "m", "Way to it.", "拠点まで(m)", "To the base (m)"),
    Column("distance_min", "int", "min", "The same in minutes.", "拠点まで(分)", "To the base (min)"),
    Column("within_reach", "bool", "", "Whether it is within the reach asked for.", "範囲内", "Within reach"),
)

BASES_LEFT_OUT = (
    Column("site_id", "text", "", "The building; the index.", "施設コード", "Site id"),
    Column("name", "text", "", "Its name.", "施設", "Site"),
    Column("area", "text", "", "Area it is in.", "対象の区域", "Area"),
    Column("reason", "text", "", "hazard or outside.", "理由の種類", "Reason"),
    Column("explanation", "text", "", "The reason in Japanese.", "理由", "Explanation"),
    Column("explanation_en", "text", "", "The reason in English.", "理由(英語)", "Explanation (English)"),
)

BASE_STAGES = (
    Column("area", "text", "", "Area; empty for the whole city.", "対象の区域", "Area"),
    Column("name", "text", "", "longest, bases, out_of_reach, travel or tie_break, in order.", "評価の段階", "Stage"),
    Column("value", "int", "", "Value reached.", "値", "Value"),
    Column("bound", "int", "", "No choice can be below this.", "理論上の最小", "Bound"),
    Column("gap", "float", "", "(value - bound) / value, 0 where proven.", "差", "Gap"),
    Column("proven", "bool", "", "Whether it is proven the least possible.", "最適性の証明", "Proven"),
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
    "tiny_overlap": "わずかな重なり(自動で直す)",
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
    "unknown_kind": "世帯数の種類が読めない",
    "several_kinds": "世帯数の種類が混ざっている",
    "bad_point": "代表点の座標を読めない",
    "points_outside": "どの自治会にも入らない点がある",
    "points_on_border": "境界線上の点がある",
    "old_datum": "日本測地系から世界測地系へ移した",
    "axes_swapped": "縦横の座標を入れ替えた",
    "crs_overridden": "座標系を指定により変えた",
    "several_municipalities": "複数の市町村が含まれる",
    "repaired_much": "修正で区域の1割を超えて変わった",
    "repair_beyond_limit": "修正が限度を超える",
    "small_area_divided": "複数の自治会にまたがる小地域を割合で分けた(概形)",
    "small_area_assigned": "複数の自治会にまたがる小地域を割合の大きい方に入れた",
    "small_area_uninhabited": "居住者がなく対応表にない小地域をそのまま残した",
    "small_areas_overlap": "小地域どうしが重なっている",
    "leading_zero_restored": "先頭の0を補って照合した",
    "shares_scaled": "割合の端数をそろえて合計1にした",
    "name_as_id": "コードがないため名称をコードとした",
    "count_missing": "秘匿などで数がない小地域がある",
    "count_filled": "欠けていた数を補った",
    "count_kept": "既にある数を残し、補う数は使わなかった",
    "filled_kind_differs": "補った数の種類が他と異なる",
    "parts_disagree": "小地域によって値が異なる",
    "points_united": "複数の点を一つの自治会とした",
    "cells_approximate": "区域は点から描いた概形",
    "not_projected": "将来世帯数を推計できない",
    "projected_with_town": "旧町村(または市)の変化率で推計した",
    "projected_with_city": "市全体の値で推計した",
    "change_capped": "変化率を上限で抑えた",
    "ages_unknown_spread": "年齢不詳の人を按分した",
    "ages_without_association": "自治会に当たらない区域の年齢別人口",
    "suppressed_merged": "秘匿の区域を合算先と合わせて推計した",
    "people_guessed": "人口を世帯数と平均世帯人員から仮定した",
    "kinds_mixed": "種類の異なる世帯数を比べた",
    "section_row_dropped": "区分の見出しの行を除いた",
    "filled_downwards": "空欄を上の行の値で補った",
    "merged_cell_shared": "結合されたセルを上の行と共有している",
    "total_with_suppressed": "秘匿された数があり合計を照合できない",
    "sexes_mismatch": "男女の合計が人口と一致しない",
    "suppressed": "秘匿された数(0ではない)",
    "not_known": "不明とされた数",
    "dash_read_as_zero": "「-」を0として読んだ",
    "unit_in_cell": "セルの単位を除いて読んだ",
    "mark_in_cell": "数に付いた注の印を除いて読んだ",
    "mark_on_name": "名称に付いた注の印を除いた",
    "text_became_date": "名称やコードが日付になっている",
    "facility_row": "施設の行かもしれない",
    "foreigners_apart": "外国人の列が別にある",
    "foreigners_stated": "外国人の扱いの記載がある",
    "date_in_doubt": "基準日が一つに決まらない",
    "date_unreadable": "基準日が暦にない日である",
    "hidden_column": "非表示の列も読んだ",
    "hidden_sheet": "非表示のシートは読んでいない",
    "sheet_not_read": "表のないシートは読んでいない",
    "sheet_turned": "行と列を入れ替えて読んだ",
    "sheets_stacked": "複数のシートを一つの表として読んだ",
    "id_as_shown": "表示どおりのコードとして読んだ",
    "id_trimmed": "コードの前後の空白を除いた",
    "id_rounded": "コードが丸められている",
    "cell_without_value": "使わないセルに値がない",
    "error_cell": "エラー値のセル",
    "formula_not_calculated": "計算結果が保存されていない数式",
    "name_matched_loosely": "表記の違う名称どうしを照合した",
    "name_differs": "同じコードで名称が異なる",
    "names_swapped": "コードと名称の組が入れ替わっている",
    "points_contradict": "同じ名称の点が別の自治会かもしれない",
    "same_id_spelled_twice": "表記だけが違うコードや名称がある",
    "filled_kind_assumed": "補った数の種類を表に合わせた",
    "suppressed_united": "秘匿の区域を合算先と一つにした",
    "suppressed_receiver_unknown": "秘匿の合算先が分からない",
    "suppression_mismatch": "秘匿と合算の記載が一致しない",
    "total_kept": "内訳のない大字の計を区域として残した",
    "no_row": "統計表に行がない",
    "row_not_kept": "境界にない区域の行を除いた",
    "age_not_stated": "年齢不詳の人がいる",
    "recount_ignored": "再掲の列を読まなかった",
    "newest_day_used": "複数の調査年月日のうち最新を使った",
    "day_chosen": "指定した調査年月日の行を使った",
    "id_from_name": "コードがないため名称をコードとした",
    "municipality_code_wrong": "地方公共団体コードの検査数字が合わない",
    "municipality_code_short": "地方公共団体コードが5桁である",
    "no_place": "位置のない行を除いた",
    "layer_chosen": "複数のレイヤから選んで読んだ",
    "municipality_missing": "行政区域コードのない行がある",
    "other_associations": "比べる案の自治会が同じでない",
    "other_municipality": "他の市町村の行を除いた",
    "other_kind": "他の種類の施設の行を除いた",
    "class_unknown": "分類コードが一覧にない",
    "same_id": "同じコードの行を区別した",
    "values_differ": "部分によって値が異なるため空欄とした",
    "shape_mended": "自己交差のある図形を直してまとめた",
    "school_closed": "休校中の学校がある",
    "lines_joined": "セル内の改行を空白に置き換えた",
    "without_district": "学区のない(居住者もいない)区域がある",
    "counts_replaced": "境界の数を除き、世帯数の表の数を使った",
    "column_differs": "境界と世帯数の表で値が異なる(境界の値を残した)",
    "columns_left_empty": "行によって値が異なるため空欄とした",
    "columns_not_carried": "引き継げない列を除いた",
    "wall_contradicts": "点の区分の記載が外枠の区分と異なる",
    "ages": "年齢別人口の表が使えない",
    "ambiguous_join": "照合の相手が一つに決まらない",
    "assignment": "自治会を区域に割り当てられない",
    "association_contradicts": "同じ自治会の行で値が食い違う",
    "association_without_area": "区域のない自治会ができる",
    "associations": "自治会の表ではない",
    "bad_border": "境界の表の行が使えない",
    "bad_coordinate": "座標が正しくない",
    "bad_count": "数として読めない",
    "bad_date": "日付として読めない",
    "bad_flag": "該当の印が 1 でも空欄でもない",
    "bad_obstacle": "支障事案の行が使えない",
    "bad_row": "統計表の行が使えない",
    "bad_status": "協議会の状況が決まりの語でない",
    "borders": "境界の表や修正が正しくない",
    "broken_geometry": "区域の輪郭が壊れている",
    "contradiction": "基準年と世帯数が食い違う",
    "correspondence_incomplete": "対応表の行に空欄がある",
    "council_across": "協議会の区域が複数の学区にまたがる",
    "council_below_share": "協議会に入る自治会も世帯も半数に満たない",
    "council_contradicts": "同じ学区に協議会の有無の記載が両方ある",
    "council_elsewhere": "自治会の協議会がその学区を対象としていない",
    "council_named_twice": "同じ名称の協議会が二行ある",
    "council_overlap": "同じ学区に複数の協議会がある",
    "council_straddled": "再編後の自治会が二つの協議会にまたがる",
    "council_unknown": "自治会の協議会が協議会の表にない",
    "council_without_name": "設立済・準備中の協議会に名称がない",
    "district_not_named": "協議会の表に行のない学区",
    "no_own_district": "自治会の学区が分からない",
    "council_district": "協議会の学区が地図にない",
    "council_status": "協議会の状況が決まりの語でない",
    "count": "世帯数の列が使えない",
    "counted_twice": "同じ区域を二重に数える",
    "crosses_wall": "点が外枠の区分をまたぐ",
    "duplicate_id": "同じコードが二つ以上ある",
    "empty_geometry": "区域の図形がない",
    "explanation": "説明がこの再編案のものでない",
    "format_chosen": "同じレイヤの形式を選んで読んだ",
    "fractional_households": "世帯数が整数でない",
    "fractional_population": "人口が整数でない",
    "headship": "世帯主率の表が使えない",
    "heights_dropped": "頂点の高さを除いた",
    "id_type": "コードが文字列でない",
    "impossible_households": "世帯数がありえない大きさ",
    "impossible_population": "人口がありえない大きさ",
    "index": "表の索引が自治会コードでない",
    "join": "照合で合計が変わった",
    "missing_column": "必要な列がない",
    "missing_count": "下限に使う列に数がない",
    "missing_households": "世帯数がない",
    "missing_id": "コードがない",
    "missing_wall_value": "またがない区域の列に空欄がある",
    "mixed_kinds": "種類の異なる世帯数が混じっている",
    "negative_households": "世帯数が負の数",
    "negative_population": "人口が負の数",
    "no_boundary": "区域のない自治会がある",
    "no_count": "世帯数のない区域がある",
    "no_crs": "座標系が分からない",
    "no_districts": "協議会の学区が空欄",
    "no_point": "外枠の区分に点がない",
    "no_units": "自治会が一つもない",
    "not_point": "点でない",
    "not_polygon": "面(ポリゴン)でない",
    "option": "指定が正しくない",
    "outlook": "将来推計の指定が正しくない",
    "overlap": "区域が重なっている",
    "pair_repeated": "対応表に同じ組の行がある",
    "plan": "書き出した再編案が読めない",
    "point_outside": "点が外枠の外にある",
    "range": "推計の下位・中位・上位の順が逆",
    "reader_remark": "ファイルを読むソフトの知らせ",
    "rules": "条件が正しくない",
    "same_point": "同じ場所の点がある",
    "share_impossible": "割合がありえない値",
    "share_missing": "割合がそろっていない",
    "share_tied": "割合が同じで決まらない",
    "share_unreadable": "割合が数として読めない",
    "shares_do_not_add_up": "割合の合計が1でない",
    "small_area_unknown": "対応表の小地域が見つからない",
    "small_area_without_row": "対応表に行のない小地域がある",
    "text_households": "世帯数が数でない",
    "text_population": "人口が数でない",
    "unreadable": "ファイルを読めない",
    "unreadable_count": "数として読めない",
    "unreadable_id": "コードに使えない文字がある",
    "unreadable_name": "名称に使えない文字がある",
    "wrong_geometry": "図形の種類が違う",
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
    ASSIGNMENTS,
    AGES,
    COMPARISON,
    DIFFERENCES,
    GRANTS,
    COUNCIL_COVERAGE,
    DISTRICT_COVERAGE,
    COUNCIL_FACTS,
    STRADDLING,
    NEW_COUNCILS,
    BASES,
    BASE_ASSIGNMENT,
    BASES_LEFT_OUT,
    BASE_STAGES,
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
