"""Meetings beside the Wednesdays: of branch committees, groups, for organisational life, of the committee."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from zhibu.desk.demo import attendance, words
from zhibu.desk.demo.days import careless, month_end, months
from zhibu.desk.demo.values import Came, College, Happening, Paper, Unit, Year


def _key(year: Year) -> str:
    return f"a{len(year.happenings):05}"


def _papers(day: date, recorded: date, planned: date | None, body: str = words.RESULT) -> tuple[Paper, ...]:
    papers = (Paper("attendance", day, recorded), Paper("record", recorded, recorded, body))
    return papers if planned is None else (*papers, Paper("plan", planned, planned, body))


def _weekday(day: date) -> date:
    """The same day, or the Monday after a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def branch_committees(year: Year, college: College, of: int, seed: int) -> None:
    """The branch committee meets every month, the vacation included."""
    random = Random(f"branch committees {seed} {of}")
    for unit in college.branches:
        for month in months(date(of, 1, 1), date(of, 12, 31)):
            if random.random() < 0.03 * careless(unit.key):
                continue
            day = _weekday(month + timedelta(days=random.randint(3, 20)))
            recorded = day + timedelta(days=random.choice((0, 0, 1, 2, 4)))
            seats = {
                *college.holders("branch_secretary", day, unit.key),
                *college.holders("branch_deputy_secretary", day, unit.key),
                *college.holders("branch_committee_member", day, unit.key),
            }
            members = {one.key for one in college.members_on(unit.key, day)}
            people = [college.people[key] for key in sorted(seats & members)]
            body = "研究本月支部工作；讨论党员教育、发展党员和活动经费事项。"
            year.happenings.append(
                Happening(
                    key=_key(year),
                    title=f"{of}年{day.month}月支部委员会会议",
                    day=day,
                    kinds=("meeting.branch_committee",),
                    hosts=(unit.key,),
                    recorded=recorded,
                    place="党员活动室",
                    content=body,
                    part="clock",
                    clock=("16:00", "17:00"),
                    came=tuple((unit.key, line) for line in attendance.came(random, people, day)),
                    papers=_papers(day, recorded, None, body),
                )
            )


def groups(year: Year, college: College, of: int, seed: int) -> None:
    """Every group (党小组) meets each month."""
    random = Random(f"groups {seed} {of}")
    for unit in college.branches:
        for group in college.groups(unit.key):
            for month in months(date(of, 1, 1), date(of, 12, 31)):
                if random.random() < 0.05 * careless(unit.key):
                    continue
                day = _weekday(month + timedelta(days=random.randint(5, 22)))
                recorded = day + timedelta(days=random.choice((0, 1, 2, 3)))
                if random.random() < 0.02:
                    recorded = month_end(day) + timedelta(days=random.randint(12, 25))
                everyone = college.members_on(unit.key, day)
                people = [one for one in everyone if college.group_of(one.key, unit.key) == group.key]
                body = "学习讨论，交流思想和工作情况。"
                year.happenings.append(
                    Happening(
                        key=_key(year),
                        title=f"{of}年{day.month}月党小组会",
                        day=day,
                        kinds=("meeting.group",),
                        hosts=(group.key,),
                        recorded=recorded,
                        late_reason=random.choice(words.LATE) if (recorded - day).days > 10 else "",
                        place="党员活动室",
                        content=body,
                        part="clock",
                        clock=("15:00", "16:00"),
                        # Members belong to the branch; the group holds the meeting.
                        came=tuple((unit.key, line) for line in attendance.came(random, people, day, 0.95)),
                        papers=_papers(day, recorded, None, body),
                    )
                )


