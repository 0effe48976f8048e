"""Which kinds are recorded as evidence, and what their rows in the packs' tables ask of an entry."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from zhibu.norm.model import Article, Kind, Norm

#: The register's name in the tables of kinds.
REGISTER = "evidence"

#: How the reference of an entry is chosen.
#: self: the entry itself. case: a matter, new or begun. entry: another entry. activity, organization: chosen.
#: period: a period's name. text: what is written on the paper (a voucher's or receipt's number).
Choosing = Literal["self", "case", "entry", "activity", "organization", "period", "text"]

#: The five results of an appraisal (评议等次), best first.
RESULTS = (
    "appraisal.excellent",
    "appraisal.qualified",
    "appraisal.basic",
    "appraisal.unqualified",
    "appraisal.ungraded",
)


@dataclass(frozen=True)
class Matter:
    """A kind of case: what people call it, and the beginnings of the kinds that belong to it."""

    type: str
    title: str
    kinds: tuple[str, ...]


MATTERS = (
    Matter("development", "发展党员", ("development.", "recommended.", "certificate.activist")),
    Matter("extension", "延期换届", ("term.extension", "extension.")),
    Matter("early", "提前换届", ("term.early", "early.")),
    Matter("election", "换届选举", ("election.",)),
    Matter("transfer", "组织关系转接", ("transfer.", "income.proof")),
)
_OTHER_MATTER = Matter("case", "事项", ())

#: References that are other entries: by the reference's name, the beginnings of the kinds referred to.
_ENTRIES: dict[str, tuple[str, ...]] = {"result": RESULTS, "step": ("development.",)}

#: What people call a reference that is written by hand.
TEXT_TITLES = {
    "voucher": "凭证号",
    "receipt": "收据号",
    "bill": "缴费单号",
    "paper": "文稿名称或编号",
    "sheet": "表的名称或编号",
    "other side": "联系的对象",
}


def offered(norm: Norm) -> list[Kind]:
    """The kinds that are recorded as evidence, in the order of the packs' tables."""
    return [kind for kind in norm.kinds.values() if kind.register == REGISTER and kind.type != "derived"]


def find(norm: Norm, id: str) -> Kind | None:
    """The kind, if it is recorded as evidence."""
    kind = norm.kinds.get(id)
    return kind if kind is not None and kind.register == REGISTER and kind.type != "derived" else None


def by_read_verb(norm: Norm) -> dict[str, list[str]]:
    """The verbs with which some kinds are seen beside the register's own, each with the ids of those kinds."""
    found: dict[str, list[str]] = {}
    for kind in offered(norm):
        if kind.read_verb:
            found.setdefault(kind.read_verb, []).append(kind.id)
    return found


def title_of(norm: Norm, id: str) -> str:
    """The kind's title; its id where no pack lists it any more."""
    kind = norm.kinds.get(id)
    return kind.title if kind else id


def by_article(norm: Norm, every: Sequence[Kind] | None = None) -> list[tuple[Article, list[Kind]]]:
    """The articles in their order, each with the kinds that it needs as evidence; the others left out.

    `every`: of these kinds alone.
    """
    found: list[tuple[Article, list[Kind]]] = []
    every = offered(norm) if every is None else every
    for article in sorted(
        norm.articles, key=lambda one: (not one.id.isdigit(), int(one.id) if one.id.isdigit() else 0)
    ):
        of = [kind for kind in every if article.id in kind.articles]
        if of:
            found.append((article, of))
    return found


def _place(article: Article) -> tuple[bool, int, str]:
    """The college's numbered articles first, then those of other packs."""
    number = article.id.isdigit()
    return (not number, int(article.id) if number else 0, article.id)


def choosing(kind: Kind) -> Choosing:
    """How the reference of such an entry is chosen."""
    if not kind.ref or (kind.ref == "result" and kind.id in RESULTS):
        return "self"
    if kind.ref in ("case", "election", "transfer"):
        return "case"
    if kind.ref in _ENTRIES:
        return "entry"
    if kind.ref == "activity":
        return "activity"
    if kind.ref == "organization":
        return "organization"
    return "period" if kind.ref == "period" else "text"


def matter_of(kind: str) -> Matter:
    """The matter that a kind with a case belongs to."""
    for matter in MATTERS:
        if any(kind.startswith(beginning) for beginning in matter.kinds):
            return matter
    return _OTHER_MATTER


def referred(kind: Kind) -> tuple[str, ...]:
    """Beginnings of the kinds of entries that such an entry refers to."""
    return _ENTRIES.get(kind.ref, ())


def needs_reference(norm: Norm, kind: Kind) -> bool:
    """True when an entry without a reference would prove nothing, or nothing in particular."""
    how = choosing(kind)
    if how in ("case", "entry", "organization", "period"):
        return True
    return how == "activity" and kind.id in _matched_by_reference(norm)


def _matched_by_reference(norm: Norm) -> set[str]:
    """The kinds that a sequence looks for by their reference."""
    return {
        kind
        for duty in norm.duties.values()
        if duty.form == "sequence" and "ref" in duty.match
        for group in duty.require
        for kind in group
    }


def sheet_of(norm: Norm, kind: Kind) -> tuple[str, ...]:
    """The kinds that one sheet offers for each member: the results of an appraisal together, else the kind alone."""
    if not kind.sheet:
        return ()
    return tuple(one for one in RESULTS if one in norm.kinds) if kind.id in RESULTS else (kind.id,)


def told(norm: Norm) -> list[str]:
    """The kinds of which whoever is named reads the words and files: those the pack says, and what is entered oneself.

    Of the others (谈话、政审 and the like) the person learns that it is recorded and when, no more.
    """
    return [kind.id for kind in norm.kinds.values() if kind.told or kind.own]


def is_own(norm: Norm, id: str) -> bool:
    """True for a kind that members may enter of themselves."""
    kind = norm.kinds.get(id)
    return kind is not None and kind.own
