"""Articles, clauses, duties, readings, procedures and kinds of the packs in force, found by their words.

A norm has a few hundred of them: what finds each is worked out once for each state of the packs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.urls import reverse

from zhibu.access import permits
from zhibu.desk.search.hits import Hit
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.activities import kinds as of_activities
from zhibu.registers.evidence import kinds as of_evidence
from zhibu.site import packs, sounds

#: The registers whose lists are narrowed to a kind, with the address of the list.
LISTS = {"activities": "activity_list", "evidence": "evidence_list"}
#: So long a text a line shows of a clause.
SHOWN = 80


class Known(NamedTuple):
    """Something of the norm: by what it is found, and how it is shown. `verb`: who may open its page."""

    keys: str
    title: str
    sort: str
    context: tuple[str, ...]
    address: str
    verb: str = "norm.read"


def found(reader: Any, asked: Sequence[str]) -> list[Hit]:
    """What of the norm has these words, the best first, in the order of the norm."""
    hits = []
    may: dict[str, bool] = {}
    for one in _known(packs.norm().fingerprint):
        rank = sounds.rank(one.keys, asked)
        if rank is None:
            continue
        if one.verb not in may:
            may[one.verb] = permits(reader, one.verb)
        if may[one.verb]:
            hits.append(Hit(rank, one.title, one.sort, one.context, one.address))
    return sorted(hits, key=lambda hit: hit.rank)


@lru_cache(maxsize=2)
def _known(fingerprint: str) -> tuple[Known, ...]:
    norm = packs.norm()
    return (*_articles(norm), *_duties(norm), *_others(norm), *_kinds_of_records(norm))


def _articles(norm: Norm) -> Iterator[Known]:
    for article in norm.articles:
        number = article_number(article.id)
        where = f"{norm.packs[article.pack].title} 第 {number} 条"
        address = f"{reverse('desk:norm')}#{article.id}"
        yield Known(
            sounds.keys(article.title, f"第{number}条", f"{number}条"), article.title, "条", (where,), address
        )
        for clause in article.clauses:
            text = clause.text if len(clause.text) <= SHOWN else clause.text[:SHOWN] + "…"
            context = (f"{where} {article.title}",)
            yield Known(sounds.keys(clause.text, clause.id), text, "条款", context, address)


def _duties(norm: Norm) -> Iterator[Known]:
    articles = {article.id: article for article in norm.articles}
    for duty in norm.duties.values():
        article = articles[duty.article]
        context = (f"第 {article_number(article.id)} 条 {article.title}",)
        address = reverse("desk:duty", args=[duty.id])
        yield Known(sounds.keys(duty.title, duty.id), duty.title, "要求", context, address)


def _others(norm: Norm) -> Iterator[Known]:
    for reading in norm.readings.values():
        address = f"{reverse('desk:readings')}#{reading.id}"
        yield Known(sounds.keys(reading.question), reading.question, "口径", (reading.proposed,), address)
    for procedure in norm.procedures.values():
        context = (f"第 {article_number(procedure.article)} 条",)
        address = f"{reverse('desk:norm')}#{procedure.article}"
        yield Known(sounds.keys(procedure.title), procedure.title, "程序", context, address)


def _kinds_of_records(norm: Norm) -> Iterator[Known]:
    """The kinds of records, each with the list of its records."""
    for kind in (*of_activities.offered(norm), *of_evidence.offered(norm)):
        if kind.register in LISTS:
            address = f"{reverse(LISTS[kind.register])}?{urlencode({'kind': kind.id})}"
            verb = f"{kind.register}.read"
            yield Known(sounds.keys(kind.title), kind.title, "事项", (kind.meaning,), address, verb)
