"""How a name is found by its sound: pinyin and initials."""

from __future__ import annotations

from pypinyin import Style, lazy_pinyin


def pinyin(name: str) -> str:
    """The name's pinyin without tones, in one word: 张三 → zhangsan."""
    return "".join(lazy_pinyin(name, errors="default")).lower().replace(" ", "")


def initials(name: str) -> str:
    """The first letters: 张三 → zs."""
    return "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")).lower().replace(" ", "")
