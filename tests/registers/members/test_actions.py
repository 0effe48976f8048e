"""The writers of members: what they write, what they refuse, what is sealed."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.urls import reverse

from tests.registers.members.test_rules import number
from zhibu.access import NotPermitted, Refused, chain, scope, sealing
from zhibu.access.models import LogRow
from zhibu.access.undo import can_undo
from zhibu.registers.members import actions, queries
from zhibu.registers.members.models import Member, Membership

pytestmark = pytest.mark.django_db
IDENTITY = number(date(1990, 1, 1), 1)


def rows(member):
    found = Membership.objects.filter(member=member).order_by("since")
    return list(found.values_list("organization_id", "status", "category", "since", "until"))


def test_retirement_and_confirmation_are_new_intervals(college, system, today):
    fresh = actions.add(
        actor=system,
        organization=college.one,
        since=date(2025, 1, 1),
        today=today,
        name="钱七",
        status="probationary",
    )
    actions.confirm(actor=system, member=fresh, since=date(2026, 1, 1), today=today)
    actions.change_category(
        actor=system, member=fresh, category="retiree", since=date(2026, 8, 15), today=today
    )
    one = college.one.pk
    assert rows(fresh) == [
        (one, "probationary", "staff", date(2025, 1, 1), date(2026, 1, 1)),
        (one, "full", "staff", date(2026, 1, 1), date(2026, 8, 15)),
        (one, "full", "retiree", date(2026, 8, 15), None),
    ]
    fresh.refresh_from_db()
    assert fresh.confirmed == date(2026, 1, 1)
    with pytest.raises(Refused, match="与现在的一样"):
        actions.confirm(actor=system, member=fresh, since=today, today=today)


def test_a_transfer_needs_a_day_after_the_beginning(college, system, today):
    def moved(day):
        return actions.transfer(
            actor=system, member=college.zhang, organization=college.two, since=day, today=today
        )

    with pytest.raises(Refused) as refusal:
        moved(college.began)
    assert refusal.value.code == "members.too_early"
    moved(college.began + timedelta(days=1))
    assert [row[0] for row in rows(college.zhang)] == [college.one.pk, college.two.pk]


def test_nobody_is_in_two_places(college, system, today):
    with pytest.raises(Refused) as refusal:
        actions.transfer_in(
            actor=system, member=college.zhang, organization=college.two, since=date(2019, 1, 1), today=today
        )
    assert refusal.value.code == "members.two_places" or refusal.value.code == "members.wrong_place"
    actions.leave(actor=system, member=college.zhang, until=date(2026, 3, 1), reason="转出")
    with pytest.raises(Refused) as refusal:
        actions.transfer_in(
            actor=system, member=college.zhang, organization=college.two, since=date(2026, 2, 28), today=today
        )
    assert refusal.value.code == "members.two_places"
    actions.transfer_in(
        actor=system, member=college.zhang, organization=college.two, since=date(2026, 3, 1), today=today
    )


def test_nobody_belongs_to_a_group(college, system, today):
    with pytest.raises(Refused) as refusal:
        actions.add(actor=system, organization=college.group, since=today, today=today, name="钱七")
    assert refusal.value.code == "members.wrong_place"
    assert not Member.objects.filter(name="钱七").exists()


def test_an_identity_number_is_found_by_its_index_and_stands_nowhere_in_the_database(college, system, today):
    actions.change_profile(actor=system, member=college.zhang, today=today, id_number=f" {IDENTITY.lower()} ")
    assert Member.objects.get(id_number_index=sealing.index(IDENTITY)) == college.zhang
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                raw = b" ".join(
                    bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for value in row
                )
                assert IDENTITY.encode() not in raw, table
                assert b"13800001234" not in raw, table


def test_one_number_one_person(college, system, today):
    actions.change_profile(actor=system, member=college.zhang, today=today, id_number=IDENTITY)
    with pytest.raises(Refused) as refusal:
        actions.change_profile(actor=system, member=college.li, today=today, id_number=IDENTITY)
    assert refusal.value.code == "members.id_taken"
    again = Member.objects.get(pk=college.li.pk)
    with pytest.raises(Refused) as refusal:
        actions.change_profile(actor=system, member=again, today=today, number="1001")
    assert refusal.value.code == "members.number_taken"


def test_a_secretary_does_not_become_another_by_exchanging_numbers(college, account_of, system, today):
    """The campus signs in by the 学工号: one's own given to an officer of the branch would sign in as the officer."""
    secretary = account_of("branch_secretary", college.one, username="shuji")
    administrator = account_of("administrator", college.committee)
    officer = account_of("committee_officer", college.committee, member=college.zhang, username="dangban")
    zhang = Member.objects.get(pk=college.zhang.pk)
    with pytest.raises(Refused) as refusal:
        actions.change_profile(actor=secretary, member=zhang, today=today, number="9001")
    assert refusal.value.code == "access.number_signs_in"
    assert Member.objects.get(number="1001").account == officer
    zhang = Member.objects.get(pk=college.zhang.pk)
    actions.change_profile(actor=secretary, member=zhang, today=today, native_place="张家口")
    actions.change_profile(actor=administrator, member=zhang, today=today, number="9001")
    assert Member.objects.get(number="9001").account == officer


