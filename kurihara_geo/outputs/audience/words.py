"""What is said to people of the public edition, in Japanese and English."""

from __future__ import annotations

__all__ = ["FILE_NOTE", "NOTE", "NO_LIMIT_NOTE", "OTHER_REASON", "REASONS", "RULES_NOTE", "UNDER", "WITHHELD"]

UNDER = {"ja": "{limit}未満", "en": "under {limit}"}
WITHHELD = {"ja": "非公表", "en": "withheld"}

NOTE = {
    "ja": (
        "公開用です。{limit}世帯未満の数は「{limit}未満」とし、ほかの数から逆算できないよう、一部の数も「非公表」としています。"
        "連絡先と支障事案は載せていません。この公開用の資料を読み込んで案を作り直すことはできません。"
    ),
    "en": (
        "Public edition. Counts under {limit} households are hidden, and some further numbers are withheld so that "
        "nobody can work them out. Contacts and obstacles are left out. The public edition cannot be read back to "
        "make the plan again."
    ),
}
NO_LIMIT_NOTE = {
    "ja": "公開用です。連絡先と支障事案は載せていません。この公開用の資料を読み込んで案を作り直すことはできません。",
    "en": (
        "Public edition. Contacts and obstacles are left out. The public edition cannot be read back to make the plan "
        "again."
    ),
}

FILE_NOTE = {
    "ja": (
        "公開用です。世帯数などの数と、連絡先・支障事案・理由は載せていません。"
        "この公開用のファイルを読み込んで案を作り直すことはできません。"
    ),
    "en": (
        "Public edition without household counts, contacts, obstacles and reasons. It cannot be read back to make the "
        "plan again."
    ),
}
"""Said in files that hold no count at all."""

RULES_NOTE = (
    "公開用: 自治会を名指しする条件(一緒・別々・変更しない・特例・独自の下限・支障事案)は載せていません。",
    "この条件だけでは元の案を作り直せません。",
    "Public edition: rules that name associations (together, apart, unchanged, exempt, lower_floors, obstacles)",
    "are left out. The plan cannot be made again from these rules alone.",
)

REASONS = {
    "exempt": {
        "ja": "下限未満のままでよいと指定されています",
        "en": "it may stay small by the rules",
    },
    "unchanged": {
        "ja": "「変更しない」と指定されています",
        "en": "it is to stay unchanged by the rules",
    },
    "no_border": {
        "ja": "隣り合う自治会がありません(離島・境界なし)",
        "en": "it has no border or link with any association",
    },
}
OTHER_REASON = {
    "ja": "いまの条件では、下限に届く組み合わせになりませんでした",
    "en": "with the rules given it does not come into a group that reaches the floor",
}
"""Said for every other reason: each of those compares sums of households with the floor and so tells of them."""
