"""What was found in the data, as one page to print or send: verdict, a map, every problem with what to do."""

from __future__ import annotations

import base64
import io
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment

from kurihara_geo import columns
from kurihara_geo.associations import check_associations, list_repairs
from kurihara_geo.errors import InputError
from kurihara_geo.outputs.arguments import Lang, read_lang, read_layer, read_problems, read_title
from kurihara_geo.outputs.files import write_whole
from kurihara_geo.outputs.plots import plot_problems
from kurihara_geo.outputs.plots.problems import MOST_NUMBERED, number_places
from kurihara_geo.outputs.problem_texts import cure_text, message_text, name_of_kind, repair_text

if TYPE_CHECKING:
    from pathlib import Path

    import geopandas as gpd
    import pandas as pd
    from jinja2 import Template
    from pyproj import CRS

__all__ = ["write_check_report"]

_WORDS = {
    "title": ("データ確認の結果", "Check of the data"),
    "ready": (
        "誤りはありません。再編案を作れます。(注意 {warnings}件)",
        "No errors: a plan can be made. ({warnings} warnings)",
    ),
    "not_ready": (
        "誤りが{errors}件あります。直すまで再編案は作れません。(注意 {warnings}件)",
        "{errors} errors: no plan is made until they are mended. ({warnings} warnings)",
    ),
    "summary": ("指摘の一覧", "What was found"),
    "details": ("指摘の内訳", "Every finding"),
    "severity": ("重大度", "Severity"),
    "error": ("誤り", "Error"),
    "warning": ("注意", "Warning"),
    "kind": ("種類", "Kind"),
    "count": ("件数", "Count"),
    "cure": ("対処", "What to do"),
    "no_cure": ("確認だけで構いません。", "For your information."),
    "map": ("位置", "Where"),
    "map_note": ("番号は「指摘の内訳」の番号です。", "Numbers are those of the list below."),
    "map_without": (
        "指摘のある区域が多いため、地図には番号を付けていません。",
        "There are too many places to number them on the map.",
    ),
    "map_alt": ("指摘のある区域の地図。下の表と同じ内容です。", "Map of the findings; the table says the same."),
    "number": ("番号", "No."),
    "id": ("コード", "Id"),
    "name": ("名称", "Name"),
    "message": ("内容", "What was found"),
    "repairs": ("自動で直した区域", "Areas that were repaired"),
    "sources": ("読んだファイル", "Files that were read"),
    "file": ("ファイル", "File"),
    "read_as": ("読み方", "Read as"),
    "areas": ("区域の数", "Areas"),
    "inhabited": ("うち世帯のある区域", "Of these inhabited"),
    "households": ("世帯数の合計", "Households"),
    "population": ("人口の合計", "Population"),
    "households_kind": ("世帯数の種類", "Kind of households"),
    "crs": ("座標系", "Coordinate system"),
    "sheet": ("シート", "sheet"),
    "encoding": ("文字コード", "encoding"),
    "as_of": ("基準日", "as of"),
    "unknown": ("数えられません", "cannot be counted"),
}
"""Texts of the page, Japanese and English."""

# EPSG codes of the plane rectangular zones I to XIX follow each other.
_FIRST_ZONES = {"JGD2011": 6669, "JGD2000": 2443}
_ZONES = 19


def write_check_report(
    associations: gpd.GeoDataFrame | None,
    path: str | Path,
    *,
    problems: pd.DataFrame | None = None,
    title: str | None = None,
    lang: Lang = "ja",
) -> Path:
    """Write what was found in the data as one HTML page that needs no network and runs no script.

    Parameters
    ----------
    associations
        A raw table, or a checked one; ``None`` where nothing could be read, then ``problems`` must be given.
    path
        File to write; its folder must exist. An existing file is replaced.
    problems
        As :func:`kurihara_geo.check_associations` gives them; without them, they are looked for.
    title
        Heading of the page.
    lang
        ``ja`` or ``en``.

    Returns
    -------
    Path
        The path written. The same data give the same bytes.

    Raises
    ------
    InputError
        If there is neither a table nor a list of problems, or ``lang`` is another language.
    OutputError
        If the file cannot be written.

    Examples
    --------
    >>> import tempfile, pathlib
    >>> import kurihara_geo as kg
    >>> folder = pathlib.Path(tempfile.mkdtemp())
    >>> kg.write_check_report(kg.load_sample(), folder / "check.html").name
    'check.html'
    """
    lang, title = read_lang(lang), read_title(title)
    problems, associations = read_problems(problems), read_layer("associations", associations)
    if problems is None:
        if associations is None:
            raise InputError("There is nothing to report: give a table of associations, or the problems found.")
        problems = check_associations(associations)
    words = {name: pair[lang == "en"] for name, pair in _WORDS.items()}
    errors = int((problems["severity"] == "error").sum())
    verdict = words["not_ready" if errors else "ready"].format(errors=errors, warnings=len(problems) - errors)
    page = _template().render(
        lang=lang,
        words=words,
        title=title or words["title"],
        errors=errors,
        verdict=verdict,
        facts=[] if associations is None else _facts(associations, words, lang),
        kinds=_kinds(problems, words, lang),
        picture=_picture(associations, problems, lang),
        numbered=len(number_places(problems)) <= MOST_NUMBERED,
        notes=_notes(associations, lang),
        sources=_sources(associations, words),
        **_repairs(associations, lang),
    )
    return write_whole(path, page.encode("utf-8", errors="replace"))


