"""Search: what is found, in which order, and that nothing outside the reader's reach is."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from zhibu.desk.search import sources
from zhibu.registers.activities import actions as activities
from zhibu.registers.activities.actions import Draft as Plan
from zhibu.registers.activities.actions import Line
from zhibu.registers.activities.rules import Block
from zhibu.registers.education import actions as study
from zhibu.registers.evidence import actions as evidence
from zhibu.registers.evidence.actions import Draft
from zhibu.registers.members import actions as members
from zhibu.registers.notices import actions as notices
from zhibu.registers.notices.actions import Draft as Letter
from zhibu.registers.notices.actions import Line as Addressed
from zhibu.registers.organizations import actions as organizations
from zhibu.site import sounds

pytestmark = pytest.mark.django_db

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@pytest.fixture
def world(college, system, today, settings, tmp_path):
    """In both committees an activity, an entry with a note, and a file of each, called alike."""
    settings.FILES = tmp_path
    for place, member in ((college.one, college.zhang), (college.far, college.foreign)):
        lines = [Line(member.pk, place.pk, "present")]
        plan = Plan(title=f"学党章{place.pk[-3:]}", kinds=("four.study",), place="实训楼",
                    blocks=(Block(date(2026, 11, 18), "afternoon"),), content="学习")  # fmt: skip
        activity = activities.record_activity(
            actor=system, organization=place, draft=plan, lines=lines, today=today
        )
        activities.attach_file(actor=system, activity=activity, name="签到表.pdf", data=PDF, today=today)
        draft = Draft(kind="room.books", organization=place, day=date(2026, 9, 1), note="订阅党建杂志")
        entry = evidence.record_entry(actor=system, draft=draft, today=today)
        evidence.attach_file(actor=system, entry=entry, name="签到表照片.pdf", data=PDF, today=today)
        training = study.TrainingDraft("支部书记示范班", date(2026, 5, 6), date(2026, 5, 6), 480)
        study.enter_training(
            actor=system,
            organization=place,
            member=member,
            draft=training,
            file=("结业证.pdf", PDF),
            today=today,
        )
        letter = Letter(
            title="关于开展主题党日的通知", lines=[Addressed("organization", place.pk, "members")]
        )
        notice = notices.save_draft(actor=system, organization=place, draft=letter, today=today)
        notices.attach_file(actor=system, notice=notice, name="回执单.pdf", data=PDF, today=today)
    return college


@pytest.fixture
def look(client, account_of, college):
    """The groups that a role finds of some words: title of the group → titles of the lines."""

    def found(text, role="committee_officer", place=None, member=None, **given):
        at = (role, place or college.committee)
        if at not in accounts:
            accounts[at] = account_of(*at, member=member, username=f"{role}{len(accounts)}")
        client.force_login(accounts[at])
        page = client.get(reverse("desk:search"), {"q": text, **given})
        assert page.status_code == 200
        return {
            section.title: ["".join(piece for piece, _ in line.title) for line in section.lines]
            for section in page.context["sections"]
        }

    accounts = {}
    return found


@pytest.mark.parametrize(
    "text", ["张三", "zhangsan", "Zhang San", "zhang’san", "ZS", "z s", "1001", "三 zhang"]
)
def test_a_person_is_found_by_text_pinyin_initials_and_number(look, text):
    assert look(text)["人员"] == ["张三"]


def test_every_sort_of_thing_is_found(look, world):
    assert look("dangzhang")["活动"] == [f"学党章{world.one.pk[-3:]}"]
    assert look("shixunlou")["活动"] == [f"学党章{world.one.pk[-3:]}"]
    assert len(look("djzz")["佐证"]) == 1
    assert look("sfb")["学习"] == ["支部书记示范班"]
    assert look("结业证")["附件"] == ["结业证.pdf"]
    assert look("签到表")["附件"] == ["签到表.pdf", "签到表照片.pdf"]
    assert look("ztdr")["通知文件"] == ["关于开展主题党日的通知"]
    assert look("huizhidan")["附件"] == ["回执单.pdf"]
    assert look("jidian")["组织"] == ["机电工程系党支部", "机电第一党小组"]
    assert "学校校历" in look("xiaoli")["页面"]
    assert "补钙加油" in look("bgjy")["规范"]
    assert look("第6条")["规范"][0] == "补钙加油"
    assert look("6.3")["规范"]
    assert look("study.weekly")["规范"]


def test_the_best_comes_first(look, system, college, today):
    for name in ("小张三", "张三丰"):
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)
    assert look("zhangsan")["人员"] == ["张三", "张三丰", "小张三"]
    # The group that has what is called exactly so comes before all others.
    assert next(iter(look("学校校历"))) == "页面"


def test_applicants_earlier_names_and_who_has_left_are_found(look, system, college, today):
    members.apply(actor=system, organization=college.one, since=today, today=today, name="赵新")
    members.leave(actor=system, member=college.li, until=today, reason="转往外地")
    organizations.change(actor=system, organization=college.two, since=today, name="人工智能学院党支部")
    assert look("zhaoxin")["人员"] == ["赵新"]
    assert look("lisi")["人员"] == ["李四"]
    assert look("信息工程")["组织"] == ["人工智能学院党支部"]


@pytest.mark.parametrize(
    ("text", "group"),
    [("wangwu", "人员"), ("lingyi", "组织"), ("2001", "人员")],
)
def test_what_is_foreign_is_not_found(look, world, text, group):
    assert group not in look(text)


def test_each_finds_what_each_may_open(look, world, college):
    # The other committee's activity, entry and files are called the same.
    assert len(look("dangzhang", "branch_secretary", college.one)["活动"]) == 1
    assert len(look("qiandaobiao", "branch_secretary", college.one)["附件"]) == 2
    assert "活动" not in look("dangzhang", "branch_secretary", college.two)
    assert "附件" not in look("qiandaobiao", "branch_secretary", college.two)
    # A draft is seen by who may send it, and nothing of the other branch's.
    assert len(look("ztdr", "branch_secretary", college.one)["通知文件"]) == 1
    assert (
        not {"通知文件", "附件"} & look("主题党日 回执单", "member", college.one, member=college.zhang).keys()
    )
    assert "通知文件" not in look("ztdr", "member", college.one, member=college.zhang)
    own = look("s", "member", college.two, member=college.li)
    assert own["人员"] == ["李四"]
    assert "佐证" not in look("党建杂志", "member", college.one, member=college.zhang)
    applicant = look("zhangsan", "applicant", college.one)
    assert applicant.keys() <= {"规范", "页面"}


def test_the_pages_found_are_those_that_open(client, account_of, college):
    """Every role opens each page that it is offered (and finds none that does not open)."""
    from tests.permissions.conftest import place_of
    from zhibu.access.roles import ROLES
    from zhibu.desk.search.pages import PAGES

    offered = set()
    for role in ROLES:
        reader = account_of(role, place_of(role, college), member=college.zhang if role == "member" else None)
        client.force_login(reader)
        for page in PAGES:
            found = {hit.address for hit in sources.pages.found(reader, sounds.words(page.title))}
            here = reverse(page.name)
            assert (here in found) == (client.get(here).status_code < 400), (role, here)
            offered |= found
    assert {reverse(page.name) for page in PAGES} <= offered


@pytest.mark.parametrize(
    "text",
    [
        "%",
        "_",
        "'",
        '"',
        "';--",
        "😀",
        "\x01\x02",
        "\u202e",
        "|",
        "||",
        "<script>",
        "\\",
        "學" * 5000,
        "zs " * 999,
        "　",
        "",
    ],
)
def test_nonsense_finds_nothing_and_breaks_nothing(client, look, text):
    found = look(text)
    assert not {"人员", "组织", "活动", "佐证", "附件"} & found.keys() or "zs" in text
    typed = client.get(reverse("desk:search"), {"q": text}, headers={"HX-Request": "true"})
    assert typed.status_code == 200
    assert "<script>" not in typed.content.decode()


def test_an_identity_number_is_not_looked_for(client, account_of, system, college, today):
    number = "999999199001010019"
    client.force_login(account_of("committee_officer", college.committee))
    for text in (number, "99999919900101001X", "999999900101001"):
        page = client.get(reverse("desk:search"), {"q": text})
        assert page.context["sections"] == []
        assert "身份证号不作查找" in page.content.decode()


def test_more_leads_to_the_list_with_the_same_words(client, account_of, system, college, today, monkeypatch):
    monkeypatch.setattr("zhibu.desk.search.views.TOGETHER", 2)
    for name in ("张三丰", "张三妹", "张三娘"):
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)
    client.force_login(account_of("committee_officer", college.committee))
    page = client.get(reverse("desk:search"), {"q": "Zhang’San"})
    people = next(section for section in page.context["sections"] if section.title == "人员")
    assert len(people.lines) == 2
    assert client.get(people.all_address).context["shown"].total == 4
    # Without a list of its own a group is shown whole by the search itself.
    norm = next(section for section in client.get(reverse("desk:search"), {"q": "dang"}).context["sections"]
                if section.id == "norm")  # fmt: skip
    alone = client.get(norm.all_address).context["sections"]
    assert [section.id for section in alone] == ["norm"]
    assert len(alone[0].lines) > 2
    assert client.get(reverse("desk:search"), {"q": "dang", "in": "nonsense"}).status_code == 200


def test_while_typing_only_the_lines_are_sent_marked_and_few(client, look, world):
    look("zhangsan")
    page = client.get(reverse("desk:search"), {"q": "zhangs"}, headers={"HX-Request": "true"})
    text = page.content.decode()
    assert "<html" not in text
    assert "<mark>张三</mark>" in text
    assert 'role="option"' in text
    assert "机电工程系党支部" in text


def test_the_queries_do_not_grow_with_what_is_found(client, look, world, system, college, today):
    look("zhangsan")

    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(reverse("desk:search"), {"q": "三"})
        return len(queries)

    count()
    one = count()
    for name in ("张三丰", "张三妹"):
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)
    assert count() == one


def test_entries_with_words_are_those_within_reach(world, account_of, college):
    from zhibu.registers.evidence import queries

    for role, place, member in (
        ("committee_officer", college.committee, None),
        ("branch_secretary", college.two, None),
        ("member", college.one, college.zhang),
    ):
        reader = account_of(role, place, member=member)
        seen = queries.entries(reader).filter(found_by__isnull=False)
        assert set(queries.entries_with_words(reader)) == set(seen)


def test_the_best_are_found_among_many(system, college, today, monkeypatch):
    from zhibu.registers.members.models import Member
    from zhibu.site import found_by

    for name in ("李张三", "张三丰", "王张三", "赵张三", "张三妹"):
        members.add(actor=system, organization=college.one, since=college.began, today=today, name=name)

    def found(text, most):
        best = found_by.best(Member.objects.all(), sounds.words(text), most, ("pinyin", "pk"))
        return [Member.objects.get(pk=pk).name for pk in best]

    for few in (2, 500):  # more than few are found, and fewer
        monkeypatch.setattr(found_by, "FEW", few)
        assert found("zhangsan", 4) == ["张三", "张三丰", "张三妹", "李张三"]
        assert found("张三", 9) == ["张三", "张三丰", "张三妹", "李张三", "王张三", "赵张三"]
        assert found("zhangsan", 1) == ["张三"]
        assert found("查无此人", 9) == []
