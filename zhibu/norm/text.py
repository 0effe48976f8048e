"""Splits an original text (原文) into parts, articles and sentences, each bound to a clause by its id.

A part begins with a Chinese numeral and 、, an article with a number and a dot; its title ends at the
first 。; sentences end at 。 and ；. Lines before the first article and blank lines are passed over.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path

PART = re.compile(r"([一二三四五六七八九十]+)、\s*(\S.*)")
ARTICLE = re.compile(r"(\d+)\s*[.．、]\s*([^。；]+)。(.*)", re.DOTALL)
SENTENCE_END = re.compile(r"[。；]")


@dataclass(frozen=True)
class Sentence:
    """A sentence (句) of the original. `id` is article.number, the clause's id that restates it."""

    id: str
    text: str
    line: int

    @property
    def fingerprint(self) -> str:
        """By which a changed text is noticed."""
        return fingerprint(self.text)


@dataclass(frozen=True)
class OriginalArticle:
    """An article of the original with its sentences."""

    id: str
    part: str
    title: str
    line: int
    sentences: tuple[Sentence, ...]


def fingerprint(sentence: str) -> str:
    """The first 12 hexadecimal digits of the SHA-256 of the sentence without white space and closing mark."""
    bare = re.sub(r"\s", "", sentence).rstrip("。；")
    return hashlib.sha256(bare.encode()).hexdigest()[:12]


def split(text: str) -> list[OriginalArticle]:
    """The articles of a text in order; none when no line begins an article."""
    found: list[OriginalArticle] = []
    part = ""
    lines: list[tuple[int, str]] = []

    def close() -> None:
        if lines:
            found.append(_article(lines, part))
            lines.clear()

    for number, line in enumerate(text.splitlines(), start=1):
        line = line.strip()
        if ARTICLE.fullmatch(line):
            close()
            lines.append((number, line))
        elif (heading := PART.fullmatch(line)) and not SENTENCE_END.search(line):
            close()
            part = heading[1]
        elif line and lines:
            lines.append((number, line))  # an article's further paragraph
    close()
    return found


def _article(lines: list[tuple[int, str]], part: str) -> OriginalArticle:
    first, heading = lines[0]
    head = ARTICLE.fullmatch(heading)
    assert head is not None
    id, title, rest = head[1], head[2].strip(), head[3]
    sentences: list[Sentence] = []
    begun, said = first, ""
    for number, line in [(first, rest), *lines[1:]]:
        *ended, open_end = SENTENCE_END.split(line)
        for piece in ended:
            if (said + piece).strip():
                # a sentence that runs over the end of a line stands where it begins
                sentences.append(
                    Sentence(f"{id}.{len(sentences) + 1}", (said + piece).strip(), begun if said else number)
                )
            begun, said = number, ""
        if not said:
            begun = number
        said += open_end
    if said.strip():
        sentences.append(Sentence(f"{id}.{len(sentences) + 1}", said.strip(), begun))
    return OriginalArticle(id, part, title, first, tuple(sentences))


def attached(var: Path, pack: str) -> Path:
    """Where a deployment keeps the original text of a pack, beside its other files."""
    return var / "norms" / pack / "original.txt"
