"""What the packs say that a sentence without a bound is served by (principle) is there: the fields that they name."""

from __future__ import annotations

import re

import pytest

from zhibu.registers.activities.forms import ActivityForm
from zhibu.registers.evidence.forms import EntryForm
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

NAMED = [
    (clause.id, field)
    for article in packs.norm().articles
    for clause in article.clauses
    for field in re.findall("“([^”]+)”", clause.principle)
]


def labels():
    norm = packs.norm()
    evidence = EntryForm(
        kind=norm.kinds["fund.spent"], organization=Organization(), members=(), references=(),
        needs_reference=False,
    )  # fmt: skip
    activity = ActivityForm(norm=norm, offered=["lecture"], joint=())
    return {str(field.label) for form in (evidence, activity) for field in form.fields.values()}


def test_some_are_named():
    assert len(NAMED) >= 4


@pytest.mark.parametrize(("clause", "field"), NAMED)
def test_a_field_that_a_principle_names_is_on_a_form(clause, field):
    assert field in labels(), clause
