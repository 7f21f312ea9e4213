"""What messages of problems say, form by form: English as the package writes it, and Japanese, sorted by kind.

A name in braces stands for what differs from message to message, and stands in both languages; how it is read into
Japanese depends on the name (:data:`kurihara_geo.outputs.problem_texts.READ_AS`). Of several forms the first that
fits counts, so the longer one stands first.
"""

from __future__ import annotations

__all__ = ["CURE_FORMS", "FORMS", "REPAIR_FORMS"]

Forms = tuple[tuple[str, str], ...]

_EMPTY_ROW: Forms = (
    ("row {n}: {what} is empty", "{n}行目: {what}が空欄です"),
    ("row {n}: {what} was used before", "{n}行目: {what}は前の行で使われています"),
)
_NO_SHAPE: Forms = (("rows without a shape were left out: {list}", "図形のない行を除きました: {list}"),)
_WAS_LEFT_OUT = "{where} was left out: "
_SEVERAL_MUNICIPALITIES: Forms = (
    ("areas of {n} municipalities are in the file: {list}", "{n}市町村の区域がファイルにあります: {list}"),
)
_SCHOOL_IDS: Forms = (
    (
        "{n} schools have no code in the file; municipality and name serve as id",
        "{n}校にコードがないため、市町村と名称をコードとしました",
    ),
)
_AGE_NOT_STATED = (
    "the age of {n} people is not stated (年齢不詳); they are in no class",
    "年齢不詳の人が{n}人います。どの年齢階級にも入れていません",
)

