"""The small demo of any pack: written through the actions, with something met, late, missed and open."""

from __future__ import annotations

import pytest

from zhibu.access import Refused, system_account
from zhibu.desk import findings
from zhibu.desk.demo import any_pack
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

pytestmark = pytest.mark.django_db


@pytest.fixture
def built(settings, today):
    settings.NORMS = "transit central"
    findings.forget()
    yield any_pack.build(actor=system_account(), norm=packs.norm(), today=today, seed=1)
    findings.forget()


def test_the_second_institution_has_every_status_in_every_form(built, client, today):
    norm = packs.norm()
    found = findings.findings(today).findings
    assert (
        Organization.objects.on(today).filter(kind="committee").get().name
        == "中共云州市公共交通集团有限公司委员会"
    )
    assert Organization.objects.on(today).filter(kind="branch").count() == 6
    by_form = {}
    for one in found:
        by_form.setdefault(norm.duties[one.duty].form, set()).add(one.status)
    assert by_form["quota"] >= {"met", "late", "missed", "open"}
    assert by_form["standing"] >= {"met", "missed"}
    assert by_form["sequence"] >= {"met", "missed"}
    assert "met" in by_form["streak"]
    done = sum(one.status == "met" for one in found) / len(found)
    assert done > 0.6
    own = [duty for duty in norm.duties.values() if duty.pack == "transit"]
    assert {one.duty for one in found if one.status in ("met", "late")} >= {duty.id for duty in own} - {
        "safety.explained"
    }
    for account in built:
        client.login(username=account["username"], password=account["password"])
        assert client.get("/", follow=True).status_code == 200
    assert any_pack.house_pack(norm).id == "transit"
    with pytest.raises(Refused, match="已有党组织"):
        any_pack.build(actor=system_account(), norm=norm, today=today, seed=1)
