"""Which member of a branch is assigned to which group (党小组)."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from zhibu.access import NotPermitted, Refused, undo
from zhibu.access.models import LogRow
from zhibu.registers.activities import queries as activities
from zhibu.registers.members import actions, queries
from zhibu.registers.members.models import Grouping
from zhibu.registers.organizations import actions as organizations
from zhibu.registers.organizations import offices
from zhibu.registers.organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(college, system):
    return organizations.establish(
        actor=system, name="机电第二党小组", kind="group", parent=college.one, since=college.began
    )


def arrange(college, system, today, group, since=None):
    return actions.arrange(
        actor=system, branch=college.one, groups={college.zhang.pk: group.pk if group else None},
        since=since or today, today=today,
    )  # fmt: skip


def test_a_member_is_in_one_group_at_a_time(college, system, today, second):
    assert arrange(college, system, today, college.group, date(2026, 3, 1)) == 1
    arrange(college, system, today, second, date(2026, 9, 1))
    groups = [college.group.pk, second.pk]
    assert queries.grouped(groups, date(2026, 8, 31)) == {college.zhang.pk: college.group.pk}
    assert queries.grouped(groups, today) == {college.zhang.pk: second.pk}
    arrange(college, system, today, None)
    assert queries.grouped(groups, today) == {}


def test_a_slip_of_the_same_day_leaves_nothing(college, system, today, second):
    arrange(college, system, today, college.group)
    arrange(college, system, today, second)
    assert list(Grouping.objects.values_list("group", flat=True)) == [second.pk]


def test_who_moves_to_another_branch_is_in_no_group_of_the_old(college, system, today):
    arrange(college, system, today, college.group, date(2026, 3, 1))
    actions.transfer(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 9, 1), today=today
    )
    assert queries.grouped([college.group.pk], date(2026, 8, 31))
    assert queries.grouped([college.group.pk], today) == {}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c, s: {"since": date(2026, 12, 1)}, "future"),
        (lambda c, s: {"groups": {c.zhang.pk: c.two.pk}}, "not_below"),
        (lambda c, s: {"groups": {c.li.pk: c.group.pk}}, "not_here"),
        (lambda c, s: {"groups": {c.zhang.pk: None}}, "same"),
    ],
)
def test_what_cannot_be_is_refused(change, code, college, system, today, second):
    asked = {"groups": {college.zhang.pk: college.group.pk}, "since": today} | change(college, second)
    with pytest.raises(Refused) as refusal:
        actions.arrange(actor=system, branch=college.one, today=today, **asked)
    assert refusal.value.code == f"members.group_{code}"


def test_an_earlier_day_than_the_last_is_refused(college, system, today, second):
    arrange(college, system, today, college.group, date(2026, 9, 1))
    with pytest.raises(Refused) as refusal:
        arrange(college, system, today, second, date(2026, 3, 1))
    assert refusal.value.code == "members.group_later"


def test_the_sheet_assigns_and_is_undone_as_a_whole(college, system, today, account_of, client, second):
    secretary = account_of("branch_secretary", college.one)
    zhao = actions.add(actor=system, organization=college.one, since=college.began, today=today, name="赵六")
    client.force_login(secretary)
    address = reverse("member_groups", args=[college.one.pk])
    page = client.get(address).content.decode()
    assert "机电第一党小组" in page
    assert "赵六" in page
    picked = {"since": today, f"pick-{college.zhang.pk}": college.group.pk, f"pick-{zhao.pk}": second.pk}
    assert client.post(address, picked).status_code == 302
    assert queries.grouped([college.group.pk, second.pk], today) == {
        college.zhang.pk: college.group.pk,
        zhao.pk: second.pk,
    }
    assert client.post(address, picked).status_code == 409
    deed = LogRow.objects.filter(verb="members.group").values_list("deed", flat=True).distinct().get()
    undo.undo(actor=secretary, deed=deed)
    assert not Grouping.objects.exists()


def test_the_groups_list_of_an_activity_begins_with_its_members(college, system, today):
    assert activities.last_list(college.group, today) == set()
    arrange(college, system, today, college.group)
    assert activities.last_list(college.group, today) == {college.zhang.pk}


def test_a_branch_without_groups_says_so(college, account_of, client):
    client.force_login(account_of("branch_secretary", college.two))
    assert "还没有党小组" in client.get(reverse("member_groups", args=[college.two.pk])).content.decode()


def set_up(college, actor, today, name="机电第二党小组", **other):
    given = {"branch": college.one, "since": today, **other}
    return actions.set_up_group(actor=actor, name=name, today=today, **given)


@pytest.mark.parametrize("role", ["branch_secretary", "organization_commissioner"])
def test_a_branch_sets_up_renames_and_dissolves_its_groups(college, system, today, account_of, role):
    actor = account_of(role, college.one)
    began = date(2026, 3, 1)
    group = set_up(college, actor, today, since=began)
    assert [row.name for row in queries.groups_of(college.one, began)] == ["机电第一党小组", "机电第二党小组"]
    actions.rename_group(actor=actor, group=group, name="教学党小组", since=date(2026, 9, 1), today=today)
    assert str(Organization.objects.on(date(2026, 8, 31)).get(pk=group.pk)) == "机电第二党小组"
    assert str(Organization.objects.on(today).get(pk=group.pk)) == "教学党小组"
    arrange(college, system, today, group, date(2026, 9, 1))
    post = offices.appoint(
        actor=system, organization=group, member=college.zhang, kind="group_leader", since=date(2026, 9, 1),
        today=today,
    )  # fmt: skip
    assert actions.dissolve_group(actor=actor, group=group, until=today, today=today) == 1
    assert queries.grouped([group.pk], date(2026, 11, 22)) == {college.zhang.pk: group.pk}
    assert queries.grouped([group.pk], today) == {}
    post.refresh_from_db()
    assert post.until == today
    deed = LogRow.objects.latest("number").deed
    rows = LogRow.objects.filter(deed=deed)
    assert set(rows.values_list("verb", flat=True)) == {"organizations.group"}
    assert set(rows.values_list("type", flat=True)) == {
        "members.grouping", "organizations.post", "organizations.placement",
    }  # fmt: skip
    undo.undo(actor=actor, deed=deed)
    post.refresh_from_db()
    assert post.until is None
    assert queries.grouped([group.pk], today) == {college.zhang.pk: group.pk}
    assert group.placement_on(today) is not None


def test_setting_up_is_undone(college, today, account_of):
    secretary = account_of("branch_secretary", college.one)
    group = set_up(college, secretary, today)
    undo.undo(actor=secretary, deed=LogRow.objects.latest("number").deed)
    assert not Organization.objects.filter(pk=group.pk).exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda c: {"name": " 机电第一党小组 "}, "group_same_name"),
        (lambda c: {"since": date(2026, 12, 1)}, "group_future"),
        (lambda c: {"since": date(2019, 12, 31)}, "parent_absent"),
        (lambda c: {"branch": c.committee}, "group_no_branch"),
        (lambda c: {"branch": c.group}, "group_no_branch"),
        (lambda c: {"name": "  "}, "no_name"),
    ],
)
def test_a_group_that_cannot_be_is_refused(change, code, college, system, today):
    with pytest.raises(Refused) as refusal:
        set_up(college, system, today, **change(college))
    assert refusal.value.code == f"organizations.{code}"
    assert [row.name for row in queries.groups_of(college.one, today)] == ["机电第一党小组"]


def test_what_is_renamed_or_dissolved_is_a_group_and_in_its_time(college, system, today, second):
    def refused(deed, **given):
        with pytest.raises(Refused) as refusal:
            deed(actor=system, today=today, **given)
        return refusal.value.code.removeprefix("organizations.")

    rename, dissolve = actions.rename_group, actions.dissolve_group
    assert refused(rename, group=second, name="机电第一党小组", since=today) == "group_same_name"
    assert refused(rename, group=second, name="机电第二党小组", since=today) == "unchanged"
    assert refused(rename, group=college.one, name="甲", since=today) == "group_no_group"
    assert refused(rename, group=second, name="甲", since=date(2026, 12, 1)) == "group_future"
    assert refused(dissolve, group=college.one, until=today) == "group_no_group"
    assert refused(dissolve, group=second, until=date(2026, 12, 1)) == "group_future"
    arrange(college, system, today, second)
    assert refused(dissolve, group=second, until=date(2026, 11, 1)) == "group_later"
    dissolve(actor=system, group=second, until=today, today=today)
    assert refused(dissolve, group=second, until=today) == "dissolve_date"
    # The name is free again.
    assert set_up(college, system, today, name="机电第二党小组")


@pytest.mark.parametrize("role", ["group_leader", "publicity_commissioner", "member", "auditor"])
def test_others_may_not(college, account_of, today, role):
    actor = account_of(role, college.group if role == "group_leader" else college.one)
    with pytest.raises(NotPermitted):
        set_up(college, actor, today)
    with pytest.raises(NotPermitted):
        actions.rename_group(actor=actor, group=college.group, name="甲", since=today, today=today)
    with pytest.raises(NotPermitted):
        actions.dissolve_group(actor=actor, group=college.group, until=today, today=today)


def test_the_pages_lead_from_no_group_to_its_members(college, account_of, client, today):
    client.force_login(account_of("branch_secretary", college.two))
    sheet, add = (reverse(name, args=[college.two.pk]) for name in ("member_groups", "group_add"))
    assert add in client.get(reverse("organization", args=[college.two.pk])).content.decode()
    assert (
        sheet
        in client.get(reverse("organization", args=[college.two.pk]), {"tab": "people"}).content.decode()
    )
    assert add in client.get(sheet).content.decode()
    assert client.get(add).context["form"].initial["name"] == "信息工程系党支部第一党小组"
    answer = client.post(add, {"name": "信息工程系党支部第一党小组", "since": today.isoformat()})
    assert answer.headers["Location"] == sheet
    page = client.get(sheet).content.decode()
    assert "李四" in page
    assert "撤回" in page
    assert client.get(add).context["form"].initial["name"] == "信息工程系党支部第二党小组"
    group = queries.groups_of(college.two, today)[0].organization_id
    rename, dissolve = (reverse(f"group_{name}", args=[group]) for name in ("rename", "dissolve"))
    assert rename in page
    assert dissolve in page
    assert client.post(rename, {"name": "信息第一党小组", "since": today.isoformat()}).status_code == 302
    later = {"until": "2026-12-31"}
    refused = client.post(dissolve, later)
    assert refused.status_code == 409
    assert "请填今天或以前的日期" in refused.content.decode()
    assert client.get(reverse("group_add", args=[group])).status_code == 404
    assert client.get(reverse("group_rename", args=[college.two.pk])).status_code == 404


@pytest.mark.parametrize("role", ["branch_secretary", "organization_commissioner"])
def test_a_branch_appoints_the_leaders_of_its_own_groups(college, account_of, client, today, system, role):
    from zhibu.registers.organizations.models import Post

    client.force_login(account_of(role, college.one))
    group = reverse("organization", args=[college.group.pk])
    appoint = reverse("organization_appoint", args=[college.group.pk])
    assert appoint in client.get(group).content.decode()
    given = {"member": college.zhang.pk, "kind": "group_leader", "since": today.isoformat()}
    assert client.post(appoint, given).status_code == 302
    post = Post.objects.get(organization=college.group)
    relieve = reverse("post_relieve", args=[post.pk])
    assert relieve in client.get(group, {"tab": "offices"}).content.decode()
    assert client.post(relieve, {"until": "2026-11-30"}).status_code == 302
    # Neither the branch's own posts nor another branch's groups.
    branch = reverse("organization_appoint", args=[college.one.pk])
    assert client.get(branch).status_code == 403
    theirs = set_up(college, system, today, branch=college.two)
    assert client.get(reverse("organization_appoint", args=[theirs.pk])).status_code == 404


def test_the_page_of_a_group_counts_its_members(college, system, today, account_of, client):
    arrange(college, system, today, college.group)
    client.force_login(account_of("group_leader", college.group))
    page = client.get(reverse("organization", args=[college.group.pk]))
    assert page.context["numbers"].total == 1
    assert 'href="?tab=people">党员' in page.content.decode()
