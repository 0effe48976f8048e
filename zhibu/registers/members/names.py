"""How a name is found by its sound: pinyin and initials."""

from __future__ import annotations

from functools import lru_cache

from pypinyin import Style, lazy_pinyin

#: So many letters are kept (the columns of `Member`): a name written in letters is its own initials.
LONGEST_PINYIN, LONGEST_INITIALS = 200, 40


@lru_cache(maxsize=20_000)
def sounds(name: str) -> tuple[str, str]:
    """The name's pinyin without tones, in one word, and its first letters: 张三 → zhangsan, zs."""
    parts = lazy_pinyin(name, errors="default")
    letters = lazy_pinyin(name, style=Style.FIRST_LETTER, errors="default")
    return _joined(parts)[:LONGEST_PINYIN], _joined(letters)[:LONGEST_INITIALS]


def _joined(parts: list[str]) -> str:
    return "".join(parts).lower().replace(" ", "")


def pinyin(name: str) -> str:
    """张三 → zhangsan."""
    return sounds(name)[0]


def initials(name: str) -> str:
    """张三 → zs."""
    return sounds(name)[1]
