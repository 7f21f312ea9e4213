"""The words of the handout that are no column names, in Japanese and English, side by side."""

from __future__ import annotations

__all__ = ["say"]

_WORDS = {
    "title": ("自治会再編案", "Proposed regrouping of neighbourhood associations"),
    "label": ("案(提案) 作成日 {date}", "Proposal, made {date}"),
    "label_undated": ("案(提案)", "Proposal"),
    "proposal_only": (
        "決定ではなく、話し合いのための案です。名称は仮のもの、距離は直線です。",
        "A proposal for discussion, not a decision. Names of groups are provisional, distances straight lines.",
    ),
    "source": ("出典: {text}", "Source: {text}"),
    "data_of": ("{what}: {text}", "{what}: {text}"),
    "notice": ("データの注意: {text}", "About the data: {text}"),
    "layer_districts": ("旧小学校区", "Former school districts"),
    "layer_councils": ("コミュニティ推進協議会", "Community promotion councils"),
    "layer_halls": ("集会施設", "Meeting halls"),
    "layer_barriers": ("障害(川・道路など)", "Barriers"),
    # The map
    "map": ("再編案の地図", "Map of the proposal"),
    "associations_count": ("自治会の数", "Associations"),
    "small_count": ("{floor}世帯未満の自治会", "Below {floor} households"),
    "small_count_own": ("下限に届かない自治会", "Below their floor"),
    "merged_count": ("再編してできる自治会", "Groups formed by mergers"),
    "changed_count": ("再編に加わる自治会", "Associations that merge"),
    "households_count": ("世帯数", "Households"),
    "smallest": ("最も小さい自治会", "Smallest association"),
    "largest": ("最も大きい自治会", "Largest association"),
    "numbers_lead": (
        "番号は、うしろの一覧(番号順)の番号です。",
        "The numbers are those of the index that follows.",
    ),
    "enlarged_too": (
        "込み合うところは、次のページからの別図にもあります。",
        "Crowded parts are drawn larger on the next pages.",
    ),
    "enlargement": ("別図 {n}(拡大)", "Sheet {n} (enlarged)"),
    "enlargement_numbers": ("この図で大きく示す番号: {numbers}", "Numbers drawn large here: {numbers}"),
    "index": ("番号順の一覧", "Index by number"),
    "number": ("番号", "No."),
    "group": ("再編後の自治会(仮称)", "Group (proposed name)"),
    "members": ("構成する自治会(世帯数)", "Members (households)"),
    "members_plain": ("構成する自治会", "Members"),
    "after": ("再編後\n世帯数", "House-\nholds"),
    "before": ("現在の世帯数", "Households today"),
    "district": ("旧小学校区", "Former school district"),
    "status": ("区分", "Status"),
    "council": ("コミュニティ推進協議会", "Community promotion council"),
    "no_council": ("協議会の記載なし", "No council named"),
    "founded": ("設立 {day}", "founded {day}"),
    "without_district": ("(旧小学校区の記載なし)", "(no former school district given)"),
    "households": ("{n}世帯", "{n} households"),
    "people": ("{n}人", "{n} people"),
    "member": ("{name}({n})", "{name} ({n})"),
    "separator": ("、", ", "),
    "uninhabited": (
        "居住者のいない区域(番号なし): {names}",
        "Areas where nobody lives (no number): {names}",
    ),
    # One district
    "district_groups": ("自治会の一覧(現在 → 再編後)", "Associations (today → after)"),
    "district_counts": (
        "自治会 {before} → {after}、{below} {small} → {left}",
        "Associations {before} → {after}; {below} {small} → {left}",
    ),
    "below": ("{floor}世帯未満", "below {floor} households"),
    "below_own": ("下限に届かないもの", "below their floor"),
    "district_households": ("世帯数 {n}", "{n} households"),
    "left": ("下限に届かないまま残る自治会と理由", "Associations left below the floor, and why"),
    "left_none": ("下限に届かないまま残る自治会はありません。", "No association is left below the floor."),
    "left_row": ("{name}({n}): {why}", "{name} ({n}): {why}"),
    "no_reason": ("理由は記録されていません。", "No reason was recorded."),
    "unchanged_listed": ("変更なし(番号 名称(世帯数)): {names}", "Unchanged (number, name, households): {names}"),
    "other_halls": ("そのほかの集会施設: {names}", "Other meeting halls: {names}"),
    "halls": ("集会施設", "Meeting halls"),
    "no_halls": ("集会施設の記載はありません。", "No meeting halls are listed."),
    "hall_name": ("集会施設", "Meeting hall"),
    "hall_kind": ("種別", "Kind"),
    "hall_groups": ("集会場所とする再編後の自治会", "Meeting place of"),
    "groups_across": (
        "他の旧小学校区の自治会を含む再編: {names}",
        "Groups with members of other districts: {names}",
    ),
    "meeting_place": ("集会場所", "Meeting place"),
    # One association
    "card": ("自治会カルテ", "Association card"),
    "today": ("現在のすがた", "Today"),
    "population": ("人口", "People"),
    "floor": ("世帯数の下限", "Floor"),
    "judged": ("下限と比べて", "Against the floor"),
    "is_small": ("下限に届かない", "Below the floor"),
    "is_large": ("下限以上", "At or above the floor"),
    "code": ("自治会コード", "Association id"),
    "per_household": ("1世帯あたり人員", "People a household"),
    "around": ("まわりの自治会", "Surroundings"),
    "around_note": (
        "緑: この自治会\u3000斜線: 同じ組になる自治会\u3000■: 集会場所",
        "Green: this association. Hatched: same group. ■: meeting place.",
    ),
    "around_barred": ("\u3000赤の破線: 通れない境界", " Red dashes: border nobody can pass."),
    "outlook": ("世帯数の推移と見通し", "Households over the years"),
    "outlook_year": ("{year}年", "{year}"),
    "now": ("現在", "Today"),
    "floor_line": ("下限 {n}", "Floor {n}"),
    "proposal": ("再編案", "Proposal"),
    "proposal_merged": (
        "番号 {number}\u3000{name}(仮称)\u3000{n}",
        "No. {number} {name} (proposed name), {n}",
    ),
    "proposal_members": ("構成する自治会: {names}", "Members: {names}"),
    "proposal_place": ("集会場所: {place}", "Meeting place: {place}"),
    "proposal_way": ("(この自治会から直線で {m}m)", " ({m} m from this association in a straight line)"),
    "proposal_unchanged": ("番号 {number}\u3000変更ありません。", "No. {number}: unchanged."),
    "proposal_left": (
        "番号 {number}\u3000下限に届かないまま残ります。",
        "No. {number}: left below the floor.",
    ),
    "why_left": ("理由: {why}", "Why: {why}"),
    "neighbours": ("隣り合う自治会", "Neighbours"),
    "neighbour": ("自治会", "Association"),
    "combined": ("合わせると", "Together"),
    "border_length": ("境界の長さ", "Border"),
    "metres": ("{n}m", "{n} m"),
    "link": ("連絡(橋・道)", "Link"),
    "passable": ("組めるか", "Could merge?"),
    "possible": ("組める", "Yes"),
    "possible_more": ("組める(下限にはさらに相手が必要)", "Yes (needs more to reach the floor)"),
    "same_group": ("この案で同じ組", "Same group in this plan"),
    "impossible": ("組めない: {why}", "No: {why}"),
    "barred": ("通れない境界", "Border nobody can pass"),
    "barred_by": ("通れない境界({by})", "Border nobody can pass ({by})"),
    "two_together": ("2つ合わせて{rule}", "both together: {rule}"),
    "no_neighbours": ("隣り合う自治会はありません。", "There are no neighbours."),
    "options": ("ほかの組み方", "Other possibilities"),
    "option_with": ("相手", "Partner"),
    "option_group": ("組の全員", "Whole group"),
    "option_households": ("組の世帯数", "Households"),
    "option_price": ("この案と比べて", "Compared with this plan"),
    "more_options": ("このほか{n}通りは省きました。", "{n} more are left out here."),
    "more_sentences": ("(このほかの説明{n}文は省きました。)", "({n} more sentences are left out here.)"),
    "option_alone": ("そのまま残す", "Left as it is"),
    "option_bound": ("(上限の見積もり)", " (at most)"),
    "explanation": ("なぜこの案か", "Why this plan"),
    "memo": ("話し合いのメモ", "Notes of the meeting"),
    "memo_date": (
        "日時"
        + "\u3000" * 4
        + "年"
        + "\u3000" * 2
        + "月"
        + "\u3000" * 2
        + "日"
        + "\u3000" * 2
        + "場所"
        + "\u3000" * 8
        + "出席"
        + "\u3000" * 3
        + "人",
        "Date:" + "\u3000" * 6 + "Place:" + "\u3000" * 8 + "Present:",
    ),
    # Comparison
    "comparison": ("案の比較", "Comparison of plans"),
    "plan_name": ("{name}案", "Plan {name}"),
    "item": ("項目", "Item"),
    "comparison_public": (
        "ほかの案の組み合わせは、公開用には載せていません。",
        "How the other plans group associations is left out of the public edition.",
    ),
    "comparison_note": (
        "斜線の自治会は、{name}と組が違うところです。",
        "Hatched: associations whose group differs from {name}.",
    ),
    "differences": ("{a}と{b}の違い", "Where {a} and {b} differ"),
    "differences_none": ("{a}と{b}では、どの自治会の組も同じです。", "Every association has the same group in both."),
    "difference_count": ("組が違う自治会の数: {n}", "Associations whose group differs: {n}"),
    "left_count": ("下限に届かない自治会", "Associations below the floor"),
    "alone": ("単独", "alone"),
    # Grants
    "grants": ("交付金の試算", "Estimate of grants"),
    "grants_note": (
        "与えられた単価による試算です。決まった額ではありません。",
        "An estimate from the amounts given; nothing is decided.",
    ),
    "grant_shares": (
        "自治会ごとに{flat}円、1世帯に{household}円、1人に{person}円として計算しました。再編する自治会だけを示します。",
        "{flat} yen an association, {household} yen a household, {person} yen a person. Merged groups are listed.",
    ),
    "grant_before": ("現在(円)", "Before (yen)"),
    "grant_after": ("再編後(円)", "After (yen)"),
    "grant_change": ("増減(円)", "Change (yen)"),
    "total": ("合計", "Total"),
}


def say(key: str, lang: str, /, **values: object) -> str:
    """Give a text of the handout in one language, with its values filled in.

    Parameters
    ----------
    key
        Name of the text.
    lang
        ``ja`` or ``en``.
    values
        What the text leaves open.
    """
    text = _WORDS[key][0 if lang == "ja" else 1]
    return text.format(**values) if values else text