FORMS: dict[str, Forms] = {
    "age_not_stated": (_AGE_NOT_STATED,),
    "ages_unknown_spread": (
        (
            "{n} people of unknown age in {year} were spread over the known ages in proportion",
            "{year}年の年齢不詳{n}人を、年齢の分かる人の割合で按分しました",
        ),
        (
            "{n} people of unknown age in {year} stand beside no known ages: suppressed",
            "{year}年の年齢不詳が{n}人、年齢の分かる人がいないため、秘匿とみなします",
        ),
    ),
    "ages_without_association": (
        (
            "{n} areas of the ages are no associations; they count for the city's ratios only",
            "年齢別人口の{n}区域は自治会に当たらないため、市全体の率だけに使いました",
        ),
    ),
    "ambiguous_join": (
        (
            "row {n} of the missing counts: {m} associations have this name",
            "補う世帯数の{n}行目: この名称の自治会が{m}あります",
        ),
        (
            "row {n} of the missing counts: {m} associations have this id",
            "補う世帯数の{n}行目: このコードの自治会が{m}あります",
        ),
        (
            "row {n} of the missing counts: so is row {m}",
            "補う世帯数の{n}行目: {m}行目と同じ自治会です",
        ),
        ("row {n} of the missing counts: {what}", "補う世帯数の{n}行目: {what}"),
        ("{n} rows of {side} have this id", "{side}の{n}行がこのコードです"),
        (
            "{n} rows of {side} have this name; without a partner: {list}",
            "{side}の{n}行がこの名称です。相手の決まらない行: {list}",
        ),
    ),
    "assignment": (
        (
            "areas overlap each other in {list}: among {others}",
            "{list} で、区域どうしが重なっています(重なっている区域: {others})",
        ),
    ),
    "association_contradicts": (
        ("rows {rows} give different values of {column}: {list}", "{rows}行目で{column}の値が食い違っています: {list}"),
    ),
    "association_without_area": (
        ("has the larger share of no small area", "割合が大きい方となる小地域が一つもありません"),
    ),
    "axes_swapped": (
        ("x and y of every vertex were exchanged, as asked", "指定により、すべての頂点のxとyを入れ替えました"),
        (
            "row {n}: 緯度 {lat}, 経度 {lon} stand in each other's column; they changed places",
            "{n}行目: 緯度 {lat}、経度 {lon} が逆の列にあったため、入れ替えました",
        ),
    ),
    "bad_coordinate": (
        (
            "row {n}: x {lon}, y {lat} are no coordinates of this layer",
            "{n}行目: 角の座標 x {lon}、y {lat} はこの地図の座標ではありません",
        ),
        ("row {n}: lon {lon}, lat {lat} are no coordinates", "{n}行目: 経度 {lon}、緯度 {lat} は座標ではありません"),
        ("row {n}: 緯度 {lat}, 経度 {lon} {place_fault}", "{n}行目: 緯度 {lat}、経度 {lon} {place_fault}"),
    ),
    "bad_count": (
        ("row {n}: {column} is {quoted}, no count", "{n}行目: {column}の{quoted}は数ではありません"),
        (
            "row {n}: {year} is {quoted}, no whole number of people",
            "{n}行目: {year}の{quoted}は人数ではありません",
        ),
    ),
    "bad_date": (
        ("row {n}: 調査年月日 is {quoted}, no date", "{n}行目: 調査年月日の{quoted}は日付ではありません"),
        (
            "row {n}: founded {quoted} is no date such as 2014-04-01",
            "{n}行目: 設立日の{quoted}は日付ではありません(例 2014-04-01)",
        ),
    ),
    "bad_flag": (("row {n}: {column} is {quoted}", "{n}行目: {column}が{quoted}です"),),
    "unknown_kind": (
        (
            "households_kind holds {list}, which are no kinds",
            "世帯数の種類の列に {list} とありますが、種類ではありません",
        ),
    ),
    "several_kinds": (
        (
            "households of several kinds stand in one column: {list}",
            "一つの列に種類の異なる世帯数があります: {list}",
        ),
    ),
    "bad_point": (("its point is {what}, {other}", "代表点の経度・緯度が {what}, {other} です"),),
    "bad_row": (
        (
            "row {n}: KEY_CODE {quoted} is no code of 5, 9 or 11 digits",
            "{n}行目: KEY_CODE の{quoted}は5・9・11桁のコードではありません",
        ),
        (
            "row {n}: KEY_CODE {quoted} has lost its leading zero (a spreadsheet saved it as a number)",
            "{n}行目: KEY_CODE の{quoted}は先頭の0が失われています(表計算ソフトが数値として保存)",
        ),
        (
            "row {n}: KEY_CODE {quoted} was used before",
            "{n}行目: KEY_CODE の{quoted}は前の行で使われています",
        ),
        (
            "row {n}: {code} ({what}) is {quoted}, no count, - or X",
            "{n}行目: {code}({what})の{quoted}は数でも - でも X でもありません",
        ),
        (
            "row {n}: HYOSYO {quoted} is none of 1, 2, 3 and 4",
            "{n}行目: HYOSYO の{quoted}は 1・2・3・4 のどれでもありません",
        ),
    ),
    "bad_status": (
        ("row {n}: status {quoted} is none of {list}", "{n}行目: 状況の{quoted}は {list} のどれでもありません"),
    ),
    "broken_geometry": (("the outline is broken: {outline}", "輪郭が壊れています: {outline}"),),
    "cell_without_value": (
        (
            "{n} cells that are not used hold an error or a formula without a value: {list}",
            "使わない{n}セルに、エラー値か、計算結果のない数式があります: {list}",
        ),
    ),
    "cells_approximate": (
        (
            "{n} areas are cells around points, not boundaries anybody drew",
            "{n}区域は点のまわりに描いた概形で、実際の境界ではありません",
        ),
        (
            "{n} districts are the places nearest to a school, not districts anybody drew",
            "{n}学区は最も近い学校で分けた概形で、実際の学区ではありません",
        ),
    ),
    "change_capped": (
        (
            "households went from {n} to {m}; the rate was capped at {share} a year",
            "世帯数が{n}から{m}に変わりました。変化率は年{share}を上限としました",
        ),
        (
            "{n} ratios of single classes were capped at {times} times the city's, or its {part}th part",
            "年齢階級別の率{n}件を、市全体の率の{times}倍まで(または{part}分の1以上)に抑えました",
        ),
    ),
    "class_unknown": (
        (
            "classes of schools that are not known here stay as codes: {list}",
            "一覧にない学校の分類は、コードのまま残しました: {list}",
        ),
        ("classes that are not known here stay as codes: {list}", "一覧にない分類は、コードのまま残しました: {list}"),
    ),
    "column_renamed": (
        (
            "the file's own column {quoted} is called {name} here, because the name was taken",
            "ファイルの列{quoted}は、列名が重なるため、ここでは{name}と呼びます",
        ),
    ),
    "column_differs": (
        (
            "{column} differs in {n} rows, and the boundaries were followed: {list}",
            "{column}が{n}行で異なるため、区域のファイルの値を残しました(区域 / 世帯数の表): {list}",
        ),
    ),
    "columns_left_empty": (
        (
            "own columns were left empty where rows or small areas differ, or are amounts: {list}",
            "行や小地域によって値が異なるか、量と思われるため、空欄とした列: {list}",
        ),
    ),
    "columns_not_carried": (
        ("own columns that cannot be carried were left out: {list}", "引き継げないため、除いた列: {list}"),
    ),
    "correspondence_incomplete": (
        ("row {n} names no small area", "{n}行目に小地域がありません"),
        ("row {n} names no association", "{n}行目に自治会がありません"),
    ),
    "count_filled": (("{column} were missing; supplied: {value}", "{column}がなかったため、{value}を補いました"),),
    "count_kept": (
        (
            "{column} are {present}; {value} was supplied as missing and is not used",
            "{column}は{present}とあるため、補う数の{value}は使いませんでした",
        ),
    ),
    "count_missing": (
        ("{n} cells are empty and stay missing: {list}", "空欄の{n}セルは、数がないままです: {list}"),
        (
            "{n} values are not given and stay missing, not zero: {list}",
            "記載のない{n}件は、0ではなく、数がないままです: {list}",
        ),
        (
            "{column} cannot be summed: there is no count of {list}",
            "{column}を合計できません。数のない小地域: {list}",
        ),
    ),
    "council_across": (
        ("covers {n} districts, {m} asked: {list}", "{n}学区を対象としています(要件は{m}学区まで): {list}"),
    ),
    "council_below_share": (
        (
            "holds {n} of {m} associations and {h} of {k} households of its districts, a share of {s} asked of either",
            "区域の自治会{m}のうち{n}、{k}世帯のうち{h}世帯が入っています(要件はどちらかが割合{s}以上)",
        ),
    ),
    "council_contradicts": (
        (
            "one row says there is no council, others name {list}",
            "協議会がないとする行と、{list}とする行があります",
        ),
    ),
    "council_district": (
        ("covers {quoted}, which is no district on the map", "対象とする{quoted}が地図の学区にありません"),
    ),
    "council_elsewhere": (
        (
            "is the council of {n} associations in {district}, which it does not cover",
            "{district}の自治会{n}が入っていますが、{district}を対象としていません",
        ),
    ),
    "council_named_twice": (
        (
            "stands in {n} rows: {list}; they are counted as councils of their own",
            "{n}行にあり({list})、別々の協議会として数えています",
        ),
    ),
    "council_overlap": (("{n} councils cover it: {list}", "{n}の協議会が対象としています: {list}"),),
    "council_status": (
        ("status {quoted}; known are {list}", "状況{quoted}は決まりの語ではありません。使える語: {list}"),
    ),
    "council_straddled": (("has members in {n} councils: {parts}", "{n}の協議会にまたがっています: {parts}"),),
    "council_unknown": (
        (
            "is the council of {n} associations, and in no row of the table of councils",
            "自治会{n}の協議会とされていますが、協議会の表に行がありません",
        ),
    ),
    "council_without_name": (
        ("is established and has no name", "設立済ですが名称がありません"),
        ("is preparing and has no name", "設立準備中ですが名称がありません"),
    ),
    "counted_twice": (
        (
            "row {n} is asked for beside its own parts",
            "{n}行目の区域と、その内訳の区域の両方が指定されています",
        ),
        (
            "row {n} may be an area or the total of the areas below it",
            "{n}行目は、一つの区域とも、下の区域の計とも読めます",
        ),
    ),
    "counts_replaced": (
        (
            "{columns} of {side} ({kind}) were dropped: the counts are those of {other_side} ({past_kind})",
            "{side}の{columns}({kind})を除き、{other_side}の数({past_kind})を使いました",
        ),
    ),
    "crosses_wall": (
        (
            "has points in {list}, and no cell may leave one of them",
            "点が {list} にまたがっていますが、区域はその一つを出られません",
        ),
    ),
    "crs_overridden": (
        (
            "the file says its CRS is {crs}; it was read as {told}, as asked",
            "ファイルの座標系は{crs}とありますが、指定により{told}として読みました",
        ),
    ),
    "dash_read_as_zero": (
        ("{n} dashes were read as 0 in {column}: {list}", "{column}の「-」{n}件を0として読みました: {list}"),
        ("{n} dashes were read as zero: {list}", "「-」{n}件を0として読みました: {list}"),
    ),
    "date_in_doubt": (
        (
            "several days are named and none was taken as the day of the count: {list}",
            "複数の日付があり、どれも基準日としませんでした: {list}",
        ),
        ("the sheets name different days of the count: {list}", "シートによって基準日が異なります: {list}"),
    ),
    "date_unreadable": (("the day of the count is no day of the calendar: {list}", "基準日が暦にない日です: {list}"),),
    "day_chosen": (
        (
            "the file holds {n} days ({list}); the rows of {day} were read",
            "調査年月日が{n}あり({list})、{day}の行を読みました",
        ),
    ),
    "district_not_named": (
        (
            "no row of the councils names it; it counts as not confirmed",
            "協議会の表に行がなく、未確認として数えています",
        ),
    ),
    "duplicate_id": (
        ("rows {rows} share this id", "{rows}行目が同じコードです"),
        (
            "an association has the code of a small area that stands for itself",
            "自治会のコードが、そのまま残した小地域のコードと同じです",
        ),
        ("council id {what} is used {n} times", "協議会のコード {what} が{n}回使われています"),
        ("school id {what} is used {n} times", "学校のコード {what} が{n}回使われています"),
        (
            "row {n}: {what} was used before on the same day",
            "{n}行目: {what}は同じ調査年月日の前の行で使われています",
        ),
        ("row {n}: code {what} was used before", "{n}行目: コード {what} は前の行で使われています"),
        *_EMPTY_ROW,
    ),
    "empty_geometry": (("row {n} has no area", "{n}行目に区域の図形がありません"),),
    "encoding_guessed": (
        (
            "the file does not say how its text is stored; it was read as {what}",
            "文字コードがファイルに書かれていないため、{what}として読みました",
        ),
    ),
    "error_cell": (("{where} shows {what}", "{where}に {what} と表示されています"),),
    "facility_row": (
        (
            "{n} rows seem to be facilities, where each resident may count as a household",
            "施設と思われる行が{n}あります。入所者が一人ずつ世帯に数えられていることがあります",
        ),
    ),
    "filled_downwards": (
        ("{column} was filled downwards in {n} rows: {list}", "{column}の空欄{n}行を、上の行の値で補いました: {list}"),
    ),
    "filled_kind_assumed": (
        (
            "counts supplied do not state their kind and were taken as {kind}, as the others: {list}",
            "補った数に種類の記載がないため、ほかと同じ{kind}としました: {list}",
        ),
    ),
    "filled_kind_differs": (
        (
            "counts supplied are {kinds}, the others {other_kinds}: {list}",
            "補った数は{kinds}、ほかは{other_kinds}です: {list}",
        ),
    ),
    "foreigners_apart": (
        (
            "foreign residents stand in columns of their own and were not added: {list}",
            "外国人の列が別にあり、加えていません: {list}",
        ),
    ),
    "foreigners_stated": (
        ("the file says of foreign residents: {what}", "外国人について、ファイルに記載があります: {what}"),
    ),
    "format_chosen": (
        (
            "the zip packs the same layer several times ({list}); {what} was read",
            "zipに同じレイヤが複数の形式で入っているため({list})、{what}を読みました",
        ),
    ),
    "formula_not_calculated": (
        ("{where} is a formula without a stored value", "{where}は、計算結果が保存されていない数式です"),
    ),
    "fractional_households": (("households are not whole: {value}", "世帯数が整数ではありません: {value}"),),
    "fractional_population": (("population is not whole: {value}", "人口が整数ではありません: {value}"),),
    "gap": (("{n} m2 between them belong to nobody", "間の{n}㎡が、どの区域にも入っていません"),),
    "header_row_dropped": ((_WAS_LEFT_OUT + "the headings again", "{where}は見出しの繰り返しのため、除きました"),),
    "heights_dropped": (("the heights of its vertices were left out", "頂点の高さは使わないため、除きました"),),
    "hidden_column": (("{n} hidden columns were read as well: {list}", "非表示の{n}列も読みました: {list}"),),
    "hidden_row": (("{n} hidden rows were read as well: {list}", "非表示の{n}行も読みました: {list}"),),
    "hidden_sheet": (("{n} hidden sheets were not read: {list}", "非表示の{n}シートは読んでいません: {list}"),),
    "id_as_shown": (
        (
            "{n} ids are numbers shown with zeros in front, and were read as shown (such as {what})",
            "先頭の0を補って表示された数値のコード{n}件を、表示どおりに読みました(例 {what})",
        ),
    ),
    "id_from_name": (
        ("the file has no ids; names serve as ids", "ファイルにコードがないため、名称をコードとしました"),
        ("the file has no 地域コード; names serve as ids", "地域コードがないため、名称をコードとしました"),
        *_SCHOOL_IDS,
    ),
    "id_rounded": (("{n} ids look like rounded numbers: {list}", "{n}件のコードが丸められた数に見えます: {list}"),),
    "id_trimmed": (("spaces around {n} ids were taken off: {list}", "{n}件のコードの前後の空白を除きました: {list}"),),
    "impossible_households": (
        ("households are impossible: {n} is more than {m}", "世帯数がありえません: {n}は{m}を超えています"),
    ),
    "impossible_population": (
        ("population is impossible: {n} is more than {m}", "人口がありえません: {n}は{m}を超えています"),
    ),
    "island": (("has no border with any other association", "ほかのどの自治会とも境界を接していません"),),
    "isolated": (("touches no other area", "ほかのどの区域とも接していません"),),
    "join": (
        ("the {column} joined do not add up to those of the table", "照合した{column}の合計が、表の合計と一致しません"),
    ),
    "kinds_mixed": (
        (
            "kinds of households are compared (today {kind}, past counts {past_kind}): {what}",
            "種類の異なる世帯数を比べています(現在 {kind}、過去 {past_kind}): {what}",
        ),
        (
            "kinds of households are compared (today {kind}): {what}",
            "種類の異なる世帯数を比べています(現在 {kind}): {what}",
        ),
    ),
    "layer_chosen": (
        (
            "the zip holds several layers ({list}); {what} was read",
            "zipに複数のレイヤがあり({list})、{what}を読みました",
        ),
    ),
    "leading_zero_lost": (
        (
            "{n} of {m} ids of {side} have lost their leading zero ({what} is known)",
            "{side}のコード{m}件のうち{n}件で、先頭の0が失われています({what}ならあります)",
        ),
        (
            "{n} ids are numbers shorter than the others of {m} digits, as if leading zeros were lost: {list}",
            "{n}件のコードがほかの{m}桁より短く、先頭の0が失われたように見えます: {list}",
        ),
        (
            "{n} codes have 8 or 10 digits where the census has 9 or 11, as if a leading zero was lost: {list}",
            "{n}件のコードが、国勢調査の9桁・11桁でなく8桁・10桁です。先頭の0が失われたように見えます: {list}",
        ),
    ),
    "leading_zero_restored": (
        (
            "all {n} ids of {side} had lost their leading zero and got it back",
            "{side}の全{n}件のコードで失われていた先頭の0を補いました",
        ),
        (
            "{n} codes match once the leading zero is put back: {list}",
            "{n}件のコードは、先頭の0を補って照合しました: {list}",
        ),
        (
            "the zero in front of {n} municipality codes was put back: {list}",
            "{n}件の行政区域コードの先頭に0を補いました: {list}",
        ),
    ),
    "lines_joined": (
        ("line breaks within cells became spaces in rows {rows}", "セル内の改行を空白にしました: {rows}行目"),
    ),
    "mark_in_cell": (
        ("{n} footnote marks were taken off in {column}: {list}", "{column}の{n}件から注の印を除きました: {list}"),
    ),
    "mark_on_name": (("footnote marks were taken off {n} names: {list}", "名称{n}件から注の印を除きました: {list}"),),
    "merged_cell_shared": (
        (
            "{where} shares merged cells with the row above ({cells}) and has none of its own there",
            "{where}は、結合されたセルを上の行と共有し({cells})、自分の値がありません",
        ),
    ),
    "missing_households": (
        ("there is no column of households", "世帯数の列がありません"),
        (
            "{side} has no column households; columns found: {columns}",
            "{side}に世帯数の列がありません。見つかった列: {columns}",
        ),
        ("households are missing", "世帯数がありません"),
    ),
    "missing_id": (
        ("there is no column 'association_id'", "自治会コードの列(association_id)がありません"),
        ("row {n} has no id", "{n}行目にコードがありません"),
        ("row {n} has no association id", "{n}行目に自治会コードがありません"),
        ("point {n} has no association id", "{n}番目の点に自治会コードがありません"),
        *_EMPTY_ROW,
    ),
    "missing_name": (
        ("row {n} has no name", "{n}行目に名称がありません"),
        ("row {n}: 地域名 is empty", "{n}行目: 地域名が空欄です"),
        ("{n} facilities have no name: rows {rows}", "{n}施設に名称がありません: {rows}行目"),
        ("{n} schools have no name: rows {rows}", "{n}校に名称がありません: {rows}行目"),
        (
            "{n} areas of no named school were left out: rows {rows}",
            "学校名のない{n}区域を除きました: {rows}行目",
        ),
        ("school {what} has no name", "学校 {what} に名称がありません"),
    ),
    "municipality_code_short": (
        (
            "{n} municipality codes have five digits (no check digit, or a zero was lost): {list}",
            "地方公共団体コード{n}件が5桁です(検査数字がないか、先頭の0が失われています): {list}",
        ),
    ),
    "municipality_code_wrong": (
        (
            "{n} municipality codes are no six digits with a right check digit: {list}",
            "地方公共団体コード{n}件が、検査数字の合う6桁ではありません: {list}",
        ),
    ),
    "municipality_missing": (
        ("{n} rows have no municipality code: rows {rows}", "{n}行に行政区域コードがありません: {rows}行目"),
    ),
    "name_as_id": (
        (
            "the table has no ids of associations; {n} are known by their names: {list}",
            "表に自治会コードがないため、{n}自治会を名称で見分けます: {list}",
        ),
    ),
    "names_swapped": (
        (
            "is called {name} in {side} and {other} in {other_side}, which is the name of {list}",
            "{side}では{name}、{other_side}では{other}です。{other}は {list} の名称です",
        ),
    ),
    "name_differs": (
        ("is called {name} in {side} and {other} in {other_side}", "{side}では{name}、{other_side}では{other}です"),
    ),
    "name_matched_loosely": (
        (
            "is written {name} in {side} (apart in: {spelling})",
            "{side}では{name}と書かれています(異なる点: {spelling})",
        ),
    ),
    "name_missing": (
        (
            "{n} areas have no name and are called by their id",
            "{n}区域に名称がないため、コードで表示します",
        ),
    ),
    "near_border": (
        (
            "run along each other for {n} m but share no border",
            "{n}mにわたって並んでいますが、境界を共有していません",
        ),
    ),
    "negative_households": (("households are negative: {value}", "世帯数が負の数です: {value}"),),
    "negative_population": (("population is negative: {value}", "人口が負の数です: {value}"),),
    "newest_day_used": (
        (
            "the file holds {n} days ({list}); the rows of {day} were read",
            "調査年月日が{n}あり({list})、最も新しい{day}の行を読みました",
        ),
    ),
    "no_boundary": (
        (
            "is in {side} ({n} households), not drawn; did you mean {alike} of {other_side}?",
            "{side}にありますが({n}世帯)、区域がありません。{other_side}の{alike}のことではありませんか",
        ),
        (
            "is in {side} ({n} households), not drawn; without a partner in {other_side}: {list}",
            "{side}にありますが({n}世帯)、区域がありません。{other_side}で相手のないもの: {list}",
        ),
        ("is in {side} ({n} households), not drawn", "{side}にありますが({n}世帯)、区域がありません"),
        (
            "row {n} of the missing counts is about no association drawn",
            "補う世帯数の{n}行目に当たる自治会が、区域にありません",
        ),
    ),
    "no_count": (
        (
            "is in {side} but not in {other_side}; did you mean {alike} of {third_side}?",
            "{side}にありますが、{other_side}にありません。{third_side}の{alike}のことではありませんか",
        ),
        (
            "is in {side} but not in {other_side}; without a partner in {third_side}: {list}",
            "{side}にありますが、{other_side}にありません。{third_side}で相手のないもの: {list}",
        ),
        ("is in {side} but not in {other_side}", "{side}にありますが、{other_side}にありません"),
        (
            "{side} has neither association_id nor name; columns found: {columns}",
            "{side}に自治会コードも名称もありません。見つかった列: {columns}",
        ),
    ),
    "no_crs": (("the layer does not say which coordinate system it is in", "座標系がファイルに書かれていません"),),
    "no_districts": (
        ("row {n}: district_names is empty", "{n}行目: 学区(district_names)が空欄です"),
        ("names no district", "学区がありません"),
    ),
    "no_own_district": (
        ("{n} associations lie in no known district: {list}", "自治会{n}の学区が分かりません: {list}"),
    ),
    "no_place": (
        ("row {n} has no coordinates and was left out", "{n}行目は座標がないため、除きました"),
        (
            "row {n}: 緯度 {lat}, 経度 {lon} {place_fault}; the row was left out",
            "{n}行目: 緯度 {lat}、経度 {lon} {place_fault}。この行は除きました",
        ),
    ),
    "no_point": (("no association has a point in {what}", "{what}の中に、自治会の点が一つもありません"),),
    "no_row": (("is not in the table", "統計表に行がありません"),),
    "no_shape": _NO_SHAPE,
    "no_units": (
        ("the table has no rows", "表に行がありません"),
        ("there are no points", "点がありません"),
        ("no association has any household", "世帯のある自治会がありません"),
    ),
    "not_known": (
        (
            "{n} cells say that the number is not known and are missing in {column}: {list}",
            "{column}の{n}セルは「不明」とあり、数がないものとしました: {list}",
        ),
    ),
    "not_point": (
        ("row {n} is no point", "{n}行目は点ではありません"),
        ("point {n} is no point", "{n}番目の点は、点ではありません"),
        ("school {what} is no point", "学校 {what} は点ではありません"),
    ),
    "not_polygon": (("is no polygon", "面(ポリゴン)ではありません"),),
    "not_projected": (
        ("a cell of its households_YYYY columns is empty", "将来世帯数の列(households_YYYY)に空欄があります"),
    ),
    "note_row_dropped": (
        (
            _WAS_LEFT_OUT[:-2] + ", it has no code: {what}",
            "{where}はコードがないため、除きました: {what}",
        ),
        (_WAS_LEFT_OUT + "a note: {what}", "{where}は注記のため、除きました: {what}"),
    ),
    "old_datum": (
        (
            (
                "the layer is in the old Japanese datum (日本測地系, {crs}); it was moved to {told}, some {n} m, "
                "accurate to {accuracy} m"
            ),
            "日本測地系({crs})のため、{told}へおよそ{n}m移しました(精度 {accuracy}m)",
        ),
        (
            (
                "the layer is in the old Japanese datum (日本測地系, {crs}); it was moved to {told}, some {n} m, "
                "accuracy unknown"
            ),
            "日本測地系({crs})のため、{told}へおよそ{n}m移しました(精度は不明)",
        ),
    ),
    "other_kind": (
        ("{n} schools of other kinds were left out: {list}", "ほかの種類の{n}校を除きました: {list}"),
        (
            "{n} facilities of other classes were left out: classes {list}",
            "ほかの分類の{n}施設を除きました: 分類 {list}",
        ),
    ),
    "other_municipality": (
        ("{n} rows of other names were left out: {list}", "ほかの名称の{n}行を除きました: {list}"),
        (
            "{n} rows of {m} other municipalities were left out: {list}",
            "ほかの{m}市町村の{n}行を除きました: {list}",
        ),
        ("{n} rows of other municipalities were left out", "ほかの市町村の{n}行を除きました"),
    ),
    "overlap": (
        ("overlap by {n} m2", "{n}㎡重なっています"),
        ("{name} and {other} overlap by {n} m2", "{name}と{other}が{n}㎡重なっています"),
    ),
    "pair_repeated": (
        ("rows {n} and {m} both give it to {what}", "{n}行目と{m}行目が、どちらも {what} の分としています"),
    ),
    "parts_disagree": (
        (
            "its small areas differ in {column} ({list}), so it is left empty",
            "小地域によって{column}が異なるため({list})、空欄としました",
        ),
    ),
    "parts_dissolved": (
        (
            "{n} detached parts were made one area and counted once",
            "離れた{n}の部分を一つの区域にまとめ、数は一度だけ数えました",
        ),
        (
            "several rows were united for {n} names (how many): {list}",
            "{n}の名称で、複数の行を一つにまとめました(行の数): {list}",
        ),
    ),
    "parts_summed": (
        (
            "{column} stood on {n} parts and were summed: {list}",
            "{column}が{n}の部分にあったため、合計しました: {list}",
        ),
    ),
    "people_guessed": (
        (
            "the people of {list} are not known: households times the mean household size were taken",
            "{list} の人口が分からないため、世帯数に平均世帯人員を掛けました",
        ),
    ),
    "point_outside": (
        ("row {n} lies {m} m outside the outline", "{n}行目の点は、外枠から{m}m外にあります"),
        ("its point lies {m} m outside the outline", "点が、外枠から{m}m外にあります"),
    ),
    "points_contradict": (
        (
            "{n} points have this name alone in common and differ in {what}",
            "{n}点は名称だけが同じで、次の値が異なります: {what}",
        ),
        (
            "{rows} have this name alone in common and differ in {what}",
            "{rows}は名称だけが同じで、次の値が異なります: {what}",
        ),
    ),
    "points_on_border": (
        (
            "{n} points lie on a border and count for the first of the two by name",
            "境界の上にある{n}点は、名称の順で先の自治会に数えました",
        ),
    ),
    "points_outside": (
        (
            "{n} points with {m} households lie in no association",
            "{n}点({m}世帯)が、どの自治会にも入っていません",
        ),
    ),
    "points_united": (
        (
            "{n} points make one area; {columns} summed; left empty because they differ: {other_columns}",
            "{n}の点を一つの区域とし、{columns}を合計しました。値が異なるため空欄とした列: {other_columns}",
        ),
        ("{n} points make one area; {columns} summed", "{n}の点を一つの区域とし、{columns}を合計しました"),
        (
            "{n} points make one area; left empty because they differ: {other_columns}",
            "{n}の点を一つの区域としました。値が異なるため空欄とした列: {other_columns}",
        ),
        ("{n} points make one area", "{n}の点を一つの区域としました"),
    ),
    "projected_with_city": (
        (
            "its ages are suppressed or missing: it follows the whole city",
            "年齢別人口が秘匿か欠けているため、市全体に合わせました",
        ),
        (
            "its ages of the earlier year are suppressed or missing: the city's ratios were used",
            "前回の年齢別人口が秘匿か欠けているため、市全体の率を使いました",
        ),
    ),
    "projected_with_town": (
        (
            "{column} is empty; its town's rate was used",
            "{column}が空欄のため、旧町村(または市)の変化率を使いました",
        ),
        (
            "{column} is {n}; its town's rate was used",
            "{column}が{n}のため、旧町村(または市)の変化率を使いました",
        ),
    ),
    "reader_remark": (("{what}", "ファイルを読むソフトの知らせ:「{what}」"),),
    "recount_ignored": (
        ("columns that count people again were left alone: {list}", "再掲の列は読んでいません: {list}"),
    ),
    "repair_beyond_limit": (
        ("lies wholly inside others and would vanish", "全体がほかの区域の中にあり、直すとなくなってしまいます"),
        (
            "would change by {n} m2, the limit is {m} m2",
            "直すと{n}㎡変わり、限度の{m}㎡を超えます",
        ),
    ),
    "repaired_much": (("{n} m2 moved, of {m} m2 drawn", "描かれた{m}㎡のうち、{n}㎡が動きました"),),
    "row_not_kept": (
        (
            "row {n} holds counts and is not among the areas asked for: left out",
            "{n}行目には数がありますが、指定した区域にないため、除きました",
        ),
    ),
    "row_without_name": (
        (
            "{where} has neither id nor name; its {value} households are the sum of rows above, as in a total",
            "{where}にコードも名称もありません。{value}世帯は上の行の合計と同じで、合計の行のようです",
        ),
        ("{where} has neither id nor name", "{where}にコードも名称もありません"),
    ),
    "same_id": (
        (
            "{n} ids stand for several rows, which were told apart: {list}",
            "{n}件のコードが複数の行にあるため、区別しました: {list}",
        ),
        ("{what}: {list}", "{what}: {list}"),
    ),
    "same_id_spelled_twice": (
        (
            "rows {rows} differ only by spaces or width: {list}",
            "{rows}行目は空白か全角・半角だけが異なります: {list}",
        ),
    ),
    "same_point": (
        ("rows {n} and {m} are the same place", "{n}行目と{m}行目が同じ場所です"),
        ("their points are the same place", "点が同じ場所です"),
        ("schools {what} and {other} are at the same place", "学校 {what} と {other} が同じ場所です"),
    ),
    "school_closed": (
        (
            "{n} schools are closed for the time being (休校中) and stay in the table: {list}",
            "休校中の{n}校も、表に残しました: {list}",
        ),
    ),
    "section_row_dropped": (
        (
            _WAS_LEFT_OUT + "the name {quoted}, taken as the town of the rows below",
            "{where}は見出しのため除き、{quoted}を下の行の旧町村としました",
        ),
    ),
    "several_municipalities": _SEVERAL_MUNICIPALITIES,
    "several_parts": (("has several parts that do not touch", "離れた部分がいくつかあります"),),
    "sexes_mismatch": (
        (
            "men and women do not add up to the people in {n} rows: {list}",
            "{n}行で、男女の合計が人口と一致しません: {list}",
        ),
    ),
    "shape_mended": (
        (
            "rings that cross themselves were mended to unite the parts of {list}",
            "部分をまとめるため、自分と交わる輪郭を直しました: {list}",
        ),
    ),
    "share_impossible": (
        (
            "rows {rows}: shares are {list}; each must be above 0 and at most 1",
            "{rows}行目: 割合が {list} です。0を超え1以下でなければなりません",
        ),
    ),
    "share_missing": (
        (
            "rows {rows}: {list} share it and not every share is given",
            "{rows}行目: {list} で分けていますが、割合がそろっていません",
        ),
    ),
    "share_tied": (
        (
            "rows {rows}: {list} have equal shares, so neither is the larger",
            "{rows}行目: {list} の割合が同じで、大きい方が決まりません",
        ),
    ),
    "share_unreadable": (("row {n}: the share is {quoted}", "{n}行目: 割合が{quoted}です"),),
    "shares_do_not_add_up": (("rows {rows}: shares add up to {n}, not 1", "{rows}行目: 割合の合計が1でなく{n}です"),),
    "shares_scaled": (
        (
            "shares of {n} small areas add up to 1 only when rounded; made to add up: {list}",
            "{n}小地域の割合は端数のため合計が1にならないので、1にそろえました: {list}",
        ),
    ),
    "sheet_not_read": (
        (
            "{n} sheets hold no such table and were not read: {list}",
            "表のない{n}シートは読んでいません: {list}",
        ),
    ),
    "sheet_turned": (
        (
            "the sheet has associations side by side and was read with rows and columns exchanged",
            "自治会が横に並んでいるため、行と列を入れ替えて読みました",
        ),
    ),
    "sheets_stacked": (
        (
            "{n} sheets were read as one list: {list}; the sheet's name is the former town",
            "{n}シートを一つの表として読み、シート名を旧町村としました: {list}",
        ),
        ("{n} sheets were read as one list: {list}", "{n}シートを一つの表として読みました: {list}"),
    ),
    "small_area_assigned": (
        ("shared by {list}; given whole to {what}", "{list} にまたがるため、全体を {what} に入れました"),
    ),
    "small_area_divided": (
        (
            (
                "cut straight by share of its area ({list}); the cut is approximate; {n} of its parts are in several "
                "pieces; which side is whose is not known where associations have nothing else"
            ),
            (
                "面積の割合({list})でまっすぐ分けた概形です。{n}の部分が切れ切れです。"
                "ほかに区域のない自治会どうしでは、どちら側か分かりません"
            ),
        ),
        (
            (
                "cut straight by share of its area ({list}); the cut is approximate; {n} of its parts are in several "
                "pieces"
            ),
            "面積の割合({list})でまっすぐ分けた概形です。{n}の部分が切れ切れです",
        ),
        (
            (
                "cut straight by share of its area ({list}); the cut is approximate; which side is whose is not known "
                "where associations have nothing else"
            ),
            "面積の割合({list})でまっすぐ分けた概形です。ほかに区域のない自治会どうしでは、どちら側か分かりません",
        ),
        (
            "cut straight by share of its area ({list}); the cut is approximate",
            "面積の割合({list})でまっすぐ分けた概形です",
        ),
    ),
    "small_area_uninhabited": (
        (
            "nobody lives there and no row names it: it stands for itself and stays outside the plan",
            "居住者がなく、対応表にもないため、そのまま残し、再編案の対象にしません",
        ),
    ),
    "small_area_unknown": (
        (
            "row {n}: there is no such small area (association {what})",
            "{n}行目: この小地域がありません(自治会 {what})",
        ),
    ),
    "small_area_without_row": (
        ("no row says whose it is (no counts)", "どの自治会か、対応表に行がありません(数の列なし)"),
        ("no row says whose it is ({counts})", "どの自治会か、対応表に行がありません({counts})"),
    ),
    "small_areas_overlap": (
        (
            "its small areas overlap by {n} m2, which counts once",
            "小地域どうしが{n}㎡重なっています。面積は一度だけ数えました",
        ),
    ),
    "suppressed": (
        (
            "{where}: {column} is suppressed ({what}); it is missing, not 0",
            "{where}: {column}が秘匿されています({what})。0ではなく、数がないものとしました",
        ),
        (
            "values are suppressed (秘匿) and counted in {what}",
            "値が秘匿され、{what} に合算されています",
        ),
        ("{n} values are suppressed and stay missing: {list}", "秘匿された{n}件は、数がないままです: {list}"),
    ),
    "suppressed_merged": (
        ("suppressed ages: projected as one with {list}", "年齢が秘匿のため、{list} を一つとして推計しました"),
    ),
    "suppressed_receiver_unknown": (
        (
            "values are suppressed (秘匿), and no area is named as holding them",
            "値が秘匿されていますが、合算先の記載がありません",
        ),
        (
            "values are suppressed (秘匿), and {what} is named as holding them",
            "値が秘匿されていますが、合算先とされる {what} がありません",
        ),
        (
            "row {n}: counted in {area_or_none}, which is not asked for",
            "{n}行目: 合算先({area_or_none})が、指定した区域にありません",
        ),
        (
            "row {n}: counted in {area_or_none}, which is not in the table",
            "{n}行目: 合算先({area_or_none})が、統計表にありません",
        ),
    ),
    "suppressed_united": (
        (
            "was made one with {what}, which holds its suppressed values",
            "秘匿された値の合算先である {what} と一つにしました",
        ),
    ),
    "suppression_mismatch": (
        (
            "is said to be counted in {what}, which does not list it (GASSAN)",
            "合算先とされる {what} に、この区域の記載がありません(GASSAN)",
        ),
    ),
    "text_became_date": (
        (
            "{n} names are dates, as a spreadsheet makes of 1-2: {list}",
            "名称{n}件が日付です(表計算ソフトは「1-2」を日付に変えます): {list}",
        ),
        (
            "{n} ids are dates, as a spreadsheet makes of 1-2: {list}",
            "コード{n}件が日付です(表計算ソフトは「1-2」を日付に変えます): {list}",
        ),
    ),
    "text_households": (("households are not a number: {quoted}", "世帯数が数ではありません: {quoted}"),),
    "text_number": (
        (
            "{n} of {m} values of {column} were text and were read as numbers (such as {quoted})",
            "{column}の{m}件のうち{n}件は文字で書かれていたため、数として読みました(例 {quoted})",
        ),
    ),
    "text_population": (("population is not a number: {quoted}", "人口が数ではありません: {quoted}"),),
    "tiny_overlap": (("overlap by {n} m2", "{n}㎡重なっています"),),
    "total_kept": (
        (
            "row {n} is the total of a 大字 without any part below it, and was kept",
            "{n}行目は内訳のない大字の計のため、区域として残しました",
        ),
    ),
    "total_mismatch": (
        (
            "row {n} is not the sum of the {m} areas below it: {sums}",
            "{n}行目の計が、下の{m}区域の合計と一致しません: {sums}",
        ),
        ("the age classes hold {n} people more than the total", "年齢階級の合計が、総数より{n}人多くなっています"),
        (
            "row {n}: classes and 年齢不詳 hold {m} people, 総人口 says {k}",
            "{n}行目: 年齢階級と年齢不詳の合計は{m}人、総人口は{k}人です",
        ),
        (
            "{what} in {where} says {n} {measure}, the rows add up to {m}",
            "{where}の「{what}」の{measure}は{n}ですが、各行の合計は{m}です",
        ),
    ),
    "total_suspected": (
        (
            "{where} is called {quoted} like a subtotal, and was kept",
            "{where}の名称{quoted}は小計のようですが、残しました",
        ),
    ),
    "total_with_suppressed": (
        (
            (
                "{what} in {where} says {n} {measure}, the rows add up to {m} and {k} suppressed or missing numbers, "
                "which must be {rest} together"
            ),
            (
                "{where}の「{what}」の{measure}は{n}ですが、各行の合計は{m}で、秘匿または欠けた数が{k}件あります"
                "(その合計は{rest}のはずです)"
            ),
        ),
    ),
    "totals_row_dropped": (
        (
            "{n} rows of totals were left out, as their parts are there: {m} of cities and {k} of 大字 ({list})",
            "内訳があるため、計の{n}行を除きました: 市町村{m}行、大字{k}行({list})",
        ),
        (_WAS_LEFT_OUT + "{what}", "{where}は合計のため、除きました: {what}"),
    ),
    "uninhabited_area": (
        (
            "has no households; it is drawn grey and stays outside the plan",
            "世帯がないため、灰色で示し、再編案の対象にしません",
        ),
    ),
    "unit_in_cell": (
        ("{n} units were taken off in {column}: {list}", "{column}の{n}件から単位を除いて読みました: {list}"),
    ),
    "unreadable": (
        ("{file}: there is no such file; check the folder and the spelling.", "{file}: このファイルがありません"),
        ("{file}: this is a folder; name the file in it.", "{file}: これはフォルダです"),
        ("{file}: the file cannot be opened ({error}).", "{file}: ファイルを開けません({error})"),
        ("{file}: the file is empty; export or download it again.", "{file}: ファイルが空です"),
        (
            "{file}: this is a web page, not a vector file; the download went wrong.",
            "{file}: 地図データではなくウェブページです。ダウンロードに失敗しています",
        ),
        (
            "{file}: this is not a vector file GDAL reads; give a shapefile, GeoPackage, GeoJSON or KML.",
            "{file}: 読める地図データではありません。シェープファイル、GeoPackage、GeoJSON、KML が読めます",
        ),
        (
            "{file}: the file is damaged or no vector file ({error}); export it again.",
            "{file}: ファイルが壊れているか、地図データではありません({error})",
        ),
        (
            "{file}: the zip is damaged or incomplete; download it again.",
            "{file}: zipが壊れているか、途中で切れています",
        ),
        (
            "{file}: the zip has a password or an unusual compression; unpack it first.",
            "{file}: zipにパスワードがかかっているか、特殊な圧縮です。展開してから渡してください",
        ),
        (
            "{file}: the zip holds no vector file ({list}), only: {found}.",
            "{file}: zipに地図データ({list})がありません。入っているもの: {found}",
        ),
        (
            "{file}: the zip holds several layers ({list}); choose with layer=.",
            "{file}: zipに複数のレイヤがあります({list})。--layer (layer=) で選んでください",
        ),
        (
            "{file}: there are several layers ({list}); choose with layer=.",
            "{file}: 複数のレイヤがあります({list})。--layer (layer=) で選んでください",
        ),
        (
            "{file}: there is no layer {quoted}; layers found: {list}.",
            "{file}: レイヤ{quoted}がありません。見つかったレイヤ: {list}",
        ),
        (
            "{file}: the layer {quoted} is empty; export it again with its features.",
            "{file}: レイヤ{quoted}が空です。図形を含めて書き出し直してください",
        ),
        (
            "{file}: this is one part of a shapefile; name its .shp file, or a zip of all parts.",
            "{file}: シェープファイルの一部です。.shp ファイルか、全部を入れた zip を指定してください",
        ),
        (
            "{file}: the shapefile's {list} is missing; keep all parts together.",
            "{file}: シェープファイルの {list} がありません。全部のファイルを同じフォルダに置いてください",
        ),
        (
            "{file}: there is no geometry in it; a table of households goes to households=, not to boundaries.",
            "{file}: 図形がありません。世帯数の表は --households (households=) に渡してください",
        ),
        (
            '{file}: its text is not {encoding}; say what it is with encoding=, for example encoding="cp932".',
            "{file}: 文字コードが{encoding}ではありません。--encoding cp932 のように指定してください",
        ),
        (
            "{file}: the text is not {encoding}; say what it is with encoding=, or save it as UTF-8.",
            "{file}: 文字コードが{encoding}ではありません。--encoding で指定するか、UTF-8 で保存してください",
        ),
        (
            '{file}: there is no encoding {quoted}; try encoding="cp932" or encoding="utf-8".',
            "{file}: 文字コード{quoted}はありません。--encoding cp932 か --encoding utf-8 を試してください",
        ),
        (
            '{file}: crs={quoted} is no CRS; give one such as crs="EPSG:6678".',
            "{file}: {quoted}は座標系ではありません。--crs EPSG:6678 のように指定してください",
        ),
        (
            (
                "{file}: x is {west} to {east} and y {south} to {north} in {crs}; that is in Japan only with the axes "
                "swapped. If so, pass swap_axes=True (--swap-axes)."
            ),
            (
                "{file}: {crs}で x は {west}~{east}、y は {south}~{north} です。縦横を入れ替えないと日本に入りません。"
                "入れ替わっているなら --swap-axes (swap_axes=True) を付けてください"
            ),
        ),
        (
            (
                "{file}: its CRS {crs} is in degrees, coordinates reach {n}; say what they are with crs=, for example "
                'crs="EPSG:6678".'
            ),
            "{file}: 座標系{crs}は度ですが、座標の値が{n}に達します。--crs EPSG:6678 のように指定してください",
        ),
        (
            "{file}: this is an old Excel file (.xls) or one with a password; save it as .xlsx or CSV.",
            "{file}: 古い形式のExcelファイル(.xls)か、パスワード付きです。.xlsx か CSV で保存してください",
        ),
        (
            "{file}: this is no Excel workbook; save it as .xlsx or CSV.",
            "{file}: Excelのブックではありません。.xlsx か CSV で保存してください",
        ),
        (
            "{file}: this is no CSV table ({error}); save it as CSV or xlsx.",
            "{file}: CSVの表ではありません({error})。CSV か xlsx で保存してください",
        ),
        (
            "{file}: there is no sheet {quoted}; sheets found: {list}.",
            "{file}: シート{quoted}がありません。見つかったシート: {list}",
        ),
        (
            "{file}: several sheets hold such a table ({list}); choose with sheet={advice}.",
            "{file}: 表のあるシートが複数あります({list})。--households-sheet (sheet=) で選んでください",
        ),
        ("{file}: the table is empty.", "{file}: 表が空です"),
        (
            (
                '{file}: a quotation mark (") opens in line {list} of the file and hides the lines below it in one '
                "cell; delete it, or close it at the end of its cell."
            ),
            (
                '{file}: {list}行目で始まる引用符(")が閉じていないため、下の行が一つのセルに入っています。'
                "引用符を除くか、セルの終わりで閉じてください"
            ),
        ),
        (
            (
                "{file}: {n} rows have more cells than the {m} headings: {list}. A comma may have split a number: "
                'write it without one (1234) or in quotation marks ("1,234"), and give every column a heading.'
            ),
            (
                "{file}: 見出し({m}列)よりセルの多い行が{n}行あります: {list}。"
                "数の桁区切りのコンマで分かれたかもしれません。"
                '1234 か "1,234" と書き、すべての列に見出しを付けてください'
            ),
        ),
        (
            (
                "{file}: columns {letters} of sheet {quoted} hold names and numbers without a heading, as in a second "
                "table beside the first; move its rows below the others, or write headings above these columns."
            ),
            (
                "{file}: シート{quoted}の{letters}列に、見出しのない名称と数があります(横に並ぶ二つ目の表)。"
                "その行を下に移すか、見出しを付けてください"
            ),
        ),
        (
            (
                "{file}: columns {letters} hold names and numbers without a heading, as in a second table beside the "
                "first; move its rows below the others, or write headings above these columns."
            ),
            (
                "{file}: {letters}列に、見出しのない名称と数があります(横に並ぶ二つ目の表)。"
                "その行を下に移すか、見出しを付けてください"
            ),
        ),
        (
            (
                "{file}: sheet {quoted} reaches down to row {n} and right to column {letters}, though {m} cells hold "
                "anything; delete what stands far from the table."
            ),
            (
                "{file}: シート{quoted}は{n}行・{letters}列まで及びますが、値のあるセルは{m}だけです。"
                "表から遠く離れたセルを消してください"
            ),
        ),
        (
            (
                "{file}: how the text is stored is doubtful: {n} zero bytes stand in it, the first in line {m}, too "
                "few for UTF-16; the file may be damaged: save it anew as UTF-8, or say what it is with encoding=."
            ),
            (
                "{file}: 文字コードが疑わしいファイルです。値が0のバイトが{n}個あり(最初は{m}行目)、"
                "UTF-16にしては少なすぎます。"
                "壊れていないか確かめてUTF-8で保存し直すか、--encoding (encoding=) で指定してください"
            ),
        ),
        (
            (
                "{file}: no row has headings for {wanted} (one row per association; looked for in the first {n} rows "
                "that hold anything). Pass {arguments} or header_row=. Columns found: {columns}."
            ),
            (
                "{file}: {wanted}の見出しの行が、空行を除く先頭の{n}行に見つかりません(1行に1自治会の表が要ります)。"
                "{arguments} か header_row= で指定してください。見つかった列: {columns}"
            ),
        ),
        (
            "{file}: there is no column {quoted}, named by {argument}. Columns found: {columns}.",
            "{file}: {argument}で指定した列{quoted}がありません。見つかった列: {columns}",
        ),
        (
            "{file}: no column for {missing}. Columns found: {columns}.",
            "{file}: 次の列が見つかりません: {missing}。見つかった列: {columns}",
        ),
        (
            "{file}: {n} columns are headed {quoted} ({argument}); rename one.",
            "{file}: 見出しが{quoted}の列が{n}あります({argument})。一つを改めてください",
        ),
        (
            (
                "{file}: households of several kinds stand side by side and are never mixed: {kinds_found}. "
                "Choose with households_kind= or households_column=."
            ),
            (
                "{file}: 種類の異なる世帯数が並んでいます: {kinds_found}。"
                "--households-kind (households_kind=) か --households-column (households_column=) で選んでください"
            ),
        ),
        (
            (
                "{file}: no column holds households of the kind {kind}; found: {kinds_found}. Pass another "
                "households_kind=, or name the column with households_column=."
            ),
            (
                "{file}: {kind}の列がありません。見つかったもの: {kinds_found}。"
                "ほかの --households-kind か、--households-column で列を指定してください"
            ),
        ),
        (
            "{file}: {n} ids or names stand on two sheets: {list}. Read one sheet with sheet=, or correct them.",
            "{file}: {n}件のコードか名称が二つのシートにあります: {list}",
        ),
        (
            "{file}: no column says whose point it is; pass id_column= or name_column=. Columns found: {columns}.",
            (
                "{file}: どの自治会の点かを示す列がありません。--id-column か --name-column で指定してください。"
                "見つかった列: {columns}"
            ),
        ),
        (
            "correspondence= is for small areas, outline= for points: give one of them, as the file is.",
            "対応表(--correspondence)は小地域に、外枠(--outline)は点に使います。どちらか一方だけを渡してください",
        ),
        (
            "gap_width_m fills gaps, which changes areas: accept it with accept_repairs=True.",
            "すき間を埋める(--gap-width)と区域が変わります。--accept-repairs (accept_repairs=True) を付けてください",
        ),
        (
            "The boundaries have no column 'association_id'; columns found: {columns}.",
            "区域に自治会コードの列(association_id)がありません。見つかった列: {columns}",
        ),
        (
            "The small areas have no column 'association_id'; columns found: {columns}.",
            "小地域にコードの列(association_id)がありません。見つかった列: {columns}",
        ),
        (
            "The correspondence has no column {list}; columns found: {columns}.",
            "対応表に {list} の列がありません。見つかった列: {columns}",
        ),
        (
            "The table of missing counts needs households and association_id or name; columns found: {columns}.",
            "補う世帯数の表には、世帯数と、自治会コードか名称の列が要ります。見つかった列: {columns}",
        ),
        (
            "The outline does not say which coordinate system it is in; set it, such as EPSG:6668.",
            "外枠の座標系が書かれていません",
        ),
        (
            "The points do not say which coordinate system they are in; set it, such as EPSG:6668.",
            "点の座標系が書かれていません。--crs EPSG:6668 のように指定してください",
        ),
        (
            "The outline needs valid polygons; rows that are none: {list}.",
            "外枠は壊れていない面でなければなりません。そうでない行: {list}",
        ),
        (
            "{crs} is no system of positions on the ground; find out the right one.",
            "{crs}は地上の位置を表す座標系ではありません",
        ),
    ),
    "unreadable_count": (
        ("row {n}: {column} is {quoted}, no number", "{n}行目: {column}の{quoted}は数ではありません"),
        ("{column} is {quoted}, no number", "{column}の{quoted}は数ではありません"),
        ("{column} is {quoted}, no whole number", "{column}の{quoted}は整数ではありません"),
    ),
    "unreadable_id": (
        (
            "row {n} has an id with a control character or a line break in it: {quoted}",
            "{n}行目のコードに、制御文字か改行が入っています: {quoted}",
        ),
        (
            "row {n} has an id with a space or a line break around it: {quoted}",
            "{n}行目のコードの前後に、空白か改行があります: {quoted}",
        ),
        ("row {n} has an id {what}: {quoted}", "{n}行目のコードを読めません: {quoted}({what})"),
    ),
    "unreadable_name": (
        (
            "row {n} has a name with the character NUL in it: {quoted}",
            "{n}行目の名称に、文字NULが入っています: {quoted}",
        ),
        (
            "row {n} has a name with a space or a line break around it: {quoted}",
            "{n}行目の名称の前後に、空白か改行があります: {quoted}",
        ),
        ("row {n} has a name {what}: {quoted}", "{n}行目の名称を読めません: {quoted}({what})"),
    ),
    "values_differ": (
        (
            "parts say different things, which were left empty: {list}",
            "部分によって値が異なるため、空欄としました: {list}",
        ),
    ),
    "water_area": (
        ("is a water area; it stays outside the plan", "水面の区域のため、再編案の対象にしません"),
        ("a water survey district (水面調査区): counted as 0", "水面調査区のため、0として数えました"),
    ),
    "water_counts": (
        (
            "a water survey district with counts, which are left out: {counts}",
            "水面調査区ですが数があり、除きました: {counts}",
        ),
    ),
    "without_district": (
        (
            "{n} areas without households name no {column} and are in no district: {list}",
            "世帯のない{n}区域に{column}がなく、どの学区にも入れていません: {list}",
        ),
    ),
    "wrong_geometry": (("row {n}: {what}", "{n}行目: {what}"),),
}
"""Kind of problem -> the forms its messages have, each in English and in Japanese."""

