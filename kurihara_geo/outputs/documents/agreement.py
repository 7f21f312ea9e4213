"""合意書 and 統合決議書: drafts with the names filled in, everything that is to be agreed left blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.documents.letters import DRAFT, Letter
from kurihara_geo.outputs.documents.pack import list_groups

if TYPE_CHECKING:
    from kurihara_geo.outputs.documents.pack import Group, Pack

__all__ = ["make_agreement", "make_resolution"]

_STEMS = "甲乙丙丁戊己庚辛壬癸"
_DAY = "令和　　年　　月　　日"
_BLANK = "＿" * 12
_LINE = "＿" * 36
_METHOD = "□ 対等の合併　□ 編入(編入する自治会: ＿＿＿＿＿＿＿)"
_DRAFT_NOTE = (
    "この書式は話し合いのための下書きです。内容は関係する自治会が決め、使う前に市の担当課・法務担当の確認を受けてください。"
    "市の定める様式がある場合は、それを使ってください。"
)
_LAW_NOTE = (
    "認可地縁団体が含まれる場合: 2023年(令和5年)4月1日から、同じ市町村の認可地縁団体どうしは総会の決議により合併でき、"
    "市町村長の認可などの手続があります(地方自治法第260条の38以下)。議決に必要な数や、認可を受けていない自治会と"
    "一緒になる方法は、この書式では確かめていません。必ず確認してください。"
)
_ARTICLES = (
    ("目的", "{all}は、それぞれの地域の活動を続けていくため、次のとおり一つの自治会となることに合意する。"),
    ("方法", _METHOD),
    ("名称", f"再編後の自治会の名称は{_BLANK}とする。(案の仮称: {{name}})"),
    ("区域", "再編後の自治会の区域は、{all}の区域を合わせたものとし、別に付ける区域図で示す。(地図の番号 {number})"),
    ("再編の日", f"再編の日は、{_DAY}とする。"),
    ("役員", f"役員の種類・人数・選び方:\n{_LINE}"),
    ("会費", f"会費の額と集め方:\n{_LINE}"),
    ("財産と債務", f"財産・債務の扱いは、別に付ける財産目録のとおりとする。引き継がないもの:\n{_LINE}"),
    ("集会施設", f"主に使う集会施設(案: {{place}})と、ほかの施設の扱い:\n{_LINE}"),
    ("共有林・水利・祭礼", f"これまでの取り決め・担い手の扱い:\n{_LINE}"),
    ("総会の議決", "この合意は、{all}それぞれの総会の議決を得て効力をもつ。"),
    ("協議", "この合意書にないこと、疑いのあることは、{all}が話し合って決める。"),
)


def make_agreement(pack: Pack) -> bytes:
    """Make the drafts of agreements, one for each merged group.

    Parameters
    ----------
    pack
        The papers.
    """
    letter = Letter(pack, "合意書")
    groups = list_groups(pack, ("merged",))
    for group in groups:
        _write_agreement(letter, group)
    return _packed(letter, "合意書", empty=not groups)


def make_resolution(pack: Pack) -> bytes:
    """Make the drafts of resolutions, one for each association of each merged group: each general meeting resolves.

    Parameters
    ----------
    pack
        The papers.
    """
    letter = Letter(pack, "統合決議書")
    groups = list_groups(pack, ("merged",))
    for group in groups:
        for place in range(len(group.members)):
            _write_resolution(letter, group, place)
    return _packed(letter, "統合決議書", empty=not groups)


def _packed(letter: Letter, title: str, *, empty: bool) -> bytes:
    if empty:
        letter.begin(f"{title}　{DRAFT}")
        letter.say("この案では、統合する自治会はありません。")
    return letter.pack()


def _party(place: int) -> str:
    return _STEMS[place] if place < len(_STEMS) else f"第{place + 1}者"


def _write_agreement(letter: Letter, group: Group) -> None:
    letter.begin(f"自治会の再編に関する合意書　{DRAFT}")
    parties = [_party(place) for place in range(len(group.members))]
    letter.table(
        [["", "自治会の名称", "行政区コード"], *([party, name, key] for party, (key, name) in _each(parties, group))],
        [18, 108, 40],
    )
    if group.across:
        letter.say(group.across)
    words = {"all": "、".join(parties), "name": group.name, "number": group.number, "place": group.meeting_place}
    for number, (heading, text) in enumerate(_ARTICLES, 1):
        letter.part(f"第{number}条({heading})")
        letter.say(text.format(**words), indent_mm=6)
    letter.say("")
    letter.say("この合意の証として、本書を　　通作成し、それぞれが署名または記名押印して、1通ずつ保管する。")
    letter.say(_DAY, indent_mm=6)
    blank = f"会長{'　' * 11}㊞"
    letter.table(
        [["", "自治会の名称", "署名または記名押印"], *([p, name, blank] for p, (_, name) in _each(parties, group))],
        [18, 78, 70],
    )
    letter.say("立会人　　　　　　　　　　　　　　　　　㊞")
    _write_notes(letter)


def _each(parties: list[str], group: Group) -> list[tuple[str, tuple[str, str]]]:
    return list(zip(parties, group.members, strict=True))


def _write_resolution(letter: Letter, group: Group, place: int) -> None:
    key, name = group.members[place]
    others = "、".join(other for number, (_, other) in enumerate(group.members) if number != place)
    letter.begin(f"統合決議書　{DRAFT}")
    letter.fields(
        [
            ("自治会の名称", name),
            ("行政区コード", key),
            ("総会の種類", "□ 定期総会　□ 臨時総会"),
            ("日時", f"{_DAY}　　　時　　分から　　時　　分まで"),
            ("場所", ""),
            ("会員数", "　　　　　名(世帯)"),
            ("出席者数", "　　　　名(うち 委任状　　名、書面表決など　　名)"),
            ("議長", ""),
        ]
    )
    letter.part("議案")
    rows = [
        ("一緒になる自治会", others),
        ("再編後の名称", f"{_BLANK}(案の仮称: {group.name})"),
        ("方法", _METHOD),
        ("再編の日", _DAY),
        ("地図の番号", str(group.number)),
    ]
    if group.across:
        rows.append(("またぐ区域", group.across))
    letter.fields(rows)
    letter.part("表決の結果")
    letter.fields(
        [
            ("賛成・反対", "賛成　　　　名　　反対　　　　名　　棄権　　　　名"),
            ("規約で必要な数", "　　　　　名"),
            ("結果", "□ 可決　□ 否決　□ 継続して話し合う"),
            ("付いた条件・意見", "\n"),
        ]
    )
    letter.say(f"上のとおり議決したことを証します。　　{_DAY}")
    seal = "　" * 16 + "㊞"
    letter.fields([("議長", seal), ("議事録署名人", seal), ("議事録署名人", seal)])
    _write_notes(letter)


def _write_notes(letter: Letter) -> None:
    letter.say(_DRAFT_NOTE, size=8.5)
    letter.say(_LAW_NOTE, size=8.5)
