"""A box for an inspection in the browser: ticked, made while one looks on, taken; at both widths, without faults."""

from __future__ import annotations

import zipfile
from datetime import date

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from zhibu.desk import findings
from zhibu.jobs import worker
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def officer(college, account_of, settings, tmp_path):
    settings.VAR, settings.FILES = tmp_path, tmp_path / "files"
    findings.forget()
    FirstDayOfUse.objects.create(organization=college.committee, since=date(2026, 9, 1), pack="*")
    yield account_of("committee_officer", college.committee)
    findings.forget()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_box_is_asked_for_made_and_taken(visit, faults, officer, width, tmp_path):
    page = visit("/archive/", officer, width=width)
    assert faults(page) == []
    estimate = page.locator("#estimate")
    everything = estimate.inner_text()
    part = page.locator("fieldset", has=page.locator("legend", has_text="党组织")).last
    part.get_by_role("button", name="全不选").click()
    estimate.filter(has_text="各至少选一项").wait_for()
    part.get_by_label("信息工程系党支部").check()
    page.locator("#estimate", has_text="大约").wait_for()
    assert estimate.inner_text() != everything
    page.get_by_role("button", name="制作", exact=True).click()
    page.get_by_text("排队等待制作").wait_for()
    assert faults(page) == []
    worker.work_all()
    page.get_by_role("button", name="下载").wait_for()
    assert faults(page) == []
    with page.expect_download() as taken:
        page.get_by_role("button", name="下载").click()
    target = tmp_path / taken.value.suggested_filename
    taken.value.save_as(target)
    assert target.name.startswith("迎检材料 2026 ")
    with zipfile.ZipFile(target) as box:
        assert any("信息工程系党支部/第01条" in name for name in box.namelist())