def test_the_number_of_who_has_no_account_is_the_branchs_to_mend(college, account_of, today):
    secretary = account_of("branch_secretary", college.one, username="shuji")
    actions.change_profile(actor=secretary, member=college.zhang, today=today, number="9001")
    assert Member.objects.get(pk=college.zhang.pk).number == "9001"


def test_looking_at_a_full_number_is_logged(college, account_of, client):
    secretary = account_of("branch_secretary", college.one)
    client.force_login(secretary)
    page = client.get(reverse("member", args=[college.zhang.pk])).content.decode()
    assert "138****1234" in page
    assert "13800001234" not in page
    before = chain.data_version()
    page = client.post(reverse("member_unmask", args=[college.zhang.pk])).content.decode()
    assert "13800001234" in page
    row = LogRow.objects.get(number=before + 1)
    assert (row.actor, row.verb, row.object) == (secretary.pk, "members.unmask", college.zhang.pk)


def test_the_form_of_a_profile_never_shows_a_full_number_and_keeps_it(college, account_of, client):
    client.force_login(account_of("branch_secretary", college.one))
    address = reverse("member_change", args=[college.zhang.pk])
    assert "13800001234" not in client.get(address).content.decode()
    assert client.post(address, {"name": "张三", "number": "1001", "native_place": "河北"}).status_code == 302
    found = Member.objects.get(pk=college.zhang.pk)
    assert (found.native_place, found.sensitive["mobile"]) == ("河北", "13800001234")
    assert (
        client.post(
            address, {"name": "张三", "number": "1001", "native_place": "河北", "mobile": "无"}
        ).status_code
        == 302
    )
    assert "mobile" not in Member.objects.get(pk=college.zhang.pk).sensitive


def test_a_secretary_may_not_transfer(college, account_of, today):
    secretary = account_of("branch_secretary", college.one)
    with pytest.raises(NotPermitted):
        actions.transfer(
            actor=secretary, member=college.zhang, organization=college.two, since=today, today=today
        )


def test_a_person_is_forgotten_and_the_facts_stay(college, system, today):
    actions.change_profile(actor=system, member=college.zhang, today=today, id_number=IDENTITY)
    with pytest.raises(Refused) as refusal:
        actions.forget(actor=system, member=college.zhang, reason="申请", today=today)
    assert refusal.value.code == "members.still_here"
    actions.leave(actor=system, member=college.zhang, until=today, reason="转出")
    before = rows(college.zhang)
    for empty in ("", "  "):
        with pytest.raises(Refused) as refusal:
            actions.forget(actor=system, member=college.zhang, reason=empty, today=today)
        assert refusal.value.code == "members.no_reason"
    for naming in ("张三申请", "1001 申请"):
        with pytest.raises(Refused) as refusal:
            actions.forget(actor=system, member=college.zhang, reason=naming, today=today)
        assert refusal.value.code == "members.reason_names"
    actions.forget(actor=system, member=college.zhang, reason="本人申请，校党〔2026〕8号", today=today)
    gone = Member.objects.get(pk=college.zhang.pk)
    assert (gone.name, gone.number, gone.id_number_index, gone.sensitive) == ("（已销毁）", None, None, {})
    assert rows(gone) == before
    about = LogRow.objects.filter(object=college.zhang.pk)
    assert about.exists()
    assert all(chain.change_of(row) is None for row in about)
    assert chain.verify() is None
    # The ground stands in the log under a key of its own, beside a row that says only that it was done.
    said, ground = LogRow.objects.filter(verb="members.forget").order_by("number")
    assert chain.change_of(said) is None
    assert chain.change_of(ground)["after"]["reason"] == "本人申请，校党〔2026〕8号"
    assert not can_undo(system, ground.deed)


