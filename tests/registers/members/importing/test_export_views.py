"""Rosters out over the web: full numbers only by a deed that is logged."""

from __future__ import annotations

import io

import pytest
from openpyxl import load_workbook

from zhibu.access.models import LogRow

pytestmark = pytest.mark.django_db
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
ADDRESSES = ("/members/export/", "/members/export/applicants/")


@pytest.fixture
def applicant(college, system, today):
    from zhibu.registers.members import actions

    return actions.apply(
        actor=system, organization=college.one, since=today, today=today, name="赵新", mobile="13700001234"
    )


def texts(answer):
    book = load_workbook(io.BytesIO(answer.content))
    return {str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row}


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_get_gives_masked_numbers_and_writes_nothing(client, college, account_of, applicant, address):
    client.force_login(account_of("branch_secretary", college.one), backend=BACKEND)
    before = LogRow.objects.count()
    found = texts(client.get(address))
    assert any("****1234" in text for text in found)
    asked = client.get(address, {"full": "1"})
    assert asked["Content-Type"].startswith("text/html")  # a page that asks, no workbook
    assert "记入日志" in asked.content.decode()
    assert LogRow.objects.count() == before


@pytest.mark.parametrize("address", ADDRESSES)
def test_full_numbers_are_taken_by_a_post_that_stands_in_the_log(
    client, college, account_of, applicant, address
):
    secretary = account_of("branch_secretary", college.one)
    client.force_login(secretary, backend=BACKEND)
    found = texts(client.post(f"{address}?full=1"))
    assert found & {"13800001234", "13700001234"}
    row = LogRow.objects.latest("number")
    assert (row.verb, row.actor, row.object) == ("members.unmask", secretary.pk, college.one.pk)


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_auditor_gets_no_full_number(client, college, account_of, applicant, address):
    client.force_login(account_of("auditor", college.committee), backend=BACKEND)
    assert client.get(f"{address}?full=1").status_code == 403
    before = LogRow.objects.count()
    assert not texts(client.post(f"{address}?full=1")) & {"13800001234", "13700001234"}
    assert LogRow.objects.count() == before
