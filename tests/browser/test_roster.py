"""A roster goes in through the browser: upload, preview, import, the bad rows back, undo; then the checklist."""

from __future__ import annotations

import io
import os

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESKTOP, PHONE
from tests.registers.members.importing.test_batches import row, workbook
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import FirstDayOfUse

pytestmark = pytest.mark.django_db(transaction=True)

SHEET = workbook(
    row("赵一", 1),
    row("钱二", 2, branch="后勤党支部"),
    row("孙三", 3, 公民身份证号="110105194912310021"),
    row("李四", 4, branch="信息工程系党支部", 公民身份证号="", 出生日期=""),
)


@pytest.fixture
def officer(college, account_of):
    return account_of("committee_officer", college.committee)


def upload(page):
    page.set_input_files(
        "input[type=file]",
        {"name": "名册.xlsx", "mimeType": "application/vnd.ms-excel", "buffer": SHEET},
    )
    page.get_by_role("button", name="上传并预览").click()
    page.wait_for_url("**/members/import/*/")


def picture(page, name):
    """Kept where ZHIBU_PICTURES says, to be looked at."""
    if folder := os.environ.get("ZHIBU_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_a_roster_goes_in_and_comes_out_again(visit, faults, officer, width):
    page = visit("/members/import/", officer, width)
    assert faults(page) == []
    picture(page, f"import-{width}")
    upload(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    expect(page.get_by_text("退回的 2 行")).to_be_visible()
    picture(page, f"preview-{width}")
    page.get_by_label("没有这个党支部（1 行）：新建这个党支部").check()
    page.get_by_role("button", name="按此重新预览").click()
    page.wait_for_url("**accept=branch.unknown**")
    expect(page.get_by_text("将新建党支部：后勤党支部（1 人）")).to_be_visible()
    picture(page, f"chosen-{width}")
    page.get_by_role("button", name="导入 3 行").click()
    page.wait_for_url("**/batches/*/")
    assert faults(page) == []
    picture(page, f"batch-{width}")
    assert Member.objects.filter(name__in=["赵一", "钱二"]).count() == 2
    with page.expect_download() as download:
        page.get_by_text("退回的 1 行").click()
    sheet = openpyxl.load_workbook(io.BytesIO(download.value.path().read_bytes())).active
    assert "校验位" in sheet.cell(3, 10).value
    page.get_by_role("button", name="撤销这一批").click()
    page.get_by_text("已撤销这一批").wait_for()
    assert not Member.objects.filter(name__in=["赵一", "钱二"]).exists()


def test_a_file_that_is_no_roster_is_told_on_the_page(visit, officer):
    page = visit("/members/import/", officer)
    page.set_input_files(
        "input[type=file]",
        {"name": "名册.xlsx", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 and so on"},
    )
    page.route("**/*", lambda route: route.continue_())
    with page.expect_response("**/members/import/") as answer:
        page.get_by_role("button", name="上传并预览").click()
    assert answer.value.status == 422  # refused, and said on the page
    expect(page.get_by_text("这个文件其实是PDF 文件")).to_be_visible()


@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_the_checklist_is_home_until_the_house_is_in_use(visit, faults, officer, college, today, width):
    page = visit("/", officer, width)
    assert page.url.endswith("/setup/")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert faults(page) == []
    picture(page, f"setup-{width}")
    page.get_by_role("link", name="填启用日期").click()
    page.wait_for_url("**/use/")
    FirstDayOfUse.objects.create(organization=college.committee, since=today, pack="*")
    assert not visit("/", officer, width).url.endswith("/setup/")
