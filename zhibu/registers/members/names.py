"""How a person's name is found by its sound: pinyin and initials."""

from __future__ import annotations

from functools import lru_cache

from zhibu.site import sounds as of_texts
from zhibu.site.sounds import squeezed

#: So many letters are kept (the columns of `Member`): a name written in letters is its own initials.
LONGEST_PINYIN, LONGEST_INITIALS = 200, 40

#: Surnames that sound otherwise than the same letter does elsewhere.
SURNAMES = {
    "单": "shan", "解": "xie", "仇": "qiu", "查": "zha", "曾": "zeng", "盖": "ge", "翟": "zhai", "朴": "piao",
    "区": "ou", "缪": "miao", "覃": "qin", "种": "chong", "乐": "yue", "员": "yun", "折": "she", "黑": "he",
    "秘": "bi", "繁": "po", "卜": "bu", "祭": "zhai", "么": "yao", "阚": "kan", "薄": "bo", "句": "gou",
    "佴": "nai", "隗": "wei", "洗": "xian", "重": "chong", "召": "shao",
}  # fmt: skip


@lru_cache(maxsize=20_000)
def sounds(name: str) -> tuple[str, str]:
    """The name's pinyin without tones, in one word, and its first letters: 张三 → zhangsan, zs."""
    plain = squeezed(name)
    whole, first = of_texts.pinyin(plain), of_texts.initials(plain)
    surname = SURNAMES.get(plain[:1])
    # 单于, 乐正 … are names of two letters that the words of pinyin know by themselves.
    if surname and len(plain) in (2, 3):
        whole, first = surname + of_texts.pinyin(plain[1:]), surname[0] + of_texts.initials(plain[1:])
    return whole[:LONGEST_PINYIN], first[:LONGEST_INITIALS]


def pinyin(name: str) -> str:
    """张三 → zhangsan."""
    return sounds(name)[0]


def initials(name: str) -> str:
    """张三 → zs."""
    return sounds(name)[1]
