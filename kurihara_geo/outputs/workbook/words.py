"""The words of the workbook that are no column names, in Japanese and English, side by side."""

from __future__ import annotations

from typing import Literal

__all__ = ["Lang", "say"]

Lang = Literal["ja", "en"]

_WORDS = {
    # Sheets
    "sheet_overview": ("概要", "Overview"),
    "sheet_today": ("現況一覧", "Today"),
    "sheet_targets": ("対象自治会一覧", "Target associations"),
    "sheet_proposal": ("再編案一覧", "Proposal"),
    "sheet_correspondence": ("新旧対応表", "Old to new"),
    "sheet_comparison": ("比較表", "Comparison"),
    "sheet_grants": ("交付金試算", "Block grant"),
    "sheet_households": ("世帯数", "Households"),
    "sheet_left": ("下限未満で残る自治会", "Left below the floor"),
    "sheet_points": ("確認事項", "Points to check"),
    # Titles and notes
    "title": ("自治会再編案", "Proposed regrouping of neighbourhood associations"),
    "title_today": ("自治会の現況一覧", "Associations today"),
    "title_targets": ("対象自治会一覧", "Target associations"),
    "title_correspondence": ("行政区コード新旧対応表", "Codes, old to new"),
    "title_comparison": ("再編案の比較表", "Comparison of plans"),
    "title_grants": ("一括交付金の試算", "Estimate of the block grant"),
    "title_proposal": (
        "自治会再編案一覧（現在 → 再編後）",
        "Proposal, association by association (today → after)",
    ),
    "title_households": ("世帯数の再編前後の比較", "Households before and after"),
    "title_left": ("下限未満で残る自治会と理由", "Associations left below the floor, and why"),
    "title_points": ("確認事項", "Points to check"),
    "note_draft": (
        "本資料は計算による案です。決定は各自治会の話し合いと総会の議決によります。",
        "This is a calculated draft. Decisions are made by the associations and their general meetings.",
    ),
    "made": ("案(提案)　作成日 {day}", "Proposal only. Made on {day}."),
    "made_without_day": ("案(提案)", "Proposal only."),
    "sources": ("出典: {sources}", "Sources: {sources}"),
    "note_left_out": (
        "公開版では、個別の自治会に関する条件・理由、確認事項、交付金の試算を省いています。",
        "This public edition leaves out rules and reasons about single associations, points to check and grants.",
    ),
    "note_targets": (
        "世帯数の下限（{floor:,}世帯。特例があればその下限）に満たない自治会は {count:,} です。番号は地図の番号です。",
        "{count:,} associations are below the floor ({floor:,} households or their own). Numbers as on the map.",
    ),
    "note_no_targets": (
        "世帯数の下限（{floor:,}世帯）に満たない自治会はありません。",
        "No association is below the floor of {floor:,} households.",
    ),
    "note_correspondence": (
        "現在のコードを1回ずつ載せています。新コード(仮)は構成自治会の最小のコードです。新しいコードを黄色の欄に記入してください。",
        "Every code of today once. The interim code is the lowest of a group's members; write the new one in yellow.",
    ),
    "note_comparison": ("どの案も決定ではありません。", "None of these plans is a decision."),
    "note_grants": (
        "単価は試算のための仮の値です。均等割があると、統合で自治会の数が減る分だけ交付金が減ります。",
        "The shares are assumptions. With a flat share, mergers lower the grant with each association that disappears.",
    ),
    "note_shares": (
        "均等割 1自治会 {flat:,}円、世帯割 1世帯 {per_household:,}円、人口割 1人 {per_person:,}円",
        "Flat share {flat:,} yen an association, {per_household:,} yen a household, {per_person:,} yen a person",
    ),
    "note_today": (
        "○ は世帯数の下限（{floor:,}世帯）に満たない自治会です。",
        "○ marks associations below the floor of {floor:,} households.",
    ),
    "note_own_floor": (
        "下限の特例がある自治会は、その下限に満たないときに ○ を付けています（「概要」を参照）。",
        "Associations with a floor of their own are marked where they are below it (see 'Overview').",
    ),
    "note_kind": ("世帯数は「{kind}」です。", "Households are: {kind}."),
    "note_proposal": (
        "再編後の名称は仮称、距離は直線です。黄色の欄には話し合いの結果を記入してください。",
        "Names of groups are proposals, distances straight lines. Fill in the yellow cells as talks go.",
    ),
    "note_areas": (
        "区域別の「再編後」では、再編後の自治会を、構成する自治会の最も多い区域に数えています。",
        "By area, 'after' counts each group in the area where most of its members are.",
    ),
    "note_left": (
        "下限（{floor:,}世帯）に満たないまま残る自治会は {count:,} です。",
        "{count:,} associations stay below the floor of {floor:,} households.",
    ),
    "note_left_own": (
        "下限に満たないまま残る自治会は {count:,} です（下限 {floor:,}世帯、特例のある自治会はその下限）。",
        "{count:,} associations stay below their floor ({floor:,} households; their own for exceptions).",
    ),
    "note_left_exempt": ("うち下限未満のままでよい: {count:,}", "Of these exempt: {count:,}"),
    "note_left_all": (
        "このほかの下限（概要の「その他の下限」など）に届かない自治会を含みます。",
        "Associations that miss a further floor (see 'Overview') are among them.",
    ),
    "note_points": (
        "入力データの注意点です。計画の前に確かめてください。",
        "What to know about the input. Please check before relying on the plan.",
    ),
    # Overview
    "part_counts": ("1 再編前後の数", "1 Counts before and after"),
    "part_rules": ("2 条件", "2 Rules"),
    "part_stages": ("3 評価と証明", "3 Stages and proof"),
    "part_about": ("4 データと計算", "4 Data and calculation"),
    "item": ("項目", "Item"),
    "before": ("現在", "Today"),
    "after": ("再編後", "After"),
    "change": ("増減", "Change"),
    "associations": ("自治会の数", "Associations"),
    "small": ("下限未満の自治会の数", "Associations below the floor"),
    "small_own": ("下限未満の自治会の数（特例を含む）", "Associations below their floor (exceptions included)"),
    "own_floors": ("下限の特例がある自治会の数", "Associations with a floor of their own"),
    "households": ("世帯数の合計", "Households"),
    "households_small": ("下限未満の自治会の世帯数", "Households in associations below the floor"),
    "population": ("人口の合計", "People"),
    "smallest": ("最も小さい自治会の世帯数", "Households of the smallest association"),
    "largest": ("最も大きい自治会の世帯数", "Households of the largest association"),
    "changed": ("再編に加わる自治会の数", "Associations that take part in a merger"),
    "merged_groups": ("再編でできる自治会の数", "Groups formed by mergers"),
    "exempt_left": ("うち下限未満のままでよいもの", "Of these, may stay below the floor"),
    "exempt_households": (
        "うち下限未満のままでよい世帯（評価に数えない）",
        "Of these, exempt (not counted in the stages)",
    ),
    "uninhabited": ("居住なしの区域の数（自治会に数えない）", "Uninhabited areas (no associations)"),
    "content": ("内容", "Content"),
    "floor": ("世帯数の下限", "Floor"),
    "floor_text": (
        "{value:,}世帯。これに満たない自治会を近隣の自治会と再編する。",
        "{value:,} households. Associations below it are regrouped with neighbours.",
    ),
    "ceiling": ("世帯数の上限", "Ceiling"),
    "ceiling_text": (
        "再編してできる自治会は {value:,}世帯まで",
        "At most {value:,} households in a merged group",
    ),
    "max_members": ("再編する自治会の数", "Members"),
    "max_members_text": (
        "1つにまとめるのは {value:,}自治会まで",
        "At most {value:,} associations in a group",
    ),
    "no_limit": ("制限なし", "No limit"),
    "keep_within": ("またがない区域", "Never crossed"),
    "prefer_within": ("なるべくまたがない区域", "Preferably not crossed"),
    "weight": ("{name}（重み {value:,}）", "{name} (weight {value:,})"),
    "together": ("必ず一緒にする自治会", "Always together"),
    "apart": ("一緒にしない自治会", "Never together"),
    "unchanged": ("変更しない自治会", "Stay as they are"),
    "missing_as": ("区域が空欄のとき", "Where an area is empty"),
    "missing_as_text": ("{name}の空欄は「{value}」とみなす", "empty {name} counts as '{value}'"),
    "floors": ("その他の下限", "Further floors"),
    "floors_all": ("単独で残る自治会にも適用する", "They bind associations that stay alone too"),
    "needs_hall": ("集会施設", "Meeting hall"),
    "lower_floors": ("下限の特例", "Floors of their own"),
    "lower_floor_text": ("{people}: {value:,}世帯（理由: {reason}）", "{people}: {value:,} households ({reason})"),
    "max_span": ("構成自治会どうしの距離", "Distance between members"),
    "span_along": ("隣から隣へたどった距離で測る", "Measured from neighbour to neighbour"),
    "max_way": ("集会場所までの距離", "Way to the meeting place"),
    "max_small_per_large": ("下限以上の自治会", "Associations at or above the floor"),
    "exempt": ("下限未満のままでよい自治会", "May stay below the floor"),
    "exempt_text": ("{people}（理由: {reason}）", "{people} ({reason})"),
    "obstacles": ("支障事案", "Obstacles"),
    "obstacle_ban": ("{people}: 統合しない（{reason}）", "{people}: not to be merged ({reason})"),
    "obstacle_weight": ("{people}: 重み {value:,}（{reason}）", "{people}: weight {value:,} ({reason})"),
    "target": ("目安の世帯数", "Target size"),
    "target_text": ("{value:,}世帯", "{value:,} households"),
    "weak_border": ("短い境界", "Weak borders"),
    "weak_border_text": ("{value:,}m未満の境界", "Borders shorter than {value:,} m"),
    "objective": ("評価の順", "Order of judgement"),
    "then": (" → ", " -> "),
    "full_stop": ("。", "."),
    "none": ("なし", "None"),
    "and": ("、", ", "),
    "stages_note": (
        "上の段階を優先し、その値を悪くしない範囲で次の段階を最も小さくしています。",
        "Earlier stages come first; each later one is made as small as possible without worsening them.",
    ),
    "stage_compared": ("比較案", "alternative"),
    "stage_proven": ("これより小さくできないことを証明済み", "Proven: cannot be smaller"),
    "stage_gap": ("未証明（差は最大 {gap:.1%}）", "Not proven (gap at most {gap:.1%})"),
    "stage_open": ("未証明（理論上の最小は不明）", "Not proven (no bound known)"),
    "proof": ("判定", "Verdict"),
    "proof_yes": (
        "すべての段階で、これより良い案がないことを証明済みです。",
        "Proven in every stage: no plan is better.",
    ),
    "proof_no": (
        "最適とは証明されていません。見つかった中で最も良い案です。",
        "NOT proven optimal: the best plan found.",
    ),
    "not_settled": (
        "計算では最適と確認できませんでした。",
        "The solver could not settle it.",
    ),
    "time_limit": ("制限時間に達したため計算を終えました。", "The time limit was reached."),
    "interrupted": ("計算は途中で中断されました。", "The calculation was interrupted."),
    "conserved": ("世帯数の検算", "Check of households"),
    "conserved_text": (
        "一致（現在 {before:,}世帯 = 再編後 {after:,}世帯）",
        "Equal (today {before:,} = after {after:,} households)",
    ),
    "solver": ("計算に使ったソフト", "Solver"),
    "method": ("計算の方法", "Method"),
    "engine_set_partitioning": (
        "組の候補をすべて挙げ、その中から選びました。",
        "Every group that could be part of the plan was listed; the solver chose among them.",
    ),
    "engine_search": (
        "候補をすべては挙げずに探索しました。証明できた段階は「評価と証明」のとおりです。",
        "A search chose without listing all groups; the stages say what it proved.",
    ),
    "engine_set_partitioning + search": (
        "候補の少ない地区ではすべて挙げて選び、多い地区では挙げずに探索しました。",
        "Groups were listed where they are few enough; elsewhere a search chose without listing them.",
    ),
    "family_atomic": (
        "候補は、それぞれ成り立つ二つに分けられない組です（最適な案には他の組は要りません）。",
        "Groups listed: those that do not fall apart into two that could stand alone; the best plan needs no others.",
    ),
    "family_full": (
        "候補は、条件に合うすべての組です。",
        "Groups listed: all the rules permit.",
    ),
    "input_sha256": ("入力データの照合値", "SHA-256 of the input"),
    "notice": ("データの注意", "Notice"),
    "attribution": ("出典", "Sources"),
    "warnings": ("注意の件数", "Warnings"),
    "warnings_text": ("{count:,}件（「{sheet}」を参照）", "{count:,} (see '{sheet}')"),
    # Tables
    "number": ("番号", "No."),
    "hall": ("集会施設", "Meeting halls"),
    "hall_without_name": ("名称不明の施設", "a hall without a name"),
    "ageing": ("高齢化率", "Aged 65+"),
    "council_status": ("コミュニティ\n推進協議会", "Community\npromotion council"),
    "judgement": ("判定", "Judgement"),
    "judged_merged": ("再編案で統合", "merged in the proposal"),
    "judged_left": ("下限未満で残る", "left below the floor"),
    "judged_exempt": ("下限未満のままでよい", "may stay below the floor"),
    "partners": ("一緒になる自治会", "Partners proposed"),
    "old_code": ("現在の行政区コード", "Code today"),
    "old_name": ("現在の自治会", "Association today"),
    "new_code_interim": ("新コード(仮)", "Interim code"),
    "new_code": ("新しい行政区コード", "New code"),
    "this_plan": ("この案", "This plan"),
    "part_figures": ("1 案ごとの数", "1 Figures"),
    "differs_from": ("「{plan}」と組が異なる自治会", "Associations with other partners in '{plan}'"),
    "group_in": ("「{plan}」の組", "Group in '{plan}'"),
    "total": ("合計", "Total"),
    "total_associations": ("{count:,}自治会", "{count:,} associations"),
    "members": ("構成自治会", "Member today"),
    "kind_of_merger": ("合併・編入の別", "Equal merger or absorption"),
    "kinds_of_merger": ("合併,編入する,編入される", "Equal merger,Absorbs,Is absorbed"),
    "remarks": ("備考", "Remarks"),
    "area_group": ("再編後の自治会別", "By group"),
    "area": ("区域・再編後の自治会(仮称)", "Area or group (proposed name)"),
    "area_by": ("{name}別", "By {name}"),
    "associations_before": ("自治会数\n現在", "Associations\ntoday"),
    "associations_after": ("自治会数\n再編後", "Associations\nafter"),
    "small_before": ("下限未満\n現在", "Below floor\ntoday"),
    "small_after": ("下限未満\n再編後", "Below floor\nafter"),
    "households_before": ("世帯数\n現在", "Households\ntoday"),
    "households_after": ("世帯数\n再編後", "Households\nafter"),
    "difference": ("世帯数\n増減", "Households\nchange"),
    "crossing": ("区域をまたぐ\n再編", "Mergers across\nareas"),
    "blank": ("（空欄）", "(empty)"),
    "households_later": ("再編後世帯数\n{year}年", "Households after\n{year}"),
    "shortage": ("下限までの不足", "Short of the floor by"),
    "left_none": ("下限未満で残る自治会はありません。", "No association is left below the floor."),
    "reason_none": ("理由は記録されていません。", "No reason was recorded."),
    "part_problems": ("注意", "Warnings"),
    "part_borders": ("通れない境界・加えた連絡", "Borders barred or opened, links added"),
    "border": ("境界", "Border"),
    "link": ("連絡", "Link"),
    "part_repairs": ("区域の修正", "Repairs of areas"),
    "part_uninhabited": ("居住なしの区域（自治会に数えない）", "Uninhabited areas (no associations)"),
    "nothing": ("ありません。", "None."),
    "warning": ("注意", "Warning"),
    "error": ("誤り", "Error"),
}


def say(key: str, lang: Lang, /, **values: object) -> str:
    """Give a text of the workbook in one language, with its values filled in.

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