def test_the_account_of_a_forgotten_person_names_nobody(college, system, today, account_of):
    account = account_of("member", college.one, college.zhang, username="1001")
    actions.leave(actor=system, member=college.zhang, until=today, reason="转出")
    actions.forget(actor=system, member=college.zhang, reason="本人申请", today=today)
    account.refresh_from_db()
    assert "1001" not in account.username
    assert (account.name, account.is_active) == ("（已销毁）", False)
    assert all(chain.change_of(row) is None for row in LogRow.objects.filter(object=account.pk))
    assert chain.verify() is None


@pytest.mark.parametrize("word", ["张", "zhangsan", "zs", "1001", "ZHANG"])
def test_a_member_is_found_by_name_sound_initials_and_number(word, college, account_of, client):
    client.force_login(account_of("committee_officer", college.committee))
    page = client.get(reverse("member_list"), {"q": word}).content.decode()
    assert "张三" in page
    assert "李四" not in page


def test_the_workbook_is_masked(college, account_of, client, system, today):
    from io import BytesIO

    from openpyxl import load_workbook

    actions.change_profile(actor=system, member=college.zhang, today=today, id_number=IDENTITY)
    client.force_login(account_of("committee_officer", college.committee))
    answer = client.get(reverse("member_list"), {"export": "xlsx"})
    sheet = load_workbook(BytesIO(answer.content)).active
    cells = {str(cell) for line in sheet.iter_rows(values_only=True) for cell in line if cell is not None}
    assert "138****1234" in cells
    assert f"{IDENTITY[:6]}********{IDENTITY[14:]}" in cells
    assert IDENTITY not in cells


@pytest.mark.parametrize("size", [1, 3])
def test_the_list_takes_the_same_queries_at_any_size(
    size, college, account_of, system, today, client, django_assert_num_queries
):
    for order in range(size):
        actions.add(
            actor=system,
            organization=college.one,
            since=today,
            today=today,
            name=f"人{order}",
            mobile="13900000000",
        )
    officer = account_of("committee_officer", college.committee)
    list(queries.members(officer, today))  # the scope is remembered with the account
    with django_assert_num_queries(1):
        assert [member.sensitive["mobile"] for member in queries.members(officer, today)]
    assert scope.members(officer).count() == 2 + size


def test_the_fields_of_a_profile_are_those_of_the_table():
    from zhibu.registers.members.profile import PLAIN

    own = {"id", "pinyin", "initials", "found_by", "id_number_index", "sealed"}
    assert set(PLAIN) == {field.name for field in Member._meta.concrete_fields} - own


def test_an_overruled_fault_does_not_stand_in_the_way_of_another_field(college, system, today):
    wrong = IDENTITY[:-1] + ("0" if IDENTITY[-1] != "0" else "1")
    zhang = college.zhang
    zhang.joined, zhang.born = date(2000, 7, 1), date(1990, 1, 1)
    zhang.sealed = sealing.sealed("members.member", zhang.pk, {"id_number": wrong})
    zhang.save()
    changed = actions.change_profile(
        actor=system, member=zhang, today=today, native_place="河北", id_number=wrong, joined=zhang.joined
    )
    assert changed.native_place == "河北"
    for field, value, code in (
        ("joined", date(2001, 7, 1), "members.joined_young"),
        ("id_number", f"{IDENTITY[:5]}X", "members.id_shape"),
    ):
        with pytest.raises(Refused) as refusal:
            actions.change_profile(
                actor=system, member=Member.objects.get(pk=zhang.pk), today=today, **{field: value}
            )
        assert refusal.value.code == code
    mended = actions.change_profile(
        actor=system, member=Member.objects.get(pk=zhang.pk), today=today, joined=date(2012, 7, 1)
    )
    assert mended.joined == date(2012, 7, 1)
