"""The living norm as the page shows it: packs, parts, articles, clauses, and beside each clause its state."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from zhibu.desk.addresses import Addresses
from zhibu.desk.overview import DutyState
from zhibu.norm.model import Article, Clause, Duty, Norm, Pack
from zhibu.norm.order import article_number
from zhibu.registers.organizations.models import Kind
from zhibu.site.templatetags.look import STATE_TITLES, Cell
from zhibu.site.wording import near_day, period_title


class Place(NamedTuple):
    """An organization that has a cell: id, name, kind."""

    id: str
    name: str
    kind: str


@dataclass(frozen=True)
class DutyLine:
    """A duty beside its clause."""

    id: str
    title: str
    address: str
    cells: list[Cell]
    next: str  # the next date, in words
    behind: str  # how many are behind, in words
    doubtful: str  # the same where a reading is not signed: counted apart
    unsigned: bool
    idle: str  # why there is no cell, in words


@dataclass(frozen=True)
class ClauseLine:
    """A clause in our words, the original sentence where one is attached, and what carries it."""

    id: str
    text: str
    original: str
    duties: list[DutyLine]
    procedures: list[str]
    principle: str


@dataclass(frozen=True)
class ArticleSection:
    """An article with its number in the margin."""

    id: str
    number: str
    title: str
    clauses: list[ClauseLine]


@dataclass(frozen=True)
class PartSection:
    """A part of a pack."""

    title: str
    articles: list[ArticleSection]


@dataclass(frozen=True)
class PackSection:
    """A pack: its title, issuer and parts."""

    id: str
    title: str
    issuer: str
    parts: list[PartSection]
    duties: int


@dataclass(frozen=True)
class Setting:
    """What the composition needs beside the norm."""

    states: Mapping[str, DutyState]
    places: Sequence[Place]
    day: date
    signed: Collection[str]  # ids of the readings that are signed
    originals: Mapping[str, str]  # clause id → original sentence
    addresses: Addresses


def compose(norm: Norm, setting: Setting) -> list[PackSection]:
    """The whole document in the order of the packs."""
    sections = []
    # The house's own norm first, then shorter packs such as the central regulations.
    length = Counter(article.pack for article in norm.articles)
    for pack in sorted(norm.packs.values(), key=lambda pack: -length[pack.id]):
        own = [article for article in norm.articles if article.pack == pack.id]
        parts: dict[str, list[ArticleSection]] = {key: [] for key in pack.parts}
        for article in own:
            parts.setdefault(article.part, []).append(_article(norm, article, setting))
        made = [PartSection(_part(pack, key), found) for key, found in parts.items() if found]
        duties = sum(duty.pack == pack.id for duty in norm.duties.values())
        sections.append(PackSection(pack.id, pack.title, pack.issuer, made, duties))
    return sections


def _part(pack: Pack, key: str) -> str:
    """一、党组织建设; a pack's only part that is named after itself carries no number."""
    title = pack.parts.get(key, "")
    numeral = all(sign in "一二三四五六七八九十" for sign in key)
    return f"{key}、{title}" if numeral else f"{key} {title}" if len(key) < 4 else title


def _article(norm: Norm, article: Article, setting: Setting) -> ArticleSection:
    number = article_number(article.id)
    return ArticleSection(
        article.id, number, article.title, [_clause(norm, clause, setting) for clause in article.clauses]
    )


def _clause(norm: Norm, clause: Clause, setting: Setting) -> ClauseLine:
    return ClauseLine(
        clause.id,
        clause.text,
        setting.originals.get(clause.id, ""),
        [duty_line(norm, norm.duties[duty], setting) for duty in clause.duties],
        [norm.procedures[name].title for name in clause.procedures if name in norm.procedures],
        clause.principle,
    )


def duty_line(norm: Norm, duty: Duty, setting: Setting) -> DutyLine:
    """One duty with its cells: who can owe it, each with state, name and where a click leads."""
    found, addresses = setting.states.get(duty.id, DutyState()), setting.addresses
    unsigned = any(reading not in setting.signed for reading in duty.readings)
    is_organization = norm.subjects[duty.subjects].is_organization
    cells = []
    for place in _places(found, setting.places):
        state = found.organizations.get(place.id)
        if state is None:
            cells.append(Cell("nothing owed", f"{place.name}：无须履行", addresses.duty(duty.id, place.id)))
            continue
        shown = "unsigned" if unsigned and state.state == "missed" else state.state
        detail = f" {state.missed} 项" if state.missed > 1 else ""
        label = f"{place.name}：{STATE_TITLES[shown]}{detail}"
        # A click opens the one finding where the organization itself owes, else the list of its subjects.
        opens = addresses.finding(state.decisive) if is_organization else addresses.duty(duty.id, place.id)
        cells.append(Cell(shown, label, opens))
    behind = _behind(found, is_organization, setting.places) if found.behind else ""
    return DutyLine(
        id=duty.id,
        title=duty.title,
        address=addresses.duty(duty.id),
        cells=cells,
        next=_next(found, setting.day),
        behind="" if unsigned else behind,
        doubtful=behind.replace("未完成", "口径待确认") if unsigned else "",
        unsigned=unsigned,
        idle="" if cells else _idle(norm, duty, setting.places),
    )


def _idle(norm: Norm, duty: Duty, places: Sequence[Place]) -> str:
    """Why a duty has no cell: it is another's, or nobody owes it now."""
    wanted = norm.subjects[duty.subjects].organizations
    if duty.form != "sequence" and wanted and not {place.kind for place in places} & set(wanted):
        return f"由{'、'.join(Kind(kind).label for kind in wanted)}履行"
    return "目前无须履行"


def _places(found: DutyState, places: Sequence[Place]) -> list[Place]:
    """The cells of a duty: every branch where branches owe it, only who owes it where no branch does."""
    owing = [place for place in places if place.id in found.organizations]
    if any(place.kind == "branch" for place in owing):
        return [place for place in places if place.kind == "branch" or place.id in found.organizations]
    return owing


def _next(found: DutyState, day: date) -> str:
    if found.next_due is None:
        return ""
    when = near_day(found.next_due, day)
    # This year's periods go without the year: there is little room.
    period = period_title(found.next_period).removeprefix(f"{day.year}年") or "全年"
    return f"{period}截止 {when}" if found.next_period else f"最近截止 {when}"


def _behind(found: DutyState, is_organization: bool, places: Sequence[Place]) -> str:
    kinds = {place.id: place.kind for place in places}
    branches = sum(
        state.missed > 0 and kinds.get(org) == "branch" for org, state in found.organizations.items()
    )
    if not branches:
        return "未完成" if found.missed == 1 else f"{found.missed} 项未完成"
    if is_organization:
        return f"{branches} 个支部未完成"
    return f"{branches} 个支部 {found.missed} 项未完成"
