"""The demo in the database: it proves what its plan says, is logged, and stays apart from real data."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps

from tests.conftest import TODAY
from tests.desk.demo.predicted import known
from zhibu.access import Refused
from zhibu.access.chain import verify
from zhibu.desk.demo.build import build
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("demo")]


def registers():
    return [
        import_module(f"{config.name}.facts")
        for config in apps.get_app_configs()
        if config.name.startswith("zhibu.registers.") and find_spec(f"{config.name}.facts")
    ]


def in_database(relation):
    found = Counter()
    for module in registers():
        given = getattr(module, relation, ())
        for supply in [given] if callable(given) else given:
            found.update(tuple(row) for row in supply())
    return found


def _with_ids(rows, ids, columns, own_ref=frozenset()):
    """Rows with ids for keys; a ref that only says "this very record" is left out of the comparison."""
    found = Counter()
    for row in rows:
        values = list(row)
        for column in columns:
            value = values[column]
            values[column] = ids.by_key.get(value, value) if value is not None else None
        found[tuple(values)] += 1
    return found


def test_organizations_and_memberships_are_those_of_the_plan(demo, plan):
    college, year, ids = plan
    facts = known(college, year, packs.norm(), TODAY)
    assert in_database("ORGANIZATIONS") == _with_ids(facts.organizations, ids, (0, 1))
    assert in_database("MEMBERSHIPS") == _with_ids(facts.memberships, ids, (0, 1))


@pytest.mark.parametrize("relation", ["EVENTS", "STATES"])
def test_events_and_states_are_those_of_the_plan(demo, plan, relation):
    college, year, ids = plan
    facts = known(college, year, packs.norm(), TODAY)
    own = {**ids.by_key, **{f"proof {n}": one for n, one in enumerate(ids.proofs)}}
    rows = facts.events if relation == "EVENTS" else facts.states
    if not apps.is_installed("zhibu.registers.exemptions"):
        rows = [row for row in rows if row.kind != "exemption"]
    expected, found = Counter(), in_database(relation)
    for row in rows:
        ref = own.get(row.ref, row.ref)
        expected[row._replace(org=own[row.org], member=own.get(row.member, row.member), ref=ref)] += 1
    if relation == "STATES":
        # Posts, terms and the like refer to themselves: their ids are no part of the plan.
        found = Counter({(*row[:6], None, row[7]) if _own(row) else row: n for row, n in found.items()})
        expected = Counter(
            {(*row[:6], None, row[7]) if _own(row) else tuple(row): n for row, n in expected.items()}
        )
    expected = Counter({tuple(row): count for row, count in expected.items()})
    assert found - expected == Counter()
    assert expected - found == Counter()


def _own(row):
    return row[0].startswith("post.") or row[0] in ("term", "establishment")


def test_everything_is_logged_and_the_chain_is_whole(demo):
    from zhibu.access.models import LogRow

    assert verify() is None
    logged = set(LogRow.objects.filter(verb="demo.build").values_list("object", flat=True))
    assert set(Organization.objects.values_list("pk", flat=True)) <= logged


def test_nothing_lies_after_the_day(demo):
    for row in (*in_database("EVENTS"),):
        assert row[4] <= TODAY
        assert row[7] <= TODAY


def test_refused_where_an_organization_stands(demo, system):
    with pytest.raises(Refused) as refused:
        build(actor=system, norm=packs.norm(), today=TODAY)
    assert refused.value.code == "demo.not_empty"


def test_an_account_for_each_role(demo):
    from zhibu.access.models import Grant
    from zhibu.access.roles import ROLES

    assert set(Grant.objects.values_list("role", flat=True)) == set(ROLES)
