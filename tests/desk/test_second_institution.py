"""A deployment on the second pack alone (norms/transit), no line of code changed: every page opens."""

from __future__ import annotations

import re
import shutil
from datetime import date
from pathlib import Path
from urllib.parse import urljoin

import pytest

from zhibu.audit.bundle import open_bundle
from zhibu.audit.relations import Asked
from zhibu.audit.run import audit
from zhibu.cli import main
from zhibu.desk import findings
from zhibu.norm.read import SHIPPED
from zhibu.norm.text import attached
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft as Activity
from zhibu.registers.activities.actions import Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft as Entry
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import FirstDayOfUse
from zhibu.site import packs

pytestmark = pytest.mark.django_db

MAIN = (
    "/", "/desk/", "/desk/ahead/", "/findings/", "/findings/list/", "/norm/", "/readings/", "/calendar/",
    "/calendar/school/",
    "/education/", "/education/trainings/",
    "/activities/", "/activities/new/", "/activities/plan/", "/evidence/", "/evidence/list/", "/members/",
    "/organizations/", "/organizations/list/", "/organizations/posts/", "/exemptions/", "/setup/", "/log/",
)  # fmt: skip
#: What would be a word of the college: none of it may stand on a page of a bus company.
COLLEGE = re.compile("张家口|学院规范|四个活动|每月四日|教学周|教学月|学期|校历|院长|周三下午|教务处")


@pytest.fixture
def transit(settings, college):
    """The small committee on the second pack alone, in use since January."""
    settings.NORMS = "transit"
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 1, 1), pack="transit")
    yield college
    findings.forget()


@pytest.fixture
def worked(transit, account_of, system, today):
    """A year's work of the branch 机电, with something met, late, missed and open in each register."""
    secretary = account_of("branch_secretary", transit.one)
    officer = account_of("committee_officer", transit.committee)

    def hold(kinds, day, organization=transit.one, actor=secretary, **more):
        given = Activity(
            title="活动",
            kinds=tuple(kinds),
            blocks=(Block(day, "afternoon"),),
            place="二号场站",
            content="安全行车",
            late_reason="值班",
            **more,
        )
        lines = [Line(transit.zhang.pk, transit.one.pk, "present")]
        return activities.record_activity(
            actor=actor, organization=organization, draft=given, lines=lines, today=today
        )

    def enter(kind, day, **more):
        place = more.pop("organization", transit.one)
        draft = Entry(kind=kind, organization=place, day=day, **more)
        return evidence.record_entry(actor=officer, draft=draft, today=today)

    for day in (3, 10, 17):
        hold(["shift.briefing"], date(2026, 11, day))
    hold(["route.study"], date(2026, 11, 18))
    hold(["route.study", "shift.briefing"], date(2026, 11, 20))
    forum = hold(["passenger.forum"], date(2026, 11, 12), transit.committee, officer)
    enter("passenger.notice", date(2026, 11, 2), organization=transit.committee, ref=forum.pk)
    enter("safety.inspection", date(2026, 11, 5))
    enter("safety.inspection", date(2026, 10, 5))
    enter("board.duties", date(2026, 9, 1))
    enter("vehicle.model", date(2026, 9, 1), ref="K1")
    enter("vehicle.model", date(2026, 9, 1), ref="K2")
    enter("certificate.safety", date(2026, 9, 1), member=transit.zhang)
    enter("duty.driver", date(2026, 9, 1), member=transit.zhang)
    for month in (10, 11):
        enter("dues.paid", date(2026, month, 5), member=transit.zhang, amount=3000, ref=f"收据{month}")
    member = account_of("member", transit.one, transit.zhang)
    return {"officer": officer, "secretary": secretary, "member": member}


def statuses(day):
    found = {}
    for one in findings.findings(day).findings:
        found.setdefault((one.duty, one.org), []).append((one.period, one.status, one.actual, one.required))
    return found


