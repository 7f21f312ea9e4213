"""Problems of the data in the words of people who read Japanese: what it is, what was found, what to do."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from kurihara_geo import columns
from kurihara_geo.outputs.problem_patterns import CURE_FORMS, FORMS, REPAIR_FORMS

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["CURES", "READ_AS", "cure_text", "message_text", "name_of_kind", "repair_text"]

CURES: dict[str, str] = {
    "ambiguous_join": "コードで照合するか、両方に旧町村の列を加える(同じ名称の自治会があるため)。",
    "assignment": "区域どうしの境界を、同じ線に描き直す。",
    "association_contradicts": "同じ自治会の行には、同じ値を書く。",
    "association_without_area": "小地域を分けて数える: --shared divide (shared='divide')。",
    "axes_swapped": "入れ替えた位置が正しいか、地図で確かめる。",
    "bad_coordinate": "正しい経度・緯度を入れる(逆の列にあれば、見出しを入れ替える)。",
    "bad_count": "整数を入れる。",
    "bad_date": "2025-01-01 のように書く。",
    "bad_flag": "1 を入れるか、当てはまらなければ空欄にする。",
    "unknown_kind": "register(住民基本台帳)、census(国勢調査)、member(加入世帯)、not_stated のどれかを入れる。",
    "several_kinds": "一種類の数に揃えるか、種類を指定する: --households-kind (households_kind=)。",
    "bad_point": "point_lon と point_lat に経度・緯度を十進の度で入れるか、両方とも空欄にする。",
    "bad_row": "ダウンロードしたままのファイルを使う。",
    "broken_geometry": "地図ソフトで輪郭を直すか、自動で直させる: --accept-repairs (accept_repairs=True)。",
    "cell_without_value": "Excelで数式を直し、そこで保存する。",
    "cells_approximate": "概形です。境界は現地や担当課(学区は教育委員会)で確かめる。",
    "change_capped": "実際の変化で今後も続くなら、その自治会の将来世帯数(households_YYYY)を与える。",
    "column_renamed": "別の名前で呼びたいときは、ファイルの列名を改める。",
    "column_differs": "誤っている側を直すか、どちらか一方からその列を除く。",
    "columns_left_empty": "対応表に同じ名前の列を加え、同じ自治会の行には同じ値を書く。",
    "columns_not_carried": "対応表に別の名前の列を加え、同じ自治会の行には同じ値を書く。",
    "correspondence_incomplete": "空欄を埋める。",
    "count_kept": "数をすべて置き換えるには、表全体を --households (households=) で渡す。",
    "count_missing": "数を調べて補う(居住者がなければ0): --fill-missing-households (fill_missing_households=)。",
    "counts_replaced": "必要な列は世帯数の表に加える(種類や基準日の違う数は比べられない)。",
    "council_across": "協議会を分けるかどうかを検討するか、要件を改める: CouncilTest(max_districts=...)。",
    "council_below_share": "自治会の参加を広げるか、自治会の表の列 council を確かめる。",
    "council_contradicts": "正しい行だけを残す。",
    "council_district": "学区の名称を、学区の表(districts=)か自治会の列 former_school_district に合わせる。",
    "council_elsewhere": "協議会の行に学区を加えるか、自治会の表の列 council を直す。",
    "council_named_twice": "一つの協議会なら1行にまとめ、学区を ; でつなぐ。",
    "council_overlap": "どの自治会がどの協議会に入るかを調べ、自治会の表の列 council に書く。",
    "council_straddled": "一つの協議会の中で再編する(keep_within、prefer_within)か、両方の協議会と話し合う。",
    "council_unknown": "協議会の表に行を加えるか、表のとおりの名称かコードを書く。",
    "council_without_name": "名称を入れる。",
    "counted_twice": "計か内訳のどちらか一方だけにする(境界のある区域を keep= で指定する)。",
    "crosses_wall": "点を正しい位置に直すか、外枠の区分(walls=)を使わずに描く。",
    "crs_overridden": "ファイルの座標系が正しいなら、--crs (crs=) の指定を外す。",
    "dash_read_as_zero": "0なら0、秘匿なら X、分からなければ空欄にする。",
    "date_in_doubt": "基準日だけを残し、その後に「現在」と書く。",
    "date_unreadable": "表の上の日付を直す。",
    "day_chosen": "ほかの日の行を使うには as_of= で指定する。",
    "district_not_named": "established、preparing、none、not_confirmed のどれかを書いた行を加える。",
    "duplicate_id": "自治会ごとに別のコードを付ける。一つの自治会の離れた部分なら、先に一つにまとめる。",
    "empty_geometry": "区域を描くか、その行を除く。",
    "encoding_guessed": "名称が文字化けしていたら、--encoding utf-8 (encoding=) のように指定する。",
    "error_cell": "Excelで数式を直し、そこで保存する。",
    "facility_row": "自治会かどうかを確かめ、自治会でなければ行を除く。",
    "filled_downwards": "確実にするには、すべての行に値を書く。",
    "filled_kind_assumed": "別の種類なら、households_kind の列に書く。",
    "filled_kind_differs": "種類の異なる世帯数は比べられない。下限に近い自治会を確かめるか、同じ種類の数を補う。",
    "foreigners_apart": "世帯数に外国人を含むかどうかを確かめる。",
    "foreigners_stated": "照合するほかの数と、外国人の扱いが同じか確かめる。",
    "formula_not_calculated": "Excelでファイルを開いて保存し、もう一度読む。",
    "fractional_households": "世帯数を整数で入れる(居住者がなければ0)。",
    "fractional_population": "人口を整数で入れるか、空欄にする。",
    "gap": "湖やほかの市町村ならこのままでよい。描き方のすき間なら、描き直すか、埋めさせる: "
    "--accept-repairs --gap-width 幅(m) (accept_repairs=True, gap_width_m=)。",
    "hidden_column": "数えない列は、ファイルから除く。",
    "hidden_row": "数えない行は、ファイルから除く。",
    "hidden_sheet": "読むには、シート名を --households-sheet (sheet=) で指定する。",
    "id_as_shown": "列の表示形式を「文字列」にし、コードを入れ直す。",
    "id_from_name": "コードの列があれば --id-column (id_column=) で指定する。",
    "id_rounded": "表計算ソフトが縮めた数です。列の表示形式を「文字列」にし、コードを入れ直す。",
    "impossible_households": "世帯数を確かめ、整数で入れる(居住者がなければ0)。",
    "impossible_population": "人口を確かめ、整数で入れるか、空欄にする。",
    "island": "隣へ行き来できるなら、連絡を加える: add_link(borders, a, b, reason=...)。",
    "isolated": "隣へ行き来できるなら、連絡を加える: add_link(borders, a, b, reason=...)。",
    "join": "プログラムの誤りと思われます。開発者に知らせる。",
    "layer_chosen": "ほかのレイヤを読むには --layer (layer=) で指定する。",
    "leading_zero_lost": "列の表示形式を「文字列」にして先頭の0を入れ直すか、補わせる: "
    "--restore-leading-zero (restore_leading_zero=True)。",
    "leading_zero_restored": "表計算ソフトで、列の表示形式を「文字列」にする。",
    "mark_in_cell": "注の印は、別の列に書く。",
    "mark_on_name": "注の印は、別の列に書く。",
    "merged_cell_shared": "セルの結合を解き、行ごとに値を書く。",
    "missing_column": "見つかった列から選ぶか、列を加える。",
    "missing_count": "列の空欄に整数を入れる。",
    "missing_households": "世帯数の列を --households-column (households_column=) で指定するか、世帯数の表を "
    "--households (households=) で渡す。空欄には整数を入れる(居住者がなければ0)か、別の表で補う: "
    "--fill-missing-households (fill_missing_households=)。",
    "missing_id": "コードを入れる。",
    "missing_name": "住民に通じる名称を入れる。",
    "missing_wall_value": "空欄を埋めるか、空欄の区域を一つの区分とみなす: missing_as=。",
    "mixed_kinds": "同じ種類の世帯数を使う。比べてよい理由があれば accept_mixed_kinds= に書く。",
    "municipality_code_short": "6桁すべてを、文字列として書く。",
    "municipality_code_wrong": "コードを直す(ここでは、ファイルのまま残しています)。",
    "municipality_missing": "自分の市町村の行かどうかを確かめる(市町村を指定すると除かれます)。",
    "name_as_id": "同じ名称の自治会があれば、自治会コードの列を加える(ここでは一つとみなします)。",
    "names_swapped": "世帯数の表のコードか名称を直す。名称で照合するなら、表からコードの列を除く。",
    "name_differs": "コードが両方で同じ自治会のものか確かめる。",
    "name_matched_loosely": "両方が同じ場所か確かめる。",
    "name_missing": "ファイルに名称を加える。",
    "near_border": "描き方のすき間なら、許す幅を与えて境界を探す: find_borders(..., tolerance_m=1)。",
    "negative_households": "世帯数を0以上の整数で入れる。",
    "negative_population": "人口を0以上の整数で入れるか、空欄にする。",
    "newest_day_used": "ほかの日の行を使うには as_of= で指定する。",
    "no_boundary": "区域を描くか、コードまたは名称を直す。",
    "no_count": "世帯数の表に行を加えるか、コードまたは名称を直す。",
    "no_crs": "座標系を確かめ、--crs (crs=) で指定する。",
    "no_districts": "学区の名称を入れる。",
    "no_own_district": "旧小学校区の列を埋めるか、assign_areas で割り当てる。",
    "no_place": "緯度と経度を入れる。",
    "no_point": "点を加えるか、外枠の区分(walls=)を使わずに描く。",
    "no_row": "境界と同じ回の国勢調査の表を使う。",
    "no_units": "ファイルと、読んだレイヤ(--layer)を確かめる。",
    "not_known": "数を調べる。",
    "not_point": "位置を点で与える。",
    "not_polygon": "区域を面で描いたレイヤを使う(点や線では、隣り合う自治会が分からない)。",
    "not_projected": "空欄を埋める(後の年の下限に使うため)。",
    "old_datum": "誤差を1m未満にするには、先に国土地理院の TKY2JGD で変換する。",
    "overlap": "境界を、両方の区域で同じ線に描き直す。",
    "pair_repeated": "割合をまとめて、1行だけ残す。",
    "parts_disagree": "対応表にその列を加え、値を書く。",
    "parts_summed": "同じ数の写しではないか確かめる。",
    "people_guessed": "人口を入れる。",
    "point_outside": "座標を直す(経度と緯度が逆かもしれない)か、正しい外枠を使う。",
    "points_contradict": "自治会を見分ける列を --id-column (id_column=) で指定する(一つの自治会なら名称の列)。",
    "points_outside": "点の座標か、区域の境界を確かめる。",
    "projected_with_city": "年齢別人口を与える。",
    "projected_with_town": "過去の世帯数が分かれば入れる。",
    "range": "下位・上位の列(_low、_high)を直す。",
    "reader_remark": "欠けた区域がないか、地図ソフトでファイルを見る。",
    "repair_beyond_limit": "境界を、両方の区域で同じ線に描き直す。変化を認めるなら、限度(㎡)を上げる: "
    "--max-change (max_change_m2=)。",
    "repaired_much": "地図で確かめるか、境界を両方の区域で同じ線に描き直す。",
    "row_without_name": "コードか名称を入れるか、その行を除く。",
    "same_id": "同じものかどうかを確かめ、同じならファイルで一つにまとめる。",
    "same_id_spelled_twice": "一つの自治会ならすべての行で同じに書き、別の自治会なら別のコードを付ける。",
    "same_point": "区別できる別々の位置(役員の家など)を与える。",
    "school_closed": "除くには schools[~schools['closed'].fillna(value=False)] とする。",
    "several_municipalities": "一つの市町村のファイルを使うか、municipality_code で行を選ぶ。",
    "sexes_mismatch": "ファイルのその行を直す。",
    "shape_mended": "その区域を地図で確かめる。",
    "share_impossible": "割合を直す。割合のない行は除く。",
    "share_missing": "「割合」の列に、すべての割合を書く。",
    "share_tied": "一方の割合を大きくして決めるか、分けて数える: --shared divide (shared='divide')。",
    "share_unreadable": "0.4、40%、2/5 のような数を書く。一つの自治会だけの区域なら空欄にする。",
    "shares_do_not_add_up": "足りない行を加えるか、割合を直す。",
    "sheets_stacked": "一つのシートだけ読むには --households-sheet (sheet=) で指定する。",
    "small_area_divided": "実際の境界が分かれば、それを描く。",
    "small_area_unknown": "コードを直すか、その小地域のあるファイルを使う。",
    "small_area_without_row": "対応表に行を加える。",
    "suppressed": "数を持つ課に確かめるか、別の表で与える。国勢調査の年齢は、率を計算する前に "
    "merge_suppressed=True で合算先と合わせる。",
    "suppressed_receiver_unknown": "ダウンロードしたままのファイルか、市の数を使う(keep= に合算先を加えてもよい)。",
    "suppression_mismatch": "ダウンロードしたままのファイルを使う。",
    "text_became_date": "列の表示形式を「文字列」にし、入れ直す。",
    "text_households": "世帯数を整数で入れる(居住者がなければ0)。",
    "text_number": "確実にするには、数値として保存する。",
    "text_population": "人口を整数で入れるか、空欄にする。",
    "tiny_overlap": "表を作るときに、どちらか一方に入れます。",
    "total_mismatch": "欠けた行や二重の行がないか確かめる。",
    "total_suspected": "合計の行なら除くか、「小計」と改める。",
    "total_with_suppressed": "秘匿された数を担当課に確かめる。",
    "unit_in_cell": "数だけを書き、単位は見出しに書く。",
    "unreadable": "内容のとおりに直し、もう一度読む。",
    "unreadable_count": "整数に直す。",
    "unreadable_id": "その文字を除いて入れ直す。",
    "unreadable_name": "その文字を除いて入れ直す。",
    "wall_contradicts": "点の位置か記載を直すか、外枠に従うなら、その列を除く。",
    "water_counts": "居住者がいるか確かめる。",
    "without_district": "居住者がいなければこのままでよい。",
    "wrong_geometry": "正しい種類の図形(点・線・面)のレイヤを --layer (layer=) で選ぶ。",
}
"""Kind of problem -> what a planner does about it, in Japanese."""

_SIDES = {"the boundaries": "区域のファイル", "the table of counts": "世帯数の表", "the missing counts": "補う世帯数"}
_MEASURES = {"households": "世帯数", "people": "人口", "men": "男", "women": "女"}
_SPELLINGS = {
    "spaces and widths": "空白と全角・半角",
    "small and large ケ": "ケの大小",
    "old and new kanji": "新旧の字体",
    "numerals of 丁目": "丁目の数字",
    "大字 and 字": "大字・字",
    "name of the former town": "旧町村の名称",
}
_OUTLINES = {
    "Self-intersection": "線が自分と交わっている",
    "Ring Self-intersection": "輪郭が自分と接している",
    "Hole lies outside shell": "穴が区域の外にある",
    "Holes are nested": "穴の中に穴がある",
    "Nested shells": "部分どうしが重なっている",
    "Interior is disconnected": "内側がつながっていない",
    "Duplicate Rings": "同じ輪郭が二つある",
    "Too few points in geometry component": "頂点が足りない",
    "Invalid Coordinate": "座標の値が正しくない",
    "Ring is not closed": "輪郭が閉じていない",
    "Repeated point": "同じ頂点が続いている",
}
_PLACE_FAULTS = {
    "stand in each other's column": "が逆の列にあります",
    "are no place in Japan": "は日本の中の位置ではありません",
    "are no numbers of degrees": "は度の数ではありません",
    "are 0: no place was entered": "が0です(位置が入っていません)",
    "are outside Japan": "は日本の外です",
}
_WORDS_OF_SUMS = {"both": "男女計", "male": "男", "female": "女", "population": "人口", "households": "世帯数"}


def name_of_kind(kind: str, lang: str) -> str:
    """Give a kind of problem as a heading."""
    if lang == "ja":
        return columns.PROBLEM_KINDS.get(kind, kind)
    return kind.replace("_", " ")


def cure_text(kind: str, cure: str, lang: str) -> str:
    """Give what to do about a problem; in Japanese where somebody has said it, else as it came.

    Parameters
    ----------
    kind, cure
        As in the table of problems.
    lang
        ``ja`` or ``en``.
    """
    if lang != "ja":
        return cure
    return _translated(CURE_FORMS.get(kind, ()), cure) or CURES.get(kind, cure)


def message_text(kind: str, message: str, lang: str) -> str:
    """Give what was found, figures and names kept; a message that nobody translated stays as it is.

    Parameters
    ----------
    kind, message
        As in the table of problems; forms of other kinds are not tried.
    lang
        ``ja`` or ``en``.
    """
    if lang != "ja":
        return message
    return _translated(FORMS.get(kind, ()), message) or message


def repair_text(repair: str, lang: str) -> str:
    """Give what a repair did, as the table of repairs says it."""
    return (_translated(REPAIR_FORMS, repair) if lang == "ja" else "") or repair


# --- forms -----------------------------------------------------------------------------------------


def _translated(forms: tuple[tuple[str, str], ...], text: str) -> str:
    """Give the Japanese of the first form that fits; an empty text if none does."""
    for english, japanese in forms:
        found = _pattern(english).fullmatch(text)
        if found:
            return japanese.format_map({name: _read(name, value) for name, value in found.groupdict().items()})
    return ""


@cache
def _pattern(form: str) -> re.Pattern[str]:
    """Make a pattern of a form; one letter stands for a number, a longer name for any text."""
    parts = re.split(r"\{(\w+)\}", form)
    return re.compile(
        "".join(
            re.escape(part) if place % 2 == 0 else f"(?P<{part}>{'[-+0-9.,e]*' if len(part) == 1 else '.*?'})"
            for place, part in enumerate(parts)
        ),
        re.DOTALL,
    )


def _read(name: str, value: str) -> str:
    return READ_AS[name](value) if name in READ_AS else value


def _unquoted(value: str) -> str:
    """Take off the quotes Python puts around a text."""
    quoted = len(value) > 1 and value[0] == value[-1] and value[0] in "'\""
    return value[1:-1] if quoted else value


def _column(value: str) -> str:
    """Call a column by its heading, with its year where its name holds one."""
    name = _unquoted(value)
    found = re.fullmatch(r"(households|population)_(\d{4})", name)
    if found:
        return f"「{columns.label(found[1])}({found[2]}年)」"
    return f"「{columns.label(name)}」"


def _kinds(value: str) -> str:
    """Call kinds of households by their Japanese names."""
    return "・".join(columns.HOUSEHOLD_KINDS.get(_unquoted(kind), (kind,))[0] for kind in value.split(", "))


def _listing(value: str) -> str:
    """Read rows, columns and what is left off a list into Japanese; what the file says stays."""
    rules = (
        (r"\band (\d[\d,]*) more\b", r"ほか\1件"),
        (r"\brow (\d+) of sheet '([^']*)'", r"シート「\2」の\1行目"),
        (r"\bcolumn ([A-Z]{1,3}) of sheet '([^']*)'", r"シート「\2」の\1列"),
        (r"\brows (\d[\d, ]*)", r"\1行目"),
        (r"\brow (\d+)", r"\1行目"),
        (r"\bcolumn ([A-Z]{1,3})\b", r"\1列"),
        (r"\((\d[\d,]*) rows\)", r"(\1行)"),
        (r": not stated\b", ": 記載なし"),
        (r"\bthere are no rows\b", "行がありません"),
        (r"\bempty\b", "空欄"),
        (r" \+ ([\d,]+) is not (\d+(?:,\d{3})*)", r" + \1 は \2 でない"),
    )
    for pattern, text in rules:
        value = re.sub(pattern, text, value)
    return value


def _cells(value: str) -> str:
    return "; ".join(f"{_column(key)} {cell}" for key, _, cell in (part.partition(" ") for part in value.split("; ")))


def _counts(value: str) -> str:
    """Read ``households 5, population 12``, in either order of word and number."""
    for name in ("households", "population"):
        value = re.sub(rf"\b{name}\b", columns.label(name), value)
    return value


def _sums(value: str) -> str:
    """Read what a total says instead of what its parts add up to."""
    value = re.sub(r"\b(\d[\d,]*) instead of (\d+(?:,\d{3})*)", r"\1(内訳の計 \2)", _listing(value))
    return re.sub(r"\b(both|male|female|population|households)\b", lambda found: _WORDS_OF_SUMS[found[1]], value)


def _columns(value: str) -> str:
    return "、".join(_column(name)[1:-1] for name in value.split(", "))


def _outline(value: str) -> str:
    """Say in Japanese what is wrong with an outline, and where."""
    reason, bracket, place = value.partition("[")
    text = _OUTLINES.get(reason.strip(), reason)
    return f"{text}(座標 {place.removesuffix(']')})" if bracket else text


def _missing(value: str) -> str:
    """Read which columns were not found, what was looked for and the argument that names each."""
    return re.sub(
        r"(?:^|; no column for )('[^']*') \(looked for (.*?)\): pass ([\w=]+)",
        lambda found: f"{_column(found[1])}(探した見出し: {found[2]}。{found[3]} で指定)",
        value,
    )


def _kinds_found(value: str) -> str:
    """Read the columns of households found, each with its kind."""
    names = "|".join(columns.HOUSEHOLD_KINDS)
    value = re.sub(r"'([^']*)'", r"「\1」", value)
    value = re.sub(rf"\((?:{names}), ", "(", value)
    return re.sub(rf"\b({names})\b", lambda found: columns.HOUSEHOLD_KINDS[found[1]][0], value)


READ_AS: dict[str, Callable[[str], str]] = {
    "alike": lambda value: value.replace(" or ", "、"),
    "area_or_none": lambda value: "記載なし" if value == "no area" else value,
    "cells": _cells,
    "column": _column,
    "columns": _columns,
    "counts": _counts,
    "encoding": lambda value: value.replace(" or ", "・"),
    "kind": _kinds,
    "kinds": _kinds,
    "kinds_found": _kinds_found,
    "list": _listing,
    "measure": lambda value: _MEASURES.get(value, value),
    "missing": _missing,
    "other_columns": _columns,
    "other_kinds": _kinds,
    "other_side": lambda value: _SIDES.get(value, value),
    "outline": _outline,
    "past_kind": _kinds,
    "place_fault": lambda value: _PLACE_FAULTS.get(value, value),
    "quoted": lambda value: f"「{_unquoted(value)}」",
    "rows": _listing,
    "side": lambda value: _SIDES.get(value, value),
    "spelling": lambda value: _SPELLINGS.get(value, value),
    "sums": _sums,
    "third_side": lambda value: _SIDES.get(value, value),
    "wanted": lambda value: re.sub(
        r"'([^']*)'", lambda found: _column(found[1]), value.replace(" and for ", "と").replace(" or ", "か")
    ),
    "where": lambda value: re.sub(r", '([^']*)'$", r"の「\1」", _listing(value)),
}
"""Name in a form -> how what stands there is read into Japanese; other names stand for what stays as it is."""
