"""アンケート票: one form for each group, with its names filled in; it asks and does not argue."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kurihara_geo.outputs.documents.letters import Letter
from kurihara_geo.outputs.documents.pack import list_groups

if TYPE_CHECKING:
    from kurihara_geo.outputs.documents.pack import Group, Pack

__all__ = ["make_questionnaire"]

_INTRODUCTION = (
    "この調査は、自治会のこれからについて、皆さまのお考えをうかがうためのものです。賛成・反対を決めるものではありません。"
    "下の組み合わせは計算による案で、決定ではありません。お名前は書かないでください。"
)
_BEFORE = (
    ("年代を教えてください。", ("29歳以下", "30〜49歳", "50〜64歳", "65〜74歳", "75歳以上", "答えない")),
    ("自治会の行事や共同作業に参加していますか。", ("よくしている", "ときどき", "ほとんどしていない", "答えない")),
    (
        "いまの自治会のことで、困っていることはありますか。(いくつでも)",
        (
            "役員のなり手",
            "行事や共同作業の人手",
            "会費や財政",
            "集会施設の維持",
            "防災や見守り",
            "特にない",
            "わからない",
            "その他(　　　　　　　　　　)",
        ),
    ),
)
_OPINION = (
    "一緒になるほうがよい",
    "どちらかといえば一緒になるほうがよい",
    "どちらともいえない",
    "どちらかといえばいまのままがよい",
    "いまのままがよい",
    "わからない",
)
_MATTERS = (
    "集会施設の使い方",
    "会費",
    "役員の選び方と人数",
    "祭りや行事",
    "山林などの共有財産",
    "水利・共同作業",
    "自治会の名前",
    "ごみ集積所・広報の配布",
    "防災・見守り",
    "その他(　　　　　　　　　　)",
)
_SUPPORT = (
    "役員の仕事を減らすこと",
    "行事や作業を近くの自治会と一緒にすること",
    "市などの手助け",
    "特に必要ない",
    "わからない",
    "その他(　　　　　　　　　　)",
)


def make_questionnaire(pack: Pack) -> bytes:
    """Make the forms, one for each group that is merged or left below the floor, each on a page of its own.

    Parameters
    ----------
    pack
        The papers.
    """
    letter = Letter(pack, "アンケート票")
    groups = list_groups(pack, ("merged", "below_floor"))
    for group in groups:
        _write_form(letter, group)
    if not groups:
        letter.begin("アンケート票")
        letter.say("この案では、統合する自治会も、下限未満で残る自治会もありません。")
    return letter.pack()


def _write_form(letter: Letter, group: Group) -> None:
    letter.begin("自治会のこれからについてのアンケート")
    letter.say(_INTRODUCTION)
    merged = group.status == "merged"
    rows = [("地図の番号", str(group.number)), ("対象の自治会", group.member_names)]
    rows.append(("案", f"一緒になって「{group.name}」(仮称)とする" if merged else "いまの自治会のまま残る"))
    if group.across:
        rows.append(("またぐ区域", group.across))
    letter.fields(rows)
    names = tuple(name for _, name in group.members)
    questions = [("お住まいの自治会はどれですか。", (*names, "わからない")), *_BEFORE]
    joining = "上の自治会が一緒になること" if merged else "近くの自治会と一緒になること"
    questions.append((f"{joining}について、どう思いますか。", _OPINION))
    if merged:
        other = "別の組み合わせがよい(相手:　　　　　　　　　　)"
        questions.append(("一緒になるとしたら、この組み合わせでよいですか。", ("よい", other, "わからない")))
    else:
        questions.append(("一緒になるとしたら、どの自治会がよいですか。", ("(　　　　　　　　　　)", "わからない")))
    questions += [
        ("一緒になるとしたら、大切にしてほしいことは何ですか。(3つまで)", _MATTERS),
        ("いまのまま続けるとしたら、必要なことは何ですか。(いくつでも)", _SUPPORT),
    ]
    for number, (question, choices) in enumerate(questions, 1):
        letter.part(f"問{number}　{question}")
        letter.choices(choices)
    letter.part(f"問{len(questions) + 1}　ご意見を自由にお書きください。")
    letter.lines(4)
    letter.say("提出期限: 令和　　年　　月　　日(　)　　提出先:　　　　　　　　　　　　　電話:　　　　　　　")
