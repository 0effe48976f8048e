"""Many rows at once are the rows that `bulk_create` would have written."""

from __future__ import annotations

from datetime import date

import pytest

from zhibu.access.models import ObjectKey, Touched
from zhibu.registers.members.models import Member, Membership
from zhibu.site.inserting import insert_new

pytestmark = pytest.mark.django_db


def test_values_of_every_sort_come_back_as_they_went_in(college):
    text = "引号'、\\反斜杠\t制表\n换行，\\N，%s，空\u00a0格"
    given = [
        Member(name=text, number=None, born=date(1980, 2, 29), sealed=b"\x00\xff\\N", lost=True),
        Member(name="", number="7", native_place="\\N", born=None, sealed=None),
    ]
    insert_new(given)
    for one in given:
        found = Member.objects.get(pk=one.pk)
        for field in Member._meta.concrete_fields:
            value = getattr(found, field.attname)
            value = bytes(value) if field.attname == "sealed" and value is not None else value
            assert value == getattr(one, field.attname), field.attname


def test_foreign_keys_and_numbered_ids(college):
    insert_new(
        [
            Membership(
                member=college.zhang,
                organization=college.two,
                status="full",
                category="staff",
                since=date(2019, 1, 1),
                until=date(2020, 1, 1),
                recorded=date(2020, 1, 1),
            )
        ]
    )
    assert college.zhang.memberships.count() == 2
    before = Touched.objects.count()
    row = Touched.objects.first().row
    insert_new([Touched(row=row, member="a"), Touched(row=row, organization="b")])
    assert Touched.objects.count() == before + 2
    insert_new([ObjectKey(type="a.b", object="c", sealed_key=b"\x01\x02")])
    assert bytes(ObjectKey.objects.get(object="c").sealed_key) == b"\x01\x02"
    insert_new([])
