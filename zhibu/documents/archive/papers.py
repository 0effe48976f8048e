"""The documents of a box as values for typesetting: an activity, a register, the contents of a folder, the index."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zhibu.audit.evidence import Evidence
from zhibu.documents.archive.box import Box, Document, Row, Section
from zhibu.documents.archive.records import Came, Records
from zhibu.norm.amounts import amount_title
from zhibu.norm.model import Norm
from zhibu.registers.activities.models import Activity, Attendance
from zhibu.site.wording import full_day

Values = dict[str, Any]
NUMBERED = "文件号 {}"

#: Columns of a register: title, width in shares.
_COLUMNS = {
    "number": ("序号", 5),
    "who": ("姓名", 8),
    "kind": ("事项", 14),
    "place": ("党组织", 12),
    "since": ("起止", 16),
    "day": ("日期", 10),
    "counts": ("计入", 10),
    "times": ("次数", 6),
    "amount": ("数量", 10),
    "about": ("对应", 18),
    "note": ("说明", 22),
    "kept": ("存放处", 10),
    "recorded": ("登记日期", 10),
    "files": ("附件", 8),
}


def register(
    norm: Norm, document: Document, records: Records, numbers: Mapping[str, str], place: str,
    called: Mapping[str, str],
) -> Values:  # fmt: skip
    """A register: a line for each fact; columns in which nothing stands are left out.

    `numbers`: activity → the number of its document.
    """
    places = {path: place for place, (path, _) in enumerate(document.originals, 1)}
    by_file: dict[Any, int] = {}
    for path, original in document.originals:
        by_file.setdefault(original, places[path])
    several = len({fact.kind for fact in document.facts}) > 1
    lines: list[dict[str, str]] = []
    for alike in _together(norm, document.facts, records):
        fact = alike[0]
        if len(alike) == 1:
            line = _line(norm, fact, records, numbers, place, called, by_file)
        else:
            line = _attended(norm, alike, records, numbers, place, called)
        lines.append({"number": str(len(lines) + 1), "kind": fact.title if several else "", **line})
    filled = [name for name in _COLUMNS if any(line.get(name) for line in lines)]
    return {
        "title": document.title,
        "below": f"{place}　{NUMBERED.format(document.number)}　共 {len(lines)} 条　计入：{'、'.join(document.duties)}",
        "foot": f"{place} {document.number} {document.title}",
        "flipped": True,
        "head": [_COLUMNS[name][0] for name in filled],
        "widths": [_COLUMNS[name][1] for name in filled],
        "rows": [[line.get(name, "") for name in filled] for line in lines],
    }


def _together(norm: Norm, facts: Sequence[Evidence], records: Records) -> list[list[Evidence]]:
    """The facts line by line: what a person attended is one line, as each activity has its own document."""
    found: dict[object, list[Evidence]] = {}
    for number, fact in enumerate(facts):
        attended = fact.member is not None and records.held(norm, fact) is not None
        found.setdefault((fact.kind, fact.member, fact.org) if attended else number, []).append(fact)
    return list(found.values())


def _attended(
    norm: Norm, facts: Sequence[Evidence], records: Records, numbers: Mapping[str, str], place: str,
    called: Mapping[str, str],
) -> dict[str, str]:  # fmt: skip
    """What a person attended: how often, how much it adds up to, in which documents."""
    first = facts[0]
    kind = norm.kinds.get(first.kind)
    home = called.get(first.org, "")
    here = sorted({numbers[fact.ref] for fact in facts if fact.ref and fact.ref in numbers})
    elsewhere = sum(fact.ref not in numbers for fact in facts)
    amounts = [fact.amount for fact in facts if fact.amount is not None]
    return {
        "who": records.people.get(first.member or "", ""),
        "place": home if home != place else "",
        "times": f"{len(facts)} 次",
        "amount": amount_title(sum(amounts), kind.amount if kind else None) if amounts else "",
        "about": "、".join(here) + (f"{'，' if here else ''}其他组织的 {elsewhere} 次" if elsewhere else ""),
    }


def _line(
    norm: Norm, fact: Evidence, records: Records, numbers: Mapping[str, str], place: str,
    called: Mapping[str, str], by_file: Mapping[Any, int],
) -> dict[str, str]:  # fmt: skip
    told = records.of(fact)
    kind = norm.kinds.get(fact.kind)
    activity = records.activities.get(fact.ref or "")
    about = f"{activity.title}（{numbers.get(activity.pk, '')}）" if activity else told.about
    home = called.get(fact.org, "")
    line = {
        "who": records.people.get(fact.member or "", ""),
        "place": home if home != place else "",
        "counts": fact.day.isoformat() if fact.day != fact.happened and not fact.is_state else "",
        "amount": amount_title(fact.amount, kind.amount if kind else None) if fact.amount is not None else "",
        "about": about,
        "note": told.note,
        "kept": told.kept_at,
        "recorded": fact.recorded.isoformat() if fact.recorded and fact.recorded != fact.happened else "",
        "files": "、".join(str(by_file[one]) for one in told.originals if one in by_file),
    }
    if fact.is_state:
        line["since"] = f"{fact.happened} 起" + (f"，至 {fact.until}" if fact.until else "")
    else:
        line["day"] = fact.happened.isoformat()
    return line


def activity(
    norm: Norm, document: Document, records: Records, place: str, called: Mapping[str, str]
) -> Values:
    """An activity: what it was, who came, its papers in the order in which they are written."""
    found = records.activities[document.activity]
    lines = records.attendances.get(found.pk, [])
    hosts = "、".join(called.get(host.organization_id, "") for host in found.hosts.all())
    themes = (norm.kinds[theme.kind].title for theme in found.themes.all() if theme.kind in norm.kinds)
    counts_for = f"{full_day(found.counts_for)}（{found.counts_for_reason}）" if found.counts_for else ""
    pairs = [
        ("时间", "；".join(_block(block) for block in found.blocks.all())),
        ("计入日期", counts_for),
        ("改期原因", "" if counts_for else found.counts_for_reason),
        ("党组织", hosts),
        ("主题", "、".join(themes)),
        ("地点", found.place),
        ("主持人", found.chair),
        ("列席", found.visitors),
        ("状态", found.get_status_display() if found.status != Activity.Status.HELD else ""),
        ("内容", found.content),
        ("补录原因", found.late_reason),
        ("计入要求", "、".join(document.duties)),
    ]
    return {
        "title": found.title,
        "below": f"{place}　{NUMBERED.format(document.number)}",
        "foot": f"{place} {document.number} {found.title}",
        "pairs": [[name, value] for name, value in pairs if value],
        "came": _came(lines),
        "people": [_person(line) for line in lines],
        "papers": [
            {
                "title": paper.get_kind_display(),
                "below": "　".join(
                    part
                    for part in (full_day(paper.happened), f"存放：{paper.kept_at}" if paper.kept_at else "")
                    if part
                ),
                "body": paper.body,
                "resolution": paper.resolution,
            }
            for paper in _in_order(found)
            if paper.organization_id is None or called.get(paper.organization_id) == place
        ],
        "originals": [path.rpartition("/")[2] for path, _ in document.originals],
    }


#: Papers in the order in which an activity makes them.
_PAPERS = ("plan", "notice", "attendance", "record", "evaluation", "file")


def _in_order(found: Activity) -> list[Any]:
    return sorted(found.papers.all(), key=lambda paper: (_PAPERS.index(paper.kind), paper.pk))


def _block(block: Any) -> str:
    times = f" {block.start:%H:%M}–{block.end:%H:%M}" if block.start and block.end else ""
    return f"{full_day(block.day)} {block.get_part_display()}{times}"


def _came(lines: Sequence[Came]) -> str:
    if not lines:
        return ""
    states = [
        f"{title} {number} 人"
        for state, title in (("present", "到会"), ("leave", "请假"), ("absent", "缺席"))
        if (number := sum(line.state == state for line in lines))
    ]
    return f"应到 {sum(line.expected for line in lines)} 人，{'，'.join(states)}"


def _person(line: Came) -> list[str]:
    remark = line.reason
    if line.made_up:
        made_up = f"{full_day(line.made_up)}补学" + (f"：{line.made_up_how}" if line.made_up_how else "")
        remark = f"{remark}；{made_up}" if remark else made_up
    return [line.name, str(Attendance.State(line.state).label), remark]


def row(one: Row) -> list[str]:
    """A line of the index."""
    return [
        one.duty + (" ※" if one.unsigned else ""),
        one.period,
        one.status,
        one.figures,
        "、".join(one.files) or "—",
        one.remark,
    ]


def contents(section: Section, place: str) -> Values:
    """The contents of a folder (卷内目录): its documents, and the state of its requirements."""
    return {
        "title": f"{section.title} 卷内目录",
        "below": place,
        "foot": f"{place} {section.title}",
        "documents": [
            [one.number, one.title, "、".join(one.duties), str(len(one.originals) or "")]
            for one in section.documents
        ],
        "rows": [row(one) for one in section.rows],
    }


def chapter(box: Box, place: str, folder: str) -> Values:
    """One organization's part of the index."""
    return {
        "place": place,
        "folder": folder,
        "counts": "，".join(f"{state} {number} 项" for state, number in box.counts.items()) or "没有检查结果",
        "withheld": box.withheld,
        "sections": [
            {"title": section.title, "folder": section.folder, "rows": [row(one) for one in section.rows]}
            for section in box.sections
        ],
    }
