"""Which papers there are, what each is for, and for whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kurihara_geo.outputs.documents.agreement import make_agreement, make_resolution
from kurihara_geo.outputs.documents.obstacle_survey import make_survey
from kurihara_geo.outputs.documents.questionnaire import make_questionnaire
from kurihara_geo.outputs.documents.slides import make_slides
from kurihara_geo.outputs.office_files import clean_text
from kurihara_geo.outputs.workbook.book import make_workbook, wanted_sheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from kurihara_geo.outputs.documents.pack import Pack

__all__ = ["INDEX", "PAPERS", "Paper", "list_papers", "make_index"]

INDEX = "文書一覧.txt"
_DISTRICT_SHEETS = ("targets", "proposal", "correspondence")


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A paper of the procedure.

    Parameters
    ----------
    file
        Name of its file.
    purpose
        What it is for.
    make
        Gives its bytes.
    is_public
        Whether a public edition has it.
    is_form
        Whether it is filled in: then it is in the folders of the districts, where there are any, and nowhere else.
    needs_grants
        Whether it is there only where grants are given.
    """

    file: str
    purpose: str
    make: Callable[[Pack], bytes]
    is_public: bool = False
    is_form: bool = True
    needs_grants: bool = False


def _make_lists(pack: Pack) -> bytes:
    contents = pack.contents
    return make_workbook(contents, wanted_sheets(contents) if pack.district is None else _DISTRICT_SHEETS)


def _make_grants(pack: Pack) -> bytes:
    return make_workbook(pack.contents, ["grants"])


PAPERS = (
    Paper(
        file="再編案一覧.xlsx",
        purpose="対象自治会一覧、再編案一覧、新旧対応表など。印刷でき、黄色の欄に記入できます。",
        make=_make_lists,
        is_public=True,
        is_form=False,
    ),
    Paper(
        file="支障事案調査票.xlsx",
        purpose="下限未満の自治会ごとに、統合の支障と助けになることを聞き取ります。",
        make=make_survey,
    ),
    Paper(
        file="アンケート票.docx",
        purpose="住民アンケートの用紙。再編後の自治会ごとに1種類です。",
        make=make_questionnaire,
    ),
    Paper(
        file="住民説明会資料.html",
        purpose="説明会で映す、または印刷する資料。ブラウザで開きます(ネットワーク不要)。",
        make=make_slides,
        is_public=True,
        is_form=False,
    ),
    Paper(file="合意書.docx", purpose="統合する自治会どうしの合意書の下書き。", make=make_agreement),
    Paper(
        file="統合決議書.docx", purpose="それぞれの総会の決議書の下書き。自治会ごとに1通です。", make=make_resolution
    ),
    Paper(
        file="交付金試算.xlsx",
        purpose="一括交付金の試算(単価は仮の値)。",
        make=_make_grants,
        is_form=False,
        needs_grants=True,
    ),
)
"""Every paper, in the order of the list."""


def list_papers(pack: Pack, *, by_district: bool) -> list[Paper]:
    """List the papers that are made.

    Parameters
    ----------
    pack
        The papers of the whole town, or of one district.
    by_district
        Whether each district has a folder of its own.
    """
    contents = pack.contents
    return [
        paper
        for paper in PAPERS
        if (paper.is_public or not contents.shown.is_public)
        and not (paper.needs_grants and contents.grants is None)
        and not (paper.is_form and by_district and pack.district is None)
    ]


def make_index(packs: Mapping[str, Pack], made: Iterable[str]) -> str:
    """Say in plain text which papers there are, what each is for, and what is left out.

    Parameters
    ----------
    packs
        Folder -> papers, the whole town's under an empty name.
    made
        Files written.
    """
    whole, files = packs[""], list(made)
    contents = whole.contents
    purposes = {paper.file: paper.purpose for paper in PAPERS}
    lines = [
        f"{whole.title}　文書一覧",
        "案(提案)です。決定ではありません。",
        *([f"作成日 {contents.made}"] if contents.made else []),
        *([contents.shown.note()] if contents.shown.is_public else []),
        contents.notice,
        *[f"出典: {source}" for source in contents.attributions],
        "",
        *_said(files, purposes, packs),
    ]
    if contents.shown.is_public:
        left = [paper.file for paper in PAPERS if not paper.is_public]
        lines += ["", f"公開用のため作っていない文書(庁内用): {'、'.join(left)}"]
    return clean_text("\n".join(lines) + "\n")


def _said(files: Sequence[str], purposes: Mapping[str, str], packs: Mapping[str, Pack]) -> list[str]:
    lines, seen = [], ""
    for file in files:
        folder, _, name = file.rpartition("/")
        if folder != seen:
            lines += ["", f"[{folder}] {' '.join(packs[folder].area.splitlines())}"]
            seen = folder
        lines.append(f"{file}: {purposes[name]}")
    return lines
