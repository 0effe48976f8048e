"""Reads an article (条) of a pack: its clauses in our own words, and its duties."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from zhibu.norm.document import Entry
from zhibu.norm.duties import Known, read_duty
from zhibu.norm.model import Article, Calendar, Clause, Duty
from zhibu.norm.nearest import choose, meant


@dataclass
class Read:
    """What an article's file gave: kept with its places until every duty is known."""

    article: Article
    duties: dict[str, tuple[Duty, Entry]]
    clauses: dict[str, Entry]
    entry: Entry
    unsound: frozenset[str]  # duties of which something is told: their cases would only follow


def read_article(entry: Entry, pack: str, parts: Mapping[str, str], known: Known, calendar: Calendar) -> Read:
    """articles/NN.yaml: an article with its clauses and its duties."""
    fields = entry.fields(("article", "part", "title", "clauses"), ("duties",))
    id, part = fields.word("article"), fields.word("part")
    if part and part not in parts:
        fields["part"].fault("part-unknown", f"norm.yaml 没有部分“{part}”", choose(part, parts))
    clauses, places = [], {}
    for clause_id, row in fields.table("clauses").items():
        clause = row.fields(("text",), ("duties", "procedures", "principle", "fingerprint"))
        if not clause_id.startswith(f"{id}."):
            row.fault(
                "id-malformed", f"条款“{clause_id}”不属于第{id}条", f"写成 {id}.1、{id}.2 …，为原文第几句"
            )
        for procedure in clause.words("procedures"):
            if procedure not in known.procedures:
                clause["procedures"].fault(
                    "procedure-unknown",
                    f"没有程序“{procedure}”",
                    choose(procedure, known.procedures, "改成 procedures/ 中的程序"),
                )
        clauses.append(
            Clause(
                clause_id,
                clause.text("text"),
                clause.words("duties"),
                clause.words("procedures"),
                clause.text("principle"),
                clause.word("fingerprint"),
            )
        )
        places[clause_id] = row
        if not (clauses[-1].duties or clauses[-1].procedures or clauses[-1].principle):
            row.fault(
                "clause-uncarried",
                f"条款 {clause_id} 没有落到任何要求、程序或原则",
                "补写 duties: [要求]、procedures: [程序]，或在 principle 里写明由哪一页、哪一项承担",
            )
    naming: dict[str, str] = {}
    for one in clauses:
        for named in one.duties:
            naming.setdefault(named, one.id)
    duties, unsound = {}, set()
    for duty_id, row in fields.table("duties").items():
        if duty_id not in naming and not meant(duty_id, naming):  # a misspelt one is told at the clause
            row.fault(
                "duty-unnamed",
                f"没有条款提到要求“{duty_id}”",
                f"在它所出自的条款里写 duties: [{duty_id}]",
            )
        before = len(row.faults.found)
        duty = read_duty(row, duty_id, pack, id, naming.get(duty_id, ""), known, calendar)
        duties[duty_id] = (duty, row)
        if len(row.faults.found) > before:
            unsound.add(duty_id)
    article = Article(id, pack, part, fields.text("title"), tuple(clauses))
    return Read(article, duties, places, entry, frozenset(unsound))


def check_holds(row: Entry, first: date | None, until: date | None) -> None:
    """A duty that holds until a day not after its first holds never."""
    if first is not None and until is not None and until <= first:
        row.fault("date-ambiguous", "holds_until 不晚于 holds_from", "改正起止日期")