def orglife(year: Year, college: College, of: int, seed: int) -> None:
    """The yearly organisational life meeting (组织生活会) for the year before, held in January."""
    random = Random(f"orglife {seed} {of}")
    for number, unit in enumerate(college.branches, 1):
        if unit.key == "u19":
            continue
        day = _weekday(date(of, 1, 5) + timedelta(days=number % 12))
        recorded = day + timedelta(days=random.randint(0, 3))
        year.happenings.append(
            Happening(
                key=_key(year),
                title=f"{of - 1}年度组织生活会",
                day=day,
                kinds=("meeting.orglife",),
                hosts=(unit.key,),
                recorded=recorded,
                planned=day - timedelta(days=7),
                counts_for=date(of - 1, 12, 31),
                counts_for_reason=f"{of - 1}年度的组织生活会在次年一月召开",
                place="党员活动室",
                content="查摆问题，开展批评和自我批评，明确整改措施。",
                came=tuple(
                    (unit.key, line)
                    for line in attendance.came(random, college.members_on(unit.key, day), day, 1.03)
                ),
                papers=_papers(day, recorded, day - timedelta(days=7)),
            )
        )


def committee(year: Year, college: College, of: int, seed: int) -> None:
    """What the committee holds: lectures, deployment and summary, democratic life, forums, open days."""
    random = Random(f"committee {seed} {of}")
    unit = college.committee
    before = date(of - 1, 12, 31)
    for kind, title, day, counts_for, who in (
        ("meeting.summary", f"{of - 1}年度党建工作总结会", date(of, 1, 14), before, "cadre"),
        ("meeting.democratic", f"{of - 1}年度党员领导干部民主生活会", date(of, 1, 22), before, "leaders"),
        ("meeting.deployment", f"{of}年党建工作部署会", date(of, 3, 10), None, "cadre"),
        ("lecture.secretary", "党委书记上党课：坚持党的领导，办好职业教育", date(of, 3, 24), None, "cadre"),
        ("forum.held", "上半年民情恳谈会", date(of, 5, 19), None, "leaders"),
        ("openday.held", "春季学院开放日", date(of, 5, 30), None, "none"),
        ("lecture.secretary", "党委书记上党课：以作风建设促工作落实", date(of, 6, 16), None, "cadre"),
        ("lecture.secretary", "党委书记上党课：新学期的责任和要求", date(of, 9, 22), None, "cadre"),
        ("openday.held", "秋季学院开放日", date(of, 10, 24), None, "none"),
        ("forum.held", "下半年民情恳谈会", date(of, 11, 10), None, "leaders"),
        ("lecture.secretary", "党委书记上党课：盘点全年，谋划来年", date(of, 12, 8), None, "cadre"),
    ):
        year.happenings.append(_held(year, college, unit, random, kind, title, day, counts_for, who))


def _held(
    year: Year,
    college: College,
    unit: Unit,
    random: Random,
    kind: str,
    title: str,
    day: date,
    counts_for: date | None,
    who: str,
) -> Happening:
    recorded = day + timedelta(days=random.randint(0, 3))
    planned = day - timedelta(days=random.randint(8, 14))
    posts = {"cadre": ("cadre",), "leaders": ("college_leader", "committee_member"), "none": ()}[who]
    keys = sorted({key for post in posts for key in college.holders(post, day)})
    people = [one for one in (college.people[key] for key in keys) if one.belonging_on(day) is not None]
    lines = []
    for line in attendance.came(random, people, day, 1.06):
        belonging = college.people[line.person].belonging_on(day)
        assert belonging is not None
        lines.append((belonging.unit, line))
    if kind == "meeting.democratic":  # everyone comes, but for one
        lines = [(home, Came(line.person, "present")) for home, line in lines[:-1]] + lines[-1:]
    papers = [*_papers(day, recorded, planned)]
    if kind == "forum.held":
        # The notice of the second forum came a few days too late: a gap that the page shows.
        lead = 8 if day.month < 7 else 4
        papers.append(
            Paper("notice", day - timedelta(days=lead), day - timedelta(days=lead), "公布时间、地点和议题。")
        )
        papers.append(
            Paper("file", day + timedelta(days=12), day + timedelta(days=12), "会议记录和意见清单已归档。")
        )
    return Happening(
        key=_key(year),
        title=title,
        day=day,
        kinds=(kind,),
        hosts=(unit.key,),
        recorded=recorded,
        planned=planned,
        counts_for=counts_for,
        counts_for_reason="上一年度的会议在次年一月召开" if counts_for else "",
        place="报告厅" if who == "cadre" else "第一会议室",
        chair=college.people[college.holders("secretary", day)[0]].name,
        content=title + "。",
        came=tuple(lines),
        papers=tuple(papers),
    )
