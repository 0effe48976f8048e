"""By what a name is found: its text, its pinyin in one word, the first letters of it. Pure.

What is looked for and what is kept are written alike: without case, spaces and marks, full-width letters as
plain ones. So neither `%` nor a quotation mark nor the apostrophe of an input method means anything.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

#: Of a text so many letters are kept, and of what is asked so many letters and words are used.
#: Two texts of four bytes a letter, thrice, fit an index of PostgreSQL (2 704 bytes).
LONGEST, MOST_ASKED, MOST_WORDS = 100, 100, 6
#: Stands before and after each key; never within one, as it is no letter.
BETWEEN = "|"
#: What is no letter of Chinese stays, each for itself: "2026" is four.
_APART: Any = list


def squeezed(text: str) -> str:
    """Only letters and digits, without case: 《党章》 学习 → 党章学习; Zhang’San → zhangsan."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


@lru_cache(maxsize=20_000)
def syllables(text: str) -> tuple[str, ...]:
    """The pinyin of each letter of a squeezed text, without tones; what has none stands for itself."""
    from pypinyin import lazy_pinyin  # its words take a quarter of the time in which a command starts

    found = lazy_pinyin(text, errors=_APART)
    return tuple(part.lower() for part in found) if len(found) == len(text) else tuple(text)


@lru_cache(maxsize=20_000)
def _first_letters(text: str) -> tuple[str, ...]:
    from pypinyin import Style, lazy_pinyin

    found = lazy_pinyin(text, style=Style.FIRST_LETTER, errors=_APART)
    return tuple(part.lower() for part in found) if len(found) == len(text) else tuple(text)


def pinyin(text: str) -> str:
    """党课 → dangke."""
    return "".join(syllables(squeezed(text)))


def initials(text: str) -> str:
    """党课 → dk."""
    return "".join(_first_letters(squeezed(text)))


def keys(*texts: str | None) -> str:
    """All by which something of these names is found: |党课|dangke|dk|. Empty for no name."""
    found: dict[str, None] = {}
    for text in texts:
        plain = squeezed(text or "")[:LONGEST]
        if plain:
            found.update(dict.fromkeys((plain, pinyin(plain), initials(plain))))
    return BETWEEN + BETWEEN.join(found) + BETWEEN if found else ""


def words(asked: str) -> tuple[str, ...]:
    """What is looked for, in words as `keys` has them; the first few of it. Empty: nothing that has letters."""
    found = (squeezed(word) for word in asked[:MOST_ASKED].split())
    return tuple(word for word in found if word)[:MOST_WORDS]


def rank(kept: str, asked: Sequence[str]) -> int | None:
    """How well `keys` meet what is looked for: 0 a whole key, 1 the beginning of one, 2 within; None: not."""
    if not asked or not all(word in kept for word in asked):
        return None
    whole = "".join(asked)
    if f"{BETWEEN}{whole}{BETWEEN}" in kept:
        return 0
    return 1 if f"{BETWEEN}{whole}" in kept else 2


def marked(text: str, asked: Iterable[str]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is what was looked for: by its letters, pinyin or initials."""
    letters = [(place, one) for place, character in enumerate(text) for one in squeezed(character)]
    plain = "".join(one for _, one in letters)
    hit = {place for word in _together(asked) for place in _found_in(plain, word)}
    places = {letters[number][0] for number in hit}
    pieces: list[tuple[str, bool]] = []
    for place, character in enumerate(text):
        inside = place in places
        if pieces and pieces[-1][1] == inside:
            pieces[-1] = (pieces[-1][0] + character, inside)
        else:
            pieces.append((character, inside))
    return pieces


def _together(asked: Iterable[str]) -> list[str]:
    """The words as one where they stand together (zhang san), and each of them."""
    found = list(asked)
    return ["".join(found), *found] if len(found) > 1 else found


def _found_in(plain: str, word: str) -> range:
    """The numbers of the letters in which a word lies, by the first of the three ways that has it."""
    for parts in (tuple(plain), syllables(plain), _first_letters(plain)):
        start = "".join(parts).find(word)
        if start < 0:
            continue
        ends, reached = [], 0
        for part in parts:
            reached += len(part)
            ends.append(reached)
        first = next(number for number, end in enumerate(ends) if end > start)
        last = next(number for number, end in enumerate(ends) if end >= start + len(word))
        return range(first, last + 1)
    return range(0)
