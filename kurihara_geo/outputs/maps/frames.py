"""A page inside a notebook: in a frame of its own, with a word for notebooks that take frames away."""

from __future__ import annotations

from html import escape

__all__ = ["in_frame"]

# A notebook that is not trusted shows the sentence only; else the frame covers it.
_NOT_TRUSTED = {
    "ja": "地図が表示されないときは、このノートブックを信頼してください(ファイル → ノートブックを信頼する)。",
    "en": "If no map is shown, trust this notebook (File → Trust Notebook).",
}


def in_frame(document: str, *, title: str, height: str, lang: str) -> str:
    """Give a page as HTML for a notebook's output: cut off from the notebook around it, whatever the page holds.

    Parameters
    ----------
    document
        The whole page.
    title
        What the frame is called for those who do not see it.
    height
        CSS height.
    lang
        ``ja`` or ``en``.
    """
    return (
        f'<div style="position:relative;height:{height}"><p>{_NOT_TRUSTED[lang]}</p>'
        f'<iframe srcdoc="{escape(document)}" title="{escape(title)}" sandbox="allow-scripts allow-modals" '
        'style="position:absolute;left:0;top:0;width:100%;height:100%;border:0;background:#fff" allowfullscreen>'
        "</iframe></div>"
    )
