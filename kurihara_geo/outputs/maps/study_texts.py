"""Texts of the maps of single questions, in Japanese and English."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.maps.texts import LANGUAGES, texts_in

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["BORDERS", "COVERAGE", "OUTLOOK", "PROBLEMS", "page_texts", "words_in"]

# Taken from the plan's own map: the same word for the same thing.
_SHARED = (
    "text_size",
    "theme_dark",
    "theme_light",
    "close",
    "map",
    "zoom_in",
    "zoom_out",
    "north",
    "legend",
    "source",
    "made",
    "proposal_only",
    "households_short",
)
_PAGE = {
    "skip_to_list": ("一覧へ", "To the list"),
    "list_none": ("該当はありません。", "There is none."),
    "table": ("すべてを表で見る", "Everything as a table"),
    "layer_labels": ("名前", "Names"),
    "year": ("年", "Year"),
    "year_shown": ("{year}年: {floor}世帯未満 {n}自治会", "{year}: {n} associations below {floor} households"),
    "scenario": ("見通し", "Range"),
    "low": ("低位", "Low"),
    "middle": ("中位", "Middle"),
    "high": ("高位", "High"),
    "play": ("▶ 順に見る", "▶ Play"),
    "stop": ("■ 止める", "■ Stop"),
    "falls_title": ("{floor}世帯を下回る自治会({n})", "Associations that fall below {floor} ({n})"),
    "falls_at": ("{year}年から", "from {year}"),
    "count_below": ("{floor}世帯未満の自治会", "Below {floor} households"),
    "new_below": ("現在より +{n}", "+{n} since today"),
    "fewer_below": ("現在より -{n}", "-{n} since today"),
}

BORDERS = {
    "title": ("自治会の境界の確認", "Borders between associations"),
    "lead": (
        "どの自治会が隣り合うかを示します。違うところは add_link、remove_border、reopen_border で直せます。",
        "Who counts as a neighbour of whom. Correct it with add_link, remove_border and reopen_border.",
    ),
    "kind": ("種類", "Kind"),
    "count": ("件数", "Count"),
    "open": ("隣り合う境界", "Border"),
    "weak": ("短い境界({m} m未満)", "Short border (under {m} m)"),
    "barred": ("通れない境界", "Barred border"),
    "link": ("連絡(橋・峠道など)", "Link (bridge, mountain road)"),
    "barred_link": ("通れない連絡", "Barred link"),
    "near": ("接しているように見えて境界のない組", "Pairs that seem to touch but share no border"),
    "island": ("隣り合う自治会がない", "Without any neighbour"),
    "entries": ("確認したいところ", "To look at"),
    "association": ("自治会", "Association"),
    "uninhabited": ("居住なし", "Uninhabited"),
    "id": ("コード", "Id"),
    "households": ("世帯数", "Households"),
    "neighbours": ("隣り合う自治会", "Neighbours"),
    "length": ("長さ", "Length"),
    "barred_by": ("通れないわけ", "Barred by"),
    "reason": ("理由", "Reason"),
    "and": (" と ", " and "),
    "removed": ("手作業で外した", "removed by hand"),
}

PROBLEMS = {
    "title": ("データの指摘の位置", "Where the findings are"),
    "ready": ("誤りはありません。注意が{n}件あります。", "No errors; {n} warnings."),
    "not_ready": (
        "誤りが{e}件あります。直すまで再編案は作れません。注意は{n}件です。",
        "{e} errors: no plan is made until they are mended. {n} warnings.",
    ),
    "error": ("誤り(直すまで案を作れません)", "Error (no plan until it is mended)"),
    "warning": ("注意", "Warning"),
    "none": ("指摘なし", "Nothing found"),
    "entries": ("指摘の一覧", "What was found"),
    "number": ("番号", "No."),
    "severity": ("重大度", "Severity"),
    "kind": ("種類", "Kind"),
    "name": ("名称", "Name"),
    "id": ("コード", "Id"),
    "message": ("内容", "What was found"),
    "cure": ("対処", "What to do"),
    "whole_table": ("表全体", "The whole table"),
    "not_on_map": ("地図に示せない区域: {n}", "Areas that cannot be drawn: {n}"),
}

OUTLOOK = {
    "title": ("世帯数の見通し", "Households in later years"),
    "today": ("現在", "Today"),
    "association": ("自治会", "Association"),
    "id": ("コード", "Id"),
    "households": ("世帯数", "Households"),
    "below": ("{floor}世帯未満", "Below {floor} households"),
    "fresh": ("現在は{floor}世帯以上、その年に未満", "Below then, not today"),
    "enough": ("{floor}世帯以上", "{floor} households or more"),
    "unknown": ("推計なし", "Not projected"),
    "uninhabited": ("居住なし", "Uninhabited"),
    "range": ("{low}〜{high}世帯", "{low} to {high} households"),
    "method": ("方法: {text}", "Method: {text}"),
    "own": ("この表の列 households_YYYY の値です。", "Numbers of the table's own columns households_YYYY."),
}

COVERAGE = {
    "title": ("コミュニティ推進協議会の設置状況", "Community promotion councils by district"),
    "status": ("設置状況", "Status"),
    "districts": ("旧小学校区", "Districts"),
    "associations": ("自治会", "Associations"),
    "groups": ("再編後", "After"),
    "households": ("世帯数", "Households"),
    "total": ("計", "Total"),
    "entries": ("旧小学校区の一覧", "Districts"),
    "district": ("旧小学校区", "District"),
    "council": ("協議会", "Council"),
    "founded": ("設立", "Founded"),
    "outside": ("どの旧小学校区にも入らない自治会: {n}", "Associations in no district: {n}"),
}


def page_texts(lang: str) -> dict[str, str]:
    """Give the texts the page's own script shows.

    Parameters
    ----------
    lang
        ``ja`` or ``en``.
    """
    shared = texts_in(lang)
    return {key: shared[key] for key in _SHARED} | words_in(_PAGE, lang)


def words_in(words: Mapping[str, tuple[str, str]], lang: str) -> dict[str, str]:
    """Give texts in one language."""
    return {key: pair[LANGUAGES.index(lang)] for key, pair in words.items()}
