"""The box of one organization: which documents there are, which shows which finding, in which folder each lies.

A record is one document, numbered through the organization's box and laid in the folder of the first chosen article
for which it counts; other articles refer to it by its number. What happened (an activity) is a document of its own;
everything else is a line of a register, one for kinds that belong together (`dues.paid`, `dues.due`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from zhibu.audit.evidence import Evidence
from zhibu.audit.relations import STATUS_TITLES, Finding
from zhibu.documents.archive import names
from zhibu.documents.archive.lines import Line
from zhibu.documents.archive.records import Records
from zhibu.documents.archive.selection import in_order
from zhibu.documents.archive.told import Original
from zhibu.norm.amounts import amount_title, unit_of
from zhibu.norm.model import Article, Duty, Norm
from zhibu.norm.order import article_number
from zhibu.registers.activities.models import Activity
from zhibu.site.wording import full_day, period_title

#: So many names of those who lack something are written in the index; all stand in the workbook.
MOST_NAMES = 6
#: So many facts of one finding are named in the workbook.
MOST_FACTS = 60
#: So many kinds of records are named in the title of a register that holds several.
MOST_TITLES = 3
UNSIGNED = "口径待确认"


@dataclass
class Document:
    """One document of the box. `path`: below the organization's folder, without its ending."""

    number: str
    folder: str
    title: str
    activity: str = ""  # of an activity: its id
    facts: list[Evidence] = field(default_factory=list)
    duties: list[str] = field(default_factory=list)  # titles of the requirements for which it counts
    originals: list[tuple[str, Original]] = field(default_factory=list)  # path, file

    @property
    def path(self) -> str:
        """Where the document lies below the organization's folder."""
        return f"{self.folder}/{names.file_name(self.number, self.title, 'pdf')}"


@dataclass(frozen=True)
class Row:
    """A line of the index: a requirement in a period, its state in figures, and the documents that show it."""

    duty: str
    unsigned: bool
    period: str
    status: str
    figures: str  # required and actual
    remark: str
    files: list[str]


@dataclass
class Section:
    """An article of the box."""

    folder: str
    title: str
    rows: list[Row] = field(default_factory=list)
    documents: list[Document] = field(default_factory=list)


@dataclass
class Box:
    """The whole. `sheet`: the rows of the workbook; `withheld`: facts about persons who may not be seen."""

    sections: list[Section]
    sheet: list[list[str | int | None]]
    counts: Counter[str]
    withheld: int = 0

    @property
    def documents(self) -> list[Document]:
        """All documents, by number."""
        return [one for section in self.sections for one in section.documents]


def article_folders(norm: Norm, articles: Collection[str]) -> dict[str, tuple[str, str]]:
    """Article → its folder and its title, in the order of the norm: the house's own pack first."""
    ordered = in_order(norm)
    house = ordered[0].pack if ordered else ""
    found = {}
    for article in ordered:
        if article.id in articles:
            number = article_number(article.id)
            start = (
                f"第{number:0>2}条" if article.pack == house else f"附 {_short(norm, article)}第{number}条"
            )
            title = f"第{number}条 {article.title}"
            if article.pack != house:
                title = f"{_short(norm, article)} {title}"
            found[article.id] = (names.folder(start, article.title), title)
    return found


def _short(norm: Norm, article: Article) -> str:
    return names.clean(norm.packs[article.pack].title.partition("（")[0], 16)