CURE_FORMS: dict[str, Forms] = {
    "missing_id": (("columns found: {columns}", "自治会コードの列を --id-column で指定する。見つかった列: {columns}"),),
    "no_crs": (
        (
            "find out and pass it (--crs); they look like longitude and latitude: {what}",
            (
                "座標系を確かめ、--crs (crs=) で指定する。経度・緯度のようなので、EPSG:6668 (JGD2011)、"
                "EPSG:4612 (JGD2000、2011年まで)、EPSG:4301 (日本測地系、2002年まで) のどれかと思われます"
            ),
        ),
        (
            "find out and pass it (--crs); they look like latitude and longitude, in this order: {what}",
            (
                "座標系を確かめ、--crs (crs=) で指定する。緯度・経度の順のようなので、"
                "--crs EPSG:6668 --swap-axes と思われます"
            ),
        ),
        (
            "find out and pass it (--crs); they look like metres in a plane rectangular zone {what}",
            (
                "座標系を確かめ、--crs (crs=) で指定する。平面直角座標系(メートル)のようなので、"
                "EPSG:6669 (第1系)~EPSG:6687 (第19系、JGD2011)、EPSG:2443~EPSG:2461 (JGD2000) のどれかと思われます。"
                "宮城県・岩手県は第10系、EPSG:6678"
            ),
        ),
        (
            "find out and pass it (--crs); they look like metres in UTM: {what}",
            (
                "座標系を確かめ、--crs (crs=) で指定する。UTM(メートル)のようなので、"
                "EPSG:6688 (第51帯)~EPSG:6692 (第55帯) のどれかと思われます"
            ),
        ),
        (
            "find out and pass it (--crs); x is {west} to {east}, y {south} to {north}, which {what}",
            (
                "座標系を確かめ、--crs (crs=) で指定する。x は {west}~{east}、y は {south}~{north} で、"
                "日本のどの座標系とも合いません"
            ),
        ),
    ),
    "overlap": (
        (
            "draw the border once for both; overlaps up to {n} m2 are settled (another limit: overlap_limit_m2=)",
            (
                "境界を、両方の区域で同じ線に描き直す。{n}㎡までの重なりは自動で直します"
                "(限度を変えるには --overlap-limit / overlap_limit_m2=)"
            ),
        ),
    ),
}
"""Kind of problem -> forms of its cures that hold figures of the file."""

REPAIR_FORMS: Forms = (
    ("outline mended ({outline})", "輪郭を直した({outline})"),
    ("overlap given to {name}", "重なりを{name}に入れた"),
    ("gap between {list} filled", "{list} の間のすき間を埋めた"),
    ("outline moved by snapping", "輪郭を隣に合わせて動かした"),
    ("outline moved by rounding", "座標の丸めで輪郭が動いた"),
)
"""What a repair did."""
