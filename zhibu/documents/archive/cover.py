"""The cover of the index and the note beside it: what was chosen, by whom, of which data, what to know."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from zhibu.access.models import LogRow
from zhibu.desk.readings import signatures
from zhibu.documents.archive.models import Archive
from zhibu.documents.archive.queries import Unit
from zhibu.documents.archive.selection import in_order
from zhibu.norm.model import Norm
from zhibu.norm.order import article_number
from zhibu.registers.organizations.models import Placement
from zhibu.site.clock import SHANGHAI
from zhibu.site.wording import full_day

TITLE = "迎检材料索引"


class Known(Protocol):
    """What the cover asks of an organization's part."""

    @property
    def changed(self) -> bool: ...
    @property
    def lost(self) -> list[str]: ...
    @property
    def withheld(self) -> int: ...


@dataclass(frozen=True)
class Cover:
    """Values of the cover for the index, and the note as text."""

    values: dict[str, Any]
    note: str


def cover(
    archive: Archive,
    norm: Norm,
    tree: Sequence[Placement],
    units: Sequence[Unit],
    parts: Sequence[Known],
    version: int,
) -> Cover:
    """The cover and the note of a box."""
    signed = signatures(norm, archive.day)
    duties = [norm.duties[duty] for duty in archive.selection.duties(norm)]
    unsigned = {one for duty in duties for one in duty.readings if one not in signed}
    changed = [unit.name for unit, part in zip(units, parts, strict=True) if part.changed]
    lost = [path for part in parts for path in part.lost]
    withheld = sum(part.withheld for part in parts)
    asked = archive.asked.astimezone(SHANGHAI)
    about = [
        ("条", chosen_articles(archive, norm)),
        ("党组织", chosen_units(units)),
        ("年度", "、".join(f"{year}年" for year in archive.years)),
        ("截至", f"{full_day(archive.day)}；届期、任职、阵地等现状按这一天，其余按所选年度的各个期间"),
        ("制作", f"{archive.account}，{full_day(asked.date())} {asked:%H:%M}"),
        ("数据", _data(version)),
        (
            "状态",
            "已完成：按期做了并登记。补办：做得晚或登记得晚。进行中：还没有到期。未完成：到期没有做或没有登记。",
        ),
    ]
    if changed:
        about.append(
            (
                "制作期间",
                f"{'、'.join(changed)}在制作期间又有登记或更正：检查结果按上面的数据，文件按装入时的记录。",
            )
        )
    if unsigned:
        about.append(
            (
                "口径",
                f"带 ※ 的要求所依的口径还没有签字（{len(unsigned)} 条）；到期没有做的写作“口径待确认”，不算未完成。",
            )
        )
    if withheld:
        about.append(("未装入", f"{withheld} 条记录涉及不在制作人可见范围内的人员。"))
    if lost:
        about.append(("缺件", f"{len(lost)} 个附件的原件不在服务器上，名称见“说明.txt”。"))
    values = {
        "title": TITLE,
        "committee": "、".join(_committees(tree, units)),
        "day": full_day(asked.date()),
        "foot": f"{TITLE}　{full_day(asked.date())}",
        "about": [list(pair) for pair in about],
    }
    return Cover(values, _note(about, lost))


def _data(version: int) -> str:
    at = moment(version)
    when = f"，{full_day(at.date())} {at:%H:%M:%S}" if at else ""
    return f"第 {version} 版（日志的行号{when}）"


def moment(version: int) -> datetime | None:
    """When the row of the log with this number was written."""
    at = LogRow.objects.filter(number=version).values_list("at", flat=True).first()
    return at.astimezone(SHANGHAI) if at else None


def chosen_articles(archive: Archive, norm: Norm) -> str:
    """The articles in words; all of a pack by the pack's title."""
    found = []
    ordered = in_order(norm)
    for pack in (norm.packs[one] for one in dict.fromkeys(article.pack for article in ordered)):
        every = [article for article in ordered if article.pack == pack.id]
        chosen = [article for article in every if article.id in archive.articles]
        if chosen and len(chosen) == len(every):
            found.append(f"{pack.title}（全部 {len(every)} 条）")
        elif chosen:
            numbers = "、".join(article_number(article.id) for article in chosen)
            found.append(f"{pack.title}第 {numbers} 条")
    return "；".join(found)


def chosen_units(units: Iterable[Unit]) -> str:
    """The organizations in words."""
    named = [unit.name for unit in units]
    return "、".join(named) if len(named) <= 6 else f"{'、'.join(named[:3])} 等 {len(named)} 个"


def _committees(tree: Sequence[Placement], units: Sequence[Unit]) -> list[str]:
    """The names of the committees at the top of what was chosen."""
    placed = {row.organization_id: row for row in tree}
    found = []
    for unit in units:
        row = placed.get(unit.id)
        for _ in range(len(placed)):
            if row is None or row.kind == "committee" or row.parent_id not in placed:
                break
            row = placed[row.parent_id]
        if row is not None:
            found.append(row.name)
    return list(dict.fromkeys(found))


def _note(about: Sequence[tuple[str, str]], lost: Sequence[str]) -> str:
    lines = [
        "迎检材料说明",
        "",
        *(f"{name}：{text}" for name, text in about),
        "",
        "怎样查：",
        "1. 打开“索引.pdf”，从目录找到党组织和条，每项要求后面写着状态、应有和实有、文件号。",
        "2. 文件号在各党组织的文件夹里是唯一的，文件名以它开头；不在本条文件夹里的，括号里写着在第几条。",
        "3. “文件号-附件”开头的是原件，用登记时的文件名。各条的“00 卷内目录.pdf”列出本条的文件。",
        "4. “检查结果.xlsx”是所选范围的全部检查结果，每项列出计入的记录。",
        "",
        "这份材料含有个人姓名和工作记录，请按内部资料保管，用后删除。身份证号、电话等号码没有装入。",
    ]
    if lost:
        lines += ["", "原件不在服务器上的附件：", *lost]
    return "\r\n".join(lines) + "\r\n"