class Packer:
    """Lays the findings of one organization into its box."""

    def __init__(
        self,
        norm: Norm,
        records: Records,
        folders: Mapping[str, tuple[str, str]],
        called: Mapping[str, str],
        signed: Collection[str],
        place: str,
    ) -> None:
        self.norm, self.records, self.called, self.place = norm, records, called, place
        self.sections = {article: Section(folder, title) for article, (folder, title) in folders.items()}
        self.doubtful = {
            duty.id for duty in norm.duties.values() if any(one not in signed for one in duty.readings)
        }
        self.rank = {member: place for place, member in enumerate(records.people)}
        self.by_key: dict[tuple[str, str], Document] = {}
        self.home: dict[str, str] = {}  # number → article
        self.sheet: list[list[str | int | None]] = []
        self.counts: Counter[str] = Counter()
        self.withheld: set[Evidence] = set()

    def pack(self, duties: Sequence[Duty], lines: Iterable[Line]) -> Box:
        """The box. `duties`: those chosen, in the norm's order."""
        by_duty: dict[str, list[Line]] = {duty.id: [] for duty in duties}
        for line in lines:
            by_duty[line.finding.duty].append(line)
        self._number(duties, by_duty)
        for duty in duties:
            found = sorted(by_duty[duty.id], key=lambda line: _in_order(line.finding, self.called))
            if found:
                self._rows(duty, found)
        sections = [one for one in self.sections.values() if one.rows or one.documents]
        return Box(sections, self.sheet, self.counts, len(self.withheld))

    # ---- documents ----

    def _number(self, duties: Sequence[Duty], by_duty: Mapping[str, Sequence[Line]]) -> None:
        """Give every record its document: article by article the registers, then what happened, by its day."""
        for article in self.sections:
            registers: dict[str, Document] = {}
            happened: dict[str, Document] = {}
            for duty in duties:
                if duty.article != article:
                    continue
                for line in by_duty[duty.id]:
                    for fact in line.facts:
                        self._place(fact, duty, registers, happened)
            ordered = [*registers.values(), *sorted(happened.values(), key=self._when)]
            for document in ordered:
                document.number = f"{len(self.home) + 1:03}"
                document.folder = self.sections[article].folder
                self.home[document.number] = article
                self._arrange(document)
            self.sections[article].documents = ordered

    def _place(
        self, fact: Evidence, duty: Duty, registers: dict[str, Document], happened: dict[str, Document]
    ) -> None:
        if fact.member is not None and fact.member not in self.records.people:
            self.withheld.add(fact)
            return
        activity = self._activity(fact)
        wanted = []
        if activity is not None:
            wanted.append(self._document("activity", activity.pk, happened, activity.pk))
        if activity is None or fact.member is not None:
            wanted.append(self._document("kind", fact.kind, registers, fact.kind.partition(".")[0]))
            wanted[-1].facts.append(fact)
        for document in wanted:
            if duty.title not in document.duties:
                document.duties.append(duty.title)

    def _document(self, sort: str, id: str, new: dict[str, Document], name: str) -> Document:
        """The document of an activity or kind; where it has none yet, that of the name in this folder, or a new one."""
        document = self.by_key.get((sort, id))
        if document is None:
            document = new.setdefault(name, Document("", "", "", activity=id if sort == "activity" else ""))
            self.by_key[sort, id] = document
        return document

    def _activity(self, fact: Evidence) -> Activity | None:
        """The activity that the fact comes from, where its document belongs in this box.

        A person's attendance elsewhere, in a branch of before, is only a line of the register.
        """
        found = self.records.held(self.norm, fact)
        own = found is not None and (fact.member is None or found.pk in self.records.attendances)
        return found if own else None

    def _when(self, document: Document) -> tuple[object, ...]:
        activity = self.records.activities[document.activity]
        return activity.day, activity.pk

    def _arrange(self, document: Document) -> None:
        """Its title; register lines each once, in order; the originals under the document's number."""
        document.facts = sorted(
            {replace(fact, part="counted", verdict="counts", note="") for fact in document.facts},
            key=lambda fact: (
                self.rank.get(fact.member or "", -1), fact.happened, fact.day, fact.kind,
                fact.ref or "", fact.org, fact.amount or 0, fact.until or date.max,
            ),
        )  # fmt: skip
        if document.activity:
            activity = self.records.activities[document.activity]
            document.title = f"{activity.day.isoformat()} {activity.title}"
        else:
            titles = list(dict.fromkeys(fact.title or fact.kind for fact in document.facts))
            more = f"等 {len(titles)} 种" if len(titles) > MOST_TITLES else ""
            document.title = "、".join(titles[:MOST_TITLES]) + more
        originals = list(self.records.originals.get(document.activity, ()))
        originals += [one for fact in document.facts for one in self.records.of(fact).originals]
        for place, one in enumerate(dict.fromkeys(originals), 1):
            path = f"{document.folder}/{names.original(f'{document.number}-附件{place}', one.name)}"
            document.originals.append((path, one))

    def files(self, facts: Iterable[Evidence], article: str) -> list[str]:
        """The numbers of the documents that show these facts; of another article's folder with its number.

        Of a person's fact at an activity the register of its kind, which names the activity's own document.
        """
        numbers = set()
        for fact in facts:
            if fact.member is not None and fact.member not in self.records.people:
                continue
            own = self._activity(fact) is not None and fact.member is None
            key = ("activity", fact.ref or "") if own else ("kind", fact.kind)
            numbers.add(self.by_key[key].number)
        return [self.said(number, article) for number in sorted(numbers)]

    def said(self, number: str, article: str) -> str:
        """A number as the index writes it: with its folder where that is another than the article's."""
        home = self.home[number]
        return number if home == article else f"{number}（{self.sections[home].folder.partition(' ')[0]}）"

    # ---- lines of the index and of the workbook ----

    def shown(self, finding: Finding) -> str:
        """The state in words; a miss on an unsigned reading is not called one."""
        unsigned = finding.status == "missed" and finding.duty in self.doubtful
        return UNSIGNED if unsigned else STATUS_TITLES[finding.status]

    def _rows(self, duty: Duty, lines: Sequence[Line]) -> None:
        section = self.sections[duty.article]
        persons = not self.norm.subjects[duty.subjects].is_organization
        groups: dict[str, list[Line]] = {}
        for line in lines:
            self._to_sheet(duty, line, section)
            finding = line.finding
            alone = not persons and finding.subject == finding.org
            groups.setdefault(
                finding.period if not alone else f"{finding.period} {finding.org} {finding.ref}", []
            ).append(line)
        for found in groups.values():
            if persons or found[0].finding.subject != found[0].finding.org:
                section.rows.append(self._of_people(duty, found))
            else:
                section.rows.append(self._of_one(duty, found[0]))

    def _of_one(self, duty: Duty, line: Line) -> Row:
        finding, unit = line.finding, unit_of(self.norm, duty.id)
        place = self.called.get(finding.org, finding.org)
        return Row(
            duty.title,
            duty.id in self.doubtful,
            self._period(duty, finding),
            self.shown(finding),
            _figures(finding.required, finding.actual, unit),
            "" if place == self.place else place,
            self.files(line.facts, duty.article),
        )

    def _of_people(self, duty: Duty, lines: Sequence[Line]) -> Row:
        states = Counter(self.shown(line.finding) for line in lines)
        order = [*STATUS_TITLES.values(), UNSIGNED]
        said = "、".join(f"{state} {states[state]}" for state in order if states[state])
        lacking = [
            self.called.get(line.finding.subject, line.finding.subject)
            for line in lines
            if line.finding.status == "missed"
        ]
        who = "、".join(lacking[:MOST_NAMES])
        more = f" 等 {len(lacking)} 人" if len(lacking) > MOST_NAMES else ""
        done = sum(line.finding.status in ("met", "late") for line in lines)
        return Row(
            duty.title,
            duty.id in self.doubtful,
            self._period(duty, lines[0].finding),
            said,
            f"{len(lines)} 人 / {done} 人",
            f"缺：{who}{more}" if lacking else "",
            self.files((fact for line in lines for fact in line.facts), duty.article),
        )

    def _period(self, duty: Duty, finding: Finding) -> str:
        return "现状" if duty.form in ("standing", "streak") else period_title(finding.period)

    def _to_sheet(self, duty: Duty, line: Line, section: Section) -> None:
        finding, unit = line.finding, unit_of(self.norm, duty.id)
        self.counts[self.shown(finding)] += 1
        facts = [self._fact(fact) for fact in line.facts[:MOST_FACTS]]
        if len(line.facts) > MOST_FACTS:
            facts.append(f"等共 {len(line.facts)} 项")
        self.sheet.append(
            [
                self.place,
                section.title,
                duty.title,
                self.called.get(finding.subject, finding.subject),
                self._period(duty, finding),
                "" if finding.required is None else amount_title(finding.required, unit),
                "" if finding.actual is None else amount_title(finding.actual, unit),
                self.shown(finding),
                UNSIGNED if duty.id in self.doubtful else "",
                finding.due.isoformat(),
                "；".join(facts),
                "、".join(self.files(line.facts, "")),
            ]
        )

    def _fact(self, fact: Evidence) -> str:
        if fact.member is not None and fact.member not in self.records.people:
            return "（涉及不在可见范围内的人员）"
        kind = self.norm.kinds.get(fact.kind)
        amount = f" {amount_title(fact.amount, kind.amount)}" if fact.amount is not None and kind else ""
        since = "起" if fact.is_state else ""
        late = f"（{fact.reason}）" if fact.note else ""
        return f"{full_day(fact.happened)}{since} {fact.title}{amount}{late}"


def _in_order(finding: Finding, called: Mapping[str, str]) -> tuple[object, ...]:
    return finding.due, finding.period, called.get(finding.subject, ""), finding.subject, finding.ref or ""


def _figures(required: int | None, actual: int | None, unit: str | None) -> str:
    return "" if required is None else f"{amount_title(required, unit)} / {amount_title(actual, unit)}"


#: The columns of the workbook: title, width.
HEADS: tuple[tuple[str, int], ...] = (
    ("党组织", 24), ("条", 20), ("要求", 22), ("责任主体", 22), ("期间", 18), ("要求数", 12), ("实际", 12),
    ("状态", 12), ("口径", 12), ("截止", 12), ("计入的记录", 70), ("文件号", 24),
)  # fmt: skip
