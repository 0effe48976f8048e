"""The first roster of a committee without branches: its preview already brings them, and takes a no."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from tests.registers.members.importing.test_batches import row, workbook
from tests.registers.members.importing.test_progress import uploaded
from zhibu.registers.organizations import actions as organizations

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(system, account_of, college, client):
    """The preview, of a committee that has no branches yet."""
    bare = organizations.establish(
        actor=system, name="新建学院党委", kind="committee", parent=None, category=None, since=college.began
    )
    client.force_login(account_of("committee_officer", bare))
    return uploaded(client, SimpleNamespace(committee=bare), workbook(row("赵一", 1, branch="后勤党支部")))


def test_the_first_preview_shows_what_its_form_says(client, address):
    page = client.get(address).context
    assert page["choices"].initial["accept"] == ["branch.unknown"]
    assert page["plan"].counts()["bad"] == 0
    assert page["new_branches"] == {"后勤党支部": 1}
    told = client.get(address).content.decode()
    assert "没有名为“后勤党支部”的党支部。新建这个党支部。" in told  # nothing more is asked for


def test_that_no_branch_be_founded_is_heeded(client, address):
    since = client.get(address).context["choices"].initial["since"]
    answer = client.post(address, {"deed": "choose", "since": since.isoformat()})
    page = client.get(answer.headers["Location"]).context
    assert page["choices"].initial["accept"] == []
    assert page["plan"].counts()["bad"] == 1