def test_what_is_recorded_in_the_registers_decides_the_packs_duties(worked, transit, today):
    found = statuses(today)
    one, committee = transit.one.pk, transit.committee.pk
    assert ("2026-11", "met", 4, 3) in found["briefing.monthly", one]
    assert ("2026-10", "missed", 0, 3) in found["briefing.monthly", one]
    assert found["route.study", one][-1] == ("2026-11+2", "met", 2, 2)  # half days of the kind's amount
    assert ("2026-11", "open", 2, 3) in found["route.most_days", one]
    assert found["passenger.before", committee] == [("2026-11-12", "late", 1, 1)]  # entered too late
    assert found["passenger.after", committee] == [("2026-11-12", "open", 0, 1)]
    assert ("2026-09", "missed", 0, 1) in found["safety.monthly", one]
    assert ("2026-09-30", "missed", 0, 1) in found["safety.explained", one]
    assert [row[1:] for row in found["depot.board", one]] == [("missed", 1, 3)]
    assert [row[1:] for row in found["depot.model_vehicle", one]] == [("met", 2, 2)]
    assert [row[1:] for row in found["officer.certificate", one]] == [("met", 1, 1)]
    assert [row[1] for row in found["safety.streak", one]] == ["missed"]
    # zhang was there for 5 of 5 afternoons that earn three hours each: 15 of 32
    assert ("2026", "open", 5 * 180, 1920) in found["route.hours", one]
    assert ("2026-Q4", "open", 2, 3) in found["dues.by_quarter", one]


LINK = re.compile(r'(?:href|hx-get)="([^"#]+)')
#: Files and sign-out are no pages; a past day is the same page over another audit (one transaction holds few).
LEAVE = re.compile(
    r"/static/|/accounts/|\.xlsx|format=|/sheet/\?.*month=|export|download|^/(norm|desk|findings|calendar)/.*\b(day|year)="
)


def crawl(client, starts, most=120):
    """Every page that can be reached by links, once for each address without its query's values."""
    seen, left, pages = set(), list(starts), {}
    while left and len(pages) < most:
        address = left.pop(0)
        path, _, query = address.partition("?")
        shape = (path, re.sub(r"(day|month|page|sort|q)=[^&]*", r"\1", query))
        if shape in seen or LEAVE.search(address):
            continue
        seen.add(shape)
        answer = client.get(address, follow=True)
        pages[address] = answer
        if answer.headers.get("Content-Type", "").startswith("text/html"):
            text = answer.content.decode().replace("&amp;", "&")
            left += [urljoin(path, link) for link in LINK.findall(text) if link.startswith(("/", "?"))]
    return pages


