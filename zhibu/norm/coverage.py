"""Which sentence of a norm is carried by what: duties, procedures, or a principle that a page serves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhibu.norm.model import Clause, Norm
from zhibu.norm.text import OriginalArticle


@dataclass(frozen=True)
class Carried:
    """A clause, the original sentence where a deployment has attached it, and whether it still fits."""

    article: str
    clause: Clause
    original: str | None
    fits: bool | None  # None: no original attached


def coverage(norm: Norm, pack: str, original: Iterable[OriginalArticle] = ()) -> list[Carried]:
    """Every clause of a pack in order of its articles, with its sentence of the original, if given."""
    sentences = {sentence.id: sentence for article in original for sentence in article.sentences}
    found = []
    for article in norm.articles:
        if article.pack != pack:
            continue
        for clause in article.clauses:
            sentence = sentences.get(clause.id)
            fits = None if sentence is None else sentence.fingerprint == clause.fingerprint
            found.append(Carried(article.id, clause, sentence.text if sentence is not None else None, fits))
    return found


def carriers(norm: Norm, clause: Clause) -> str:
    """What carries a clause, in one line: duties and procedures by title, then the principle."""
    duties = [f"要求“{norm.duties[id].title}”" for id in clause.duties]
    procedures = [f"程序“{norm.procedures[id].title}”" for id in clause.procedures]
    principle = [f"原则：{clause.principle}"] if clause.principle else []
    return "；".join((*duties, *procedures, *principle))
