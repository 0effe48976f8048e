"""党员登记表: one person's form as it is kept on paper, and its values."""

from __future__ import annotations

from datetime import date
from typing import Any

from zhibu.documents import people
from zhibu.registers.members import queries, words
from zhibu.registers.members.models import Member
from zhibu.registers.members.timeline import timeline
from zhibu.site.wording import full_day

#: The lines that a person fills in by hand where the register knows nothing: 学习和工作简历.
BLANK_LINES = 5


def values(member: Member, day: date, masked: bool, foot: str) -> dict[str, Any]:
    """What the template `member_form` reads. Sensitive numbers are covered unless `masked` is False."""
    plain = {field.attname: getattr(member, field.attname) for field in member._meta.concrete_fields}
    known = plain | member.sensitive
    if masked:
        known = people.covered(known)
    memberships = list(queries.memberships(member))
    now = next((row for row in memberships if row.holds(day)), None)
    applying = next((row for row in queries.applications(member) if row.holds(day)), None)

    def text(name: str) -> str:
        value = words.word(name, known.get(name))
        return full_day(value) if isinstance(value, date) else str(value or "")

    place = str(now.organization) if now else str(applying.organization) if applying else ""
    return {
        "title": "党员登记表" if now or not applying else "入党申请人登记表",
        "foot": foot,
        "place": place,
        "day": full_day(day),
        "head": {name: text(name) for name in ("name", "sex", "ethnicity", "born", "native_place", "number")},
        "status": "、".join(filter(None, (now.get_status_display(), now.get_category_display())))
        if now
        else "",
        "pairs": [[title, text(name)] for name, title in PAIRS],
        "wide": [[title, text(name)] for name, title in WIDE],
        "posts": [
            [
                f"{row.since.isoformat()} 至 {row.until.isoformat() if row.until else '今'}",
                f"{row.organization} {people.post_title(row)}",
            ]
            for row in sorted(queries.posts(member), key=lambda row: row.since)
        ],
        "moves": [
            [one.day.isoformat(), "　".join(filter(None, (one.what, one.where, one.note)))]
            for one in timeline(member)
            if not one.what.startswith(("任", "免"))
        ],
        "floating": _floating(member),
        "blank": BLANK_LINES,
    }


PAIRS = (
    ("education", "学历"),
    ("degree", "学位"),
    ("school", "毕业院校"),
    ("subject", "专业"),
    ("work_post", "工作岗位"),
    ("technical_post", "专业技术职务"),
    ("applied", "申请入党日期"),
    ("joined", "入党日期"),
    ("confirmed", "转正日期"),
    ("mobile", "手机号"),
    ("landline", "固定电话"),
    ("archive", "档案所在单位"),
)
WIDE = (("id_number", "公民身份证号"), ("household_address", "户籍所在地"), ("address", "现居住地"))


def _floating(member: Member) -> str:
    """Whether the person is away, out of touch or suspended, in words."""
    parts = []
    if member.floating:
        parts.append(f"流动党员，外出流向：{member.floating_to or '未登记'}")
    if member.lost:
        since = f"{full_day(member.lost_since)}起" if member.lost_since else ""
        parts.append(f"{since}失去联系{'：' + member.lost_how if member.lost_how else ''}")
    if member.suspended:
        parts.append("停止党籍")
    return "；".join(parts) or "无"