@cache
def _template() -> Template:
    text = (files("kurihara_geo.outputs") / "assets" / "check_report.html").read_text("utf-8")
    return Environment(autoescape=True, keep_trailing_newline=True).from_string(text.replace("\r\n", "\n"))


def _notes(associations: gpd.GeoDataFrame | None, lang: Lang) -> list[str]:
    """Repeat what the data say of themselves, such as that cells are approximate."""
    attrs = {} if associations is None else associations.attrs
    names = ("notice", "attribution") if lang == "ja" else ("notice_en", "attribution_en")
    return [str(attrs[name]) for name in names if attrs.get(name)]


def _facts(associations: gpd.GeoDataFrame, words: dict[str, str], lang: Lang) -> list[tuple[str, str]]:
    """Give the figures a planner compares with the office's own."""
    facts = [(words["areas"], f"{len(associations):,}")]
    if "households" in associations:
        households = _whole_numbers(associations["households"])
        inhabited = words["unknown"] if households is None else f"{int((households > 0).sum()):,}"
        facts.append((words["inhabited"], inhabited))
        facts.append((words["households"], words["unknown"] if households is None else f"{int(households.sum()):,}"))
    if "population" in associations:
        people = _whole_numbers(associations["population"])
        facts.append((words["population"], words["unknown"] if people is None else f"{int(people.sum()):,}"))
    if "households_kind" in associations:
        kinds = dict.fromkeys(str(kind) for kind in associations["households_kind"].dropna())
        labels = [columns.HOUSEHOLD_KINDS.get(kind, (kind, kind))[lang == "en"] for kind in kinds]
        facts.append((words["households_kind"], "、".join(labels) if lang == "ja" else ", ".join(labels)))
    if associations.crs is not None:
        facts.append((words["crs"], _crs_name(associations.crs, lang)))
    return facts


def _crs_name(crs: CRS, lang: Lang) -> str:
    """Give a CRS as a planner knows it: the zone of a Japanese plane by its number, and the code to type."""
    code = crs.to_epsg()
    zones = {first + zone: (datum, zone + 1) for datum, first in _FIRST_ZONES.items() for zone in range(_ZONES)}
    if code is None:
        return str(crs.name)
    if lang == "ja" and code in zones:
        datum, zone = zones[code]
        return f"{datum} 平面直角座標系 第{zone}系 (EPSG:{code})"
    return f"{crs.name} (EPSG:{code})"


def _whole_numbers(values: pd.Series[Any]) -> pd.Series[Any] | None:
    """Give the counts if every one is a number; a sum of some of them would mislead."""
    import pandas as pd

    numbers = pd.to_numeric(values, errors="coerce")
    return None if numbers.isna().any() else numbers


def _kinds(problems: pd.DataFrame, words: dict[str, str], lang: Lang) -> list[dict[str, Any]]:
    """Group the problems by kind, errors first, numbered as on the map."""
    numbers = number_places(problems)
    kinds: dict[tuple[str, str], dict[str, Any]] = {}
    for row in problems.to_dict("records"):
        severity, name = str(row["severity"]), str(row["kind"])
        if (severity, name) not in kinds:
            kinds[severity, name] = {
                "severity": severity,
                "severity_word": words.get(severity, severity),
                "label": name_of_kind(name, lang),
                "cure": cure_text(name, str(row["cure"]), lang),
                "rows": [],
            }
        ids = [part for part in str(row["association_id"] or "").split(", ") if part]
        kinds[severity, name]["rows"].append(
            {
                "number": ", ".join(str(numbers[part]) for part in ids if part in numbers),
                "id": row["association_id"],
                "name": row["name"],
                "message": message_text(name, str(row["message"]), lang),
            }
        )
    return list(kinds.values())


def _picture(associations: gpd.GeoDataFrame | None, problems: pd.DataFrame, lang: Lang) -> str:
    """Draw the map, where there is something to draw and somewhere to point at."""
    if associations is None or associations.crs is None or not any(problems["association_id"]):
        return ""
    if not (associations.geometry.notna() & ~associations.geometry.is_empty).any():
        return ""
    stream = io.BytesIO()
    plot_problems(associations, problems, lang=lang).savefig(stream, format="png", dpi=110, metadata={"Software": None})
    return base64.b64encode(stream.getvalue()).decode("ascii")


def _repairs(associations: gpd.GeoDataFrame | None, lang: Lang) -> dict[str, Any]:
    if associations is None:
        return {"repairs": [], "repair_headings": []}
    table = list_repairs(associations)
    names = [column.name for column in columns.REPAIRS]
    headings = [columns.label(name, table=columns.REPAIRS, lang=lang) for name in names]
    rows = []
    for row in table.to_dict("records"):
        said = {"repair": repair_text(str(row["repair"]), lang), "area_change_m2": f"{row['area_change_m2']:+,.1f}"}
        rows.append([said.get(name, row[name]) for name in names])
    return {"repairs": rows, "repair_headings": headings}


def _sources(associations: gpd.GeoDataFrame | None, words: dict[str, str]) -> list[dict[str, str]]:
    """Name the files behind the table: what travelled as ``sources``, or ``source`` of a raw table."""
    attrs = {} if associations is None else associations.attrs
    keys = ("sheet", "encoding", "as_of")
    found = list(attrs.get("sources", ())) or [attrs["source"]] if "source" in attrs or attrs.get("sources") else []
    return [
        {
            "path": str(source.get("path", "")),
            "read_as": ", ".join(f"{words[key]}: {source[key]}" for key in keys if source.get(key)),
            "sha256": str(source.get("sha256", "")),
        }
        for source in found
    ]
