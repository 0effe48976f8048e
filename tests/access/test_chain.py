"""The log: every write in it, in order, and nothing can be changed unseen."""

from __future__ import annotations

import pytest
from django.db import transaction

from zhibu.access import action, chain, log, sealing
from zhibu.access.models import LogHead, LogRow, Touched
from zhibu.registers.members import actions as members

pytestmark = pytest.mark.django_db


def test_every_write_of_the_college_is_in_the_chain(college):
    assert chain.verify() is None
    numbers = list(LogRow.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert chain.data_version() == len(numbers)
    assert Touched.objects.filter(member=college.zhang.pk).exists()


def test_an_action_that_logs_nothing_is_an_error_and_leaves_nothing(college):
    @action("test.silent")
    def silent():
        college.one.number = "written"
        college.one.save()

    with pytest.raises(RuntimeError, match="wrote no log row"):
        silent()
    college.one.refresh_from_db()
    assert college.one.number == ""


def test_logging_outside_an_action_is_an_error(college, system):
    with pytest.raises(RuntimeError, match="outside an action"):
        log(system, "test", college.one, before=None, after=None)


def test_a_failed_action_leaves_no_row(college, system):
    before = chain.data_version()

    @action("test.fails")
    def fails():
        log(system, "test.fails", college.one, before=None, after={})
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011
        fails()
    assert chain.data_version() == before
    assert chain.verify() is None


def _second(college):
    return LogRow.objects.get(number=2)


def _changed_actor(row):
    LogRow.objects.filter(pk=row.pk).update(actor="someone")


def _changed_content(row):
    LogRow.objects.filter(pk=row.pk).update(sealed=b"other")


def _removed(row):
    LogRow.objects.filter(pk=row.pk).delete()


def _touched(row):
    Touched.objects.create(row=row, member="another")


@pytest.mark.parametrize("tamper", [_changed_actor, _changed_content, _removed, _touched])
def test_verify_names_the_first_broken_row(college, tamper):
    with transaction.atomic():
        tamper(_second(college))
    broken = chain.verify()
    assert broken is not None
    assert broken.number == 2


def test_verify_sees_rows_cut_off_at_the_end(college):
    last = chain.data_version()
    LogRow.objects.filter(number=last).delete()
    assert chain.verify().number == last
    end = LogHead.objects.get()
    end.number -= 1
    end.save()
    assert chain.verify() is not None  # the hash still tells


def test_destroying_a_key_forgets_and_leaves_the_chain_whole(college, system, today):
    members.change_profile(actor=system, member=college.zhang, today=today, address="宿舍 3 号楼")
    row = LogRow.objects.filter(type="members.member", object=college.zhang.pk).latest("number")
    assert chain.change_of(row)["after"]["address"] == "宿舍 3 号楼"
    sealing.destroy("members.member", college.zhang.pk)
    college.zhang.refresh_from_db()
    assert college.zhang.sensitive == {}
    with pytest.raises(TypeError):
        chain.change_of(row)["after"]
    assert chain.change_of(row) is None
    assert chain.verify() is None
