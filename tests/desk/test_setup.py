"""The checklist of a fresh deployment leads to forms that are filled in as far as it knows."""

from __future__ import annotations

import re
from datetime import date

import pytest

from zhibu.registers.members.models import Membership
from zhibu.registers.organizations import offices

pytestmark = pytest.mark.django_db


@pytest.fixture
def links(client, college, account_of):
    """The addresses of the checklist's line that begins with a title, now."""
    client.force_login(account_of("committee_officer", college.committee))

    def found(title):
        page = client.get("/setup/").content.decode().replace("&amp;", "&")
        line = next(part for part in re.split(r"(?=<b>|<strong>)", page) if title in part)
        return re.findall(r'href="(/[^"]+)"', line)

    return found


def asked(client, address):
    return client.get(address).context["form"].initial


def test_a_post_to_fill_is_chosen_in_its_form(client, college, links):
    secretary, _, president = links("填党委书记")
    assert asked(client, secretary)["kind"] == "secretary"
    assert asked(client, president)["kind"] == "president"
    assert asked(client, links("任命各支部书记")[0])["kind"] == "branch_secretary"


def test_the_secretarys_account_comes_from_the_roster_then_gets_its_role(
    client, college, links, system, today, account_of
):
    sheet = f"/accounts/list/sheet/?organization={college.one.pk}"
    assert sheet in links("给支部书记开通账号")
    assert asked(client, sheet)["organization"] == college.one.pk
    offices.appoint(
        actor=system,
        organization=college.one,
        member=college.zhang,
        kind="branch_secretary",
        since=today,
        today=today,
    )
    assert sheet in links("给支部书记开通账号")
    account = account_of("member", college.one, member=college.zhang)
    grant = f"/accounts/list/{account.pk}/grant/?role=branch_secretary&organization={college.one.pk}"
    assert grant in links("给支部书记开通账号")
    given = asked(client, grant)
    assert (given["role"], given["organization"]) == ("branch_secretary", college.one.pk)


def test_who_is_on_the_roll_only_since_the_import_owes_nothing_before_and_that_is_said(
    client, college, account_of, system
):
    client.force_login(account_of("committee_officer", college.committee))
    offices.set_first_day_of_use(actor=system, organization=college.committee, since=date(2026, 1, 1))
    assert "党员的组织关系最早从" not in client.get("/setup/").content.decode()
    Membership.objects.update(since=date(2026, 9, 1))
    assert "党员的组织关系最早从2026年9月1日起" in client.get("/setup/").content.decode()