def test_what_the_pack_does_not_list_is_left_out_of_a_bundle_and_said(
    worked, transit, system, today, tmp_path, capsys
):
    # Registers record terms and posts whatever the pack: a bundle with kinds that no pack lists is refused.
    offices.start_term(actor=system, organization=transit.one, since=date(2025, 1, 1), today=today)
    offices.appoint(
        actor=system, organization=transit.committee, member=transit.zhang, kind="deputy_secretary.fulltime",
        since=date(2025, 1, 1), today=today,
    )  # fmt: skip
    assert main(["facts", "export", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert "没有列出的种类没有写" in said
    assert "term 1" in said
    asked = Asked(today, date(2026, 1, 1))
    found = audit(packs.norm(), open_bundle(tmp_path, packs.norm()), asked, "sqlite")
    assert found == findings.findings(today, date(2026, 1, 1)).findings


@pytest.mark.parametrize("role", ["officer", "secretary", "member"])
def test_every_page_opens_and_speaks_of_no_college(worked, client, role):
    client.force_login(worked[role])
    allowed = [address for address in MAIN if client.get(address, follow=True).status_code != 403]
    assert set(MAIN[:8]) <= set(allowed)
    pages = crawl(client, allowed)
    assert len(pages) > (20 if role == "member" else 60)
    assert not [address for address in pages if re.match("/education/(reflections|check|sheets)", address)]
    wrong = {address: answer.status_code for address, answer in pages.items() if answer.status_code != 200}
    assert wrong == {}
    read = [one for one in pages.items() if one[1].headers.get("Content-Type", "").startswith("text/html")]
    texts = {address: re.sub(r"<[^>]+>", " ", answer.content.decode()) for address, answer in read}
    assert {address: found[0] for address, text in texts.items() if (found := COLLEGE.search(text))} == {}


NEW_KIND = """
- group: 收车
  type: event
  organizations: [branch]
  ref: activity
  register: activities
  kinds:
    shift.debrief: {title: 收车小结, meaning: 收车后十分钟}
"""
NEW_PARAMETER = """
shift.debrief:
  title: 收车小结次数
  unit: 次
  values:
    - {from: 2024-01-01, value: 2, source: 规范第9条}
"""
NEW_ARTICLE = """
article: "9"
part: 下篇
title: 收车小结
clauses:
  "9.1":
    text: 支部每月讲两次收车小结。
    duties: [shift.debrief]
duties:
  shift.debrief:
    title: 收车小结
    who: branch
    form: quota
    kinds: [shift.debrief]
    bound: shift.debrief
    period: month
    why: 在“活动”里登记收车小结。
    cases:
      - case: 两次
        as_of: 2026-06-30
        facts: shift.debrief 支部 2026-06-{01..02} ref={01..02}
        expect: 支部 2026-06 已完成 2/2
      - case: 一次不够
        as_of: 2026-07-01
        facts: shift.debrief 支部 2026-06-01 ref=小结
        expect: 支部 2026-06 未完成 1/2
"""


def test_a_duty_added_to_a_pack_appears_on_the_workbench_with_its_button(
    settings, tmp_path, transit, account_of, client, today
):
    copy = tmp_path / "transit"
    shutil.copytree(SHIPPED / "transit", copy)
    settings.NORMS = str(copy)
    client.force_login(account_of("branch_secretary", transit.one))
    assert "收车小结" not in client.get("/desk/").content.decode()
    for name, added in (("kinds", NEW_KIND), ("parameters", NEW_PARAMETER)):
        file = copy / f"{name}.yaml"
        file.write_text(file.read_text(encoding="utf-8") + added, encoding="utf-8")
    (copy / "articles" / "09.yaml").write_text(NEW_ARTICLE, encoding="utf-8")
    groups = client.get("/desk/").context["groups"]
    (line,) = [
        line
        for group in groups
        for line in (*group.lines, *group.folded)
        if line.title == "收车小结" and group.key != "overdue"
    ]
    assert line.said == "11月，还差 2 项"
    assert line.why == "规范第 9 条"
    address, label = line.button
    assert label == "登记"
    form = client.get(address)
    assert form.status_code == 200
    assert re.search(r'value="shift.debrief"[^>]*checked', form.content.decode())
    for day in (19, 20):
        given = Activity(
            title="收车小结",
            kinds=("shift.debrief",),
            blocks=(Block(date(2026, 11, day), "evening"),),
            content="安全",
        )
        present = [Line(transit.zhang.pk, transit.one.pk, "present")]
        activities.record_activity(
            actor=account_of("branch_secretary", transit.one, username=f"secretary-{day}"),
            organization=transit.one,
            draft=given,
            lines=present,
            today=today,
        )
    (row,) = [row for row in statuses(today)["shift.debrief", transit.one.pk] if row[0] == "2026-11"]
    assert row == ("2026-11", "met", 2, 2)


def test_the_own_text_is_attached_and_stands_beside_the_clause(
    settings, tmp_path, transit, account_of, client
):
    settings.VAR = tmp_path
    text = Path(__file__).parents[1] / "norm" / "transit.txt"
    client.force_login(account_of("committee_officer", transit.committee))
    assert "以车队为单位设置党支部" not in client.get("/norm/").content.decode()
    attached(tmp_path, "transit").parent.mkdir(parents=True)
    attached(tmp_path, "transit").write_bytes(text.read_bytes())
    findings.forget()
    assert "以车队为单位设置党支部" in client.get("/norm/").content.decode()
    assert "以车队为单位设置党支部" in client.get("/norm/fleet.branches/").content.decode()
