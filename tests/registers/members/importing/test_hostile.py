"""Hostile and mistaken files are refused with what, why and how to mend it, by the page and by the command,
and leave nothing behind.
"""

from __future__ import annotations

import argparse
import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from tests.registers.members.importing.test_batches import HEADS, row
from tests.registers.members.roster.hostile import (
    HEAD,
    REFUSED,
    ROW,
    binary,
    cells,
    damaged,
    package,
    sheet,
)
from zhibu.access.models import LogRow, ObjectKey
from zhibu.commands.import_ import run_roster
from zhibu.registers.members.importing.models import Batch, Upload
from zhibu.registers.members.importing.previewing import preview
from zhibu.registers.members.models import Member
from zhibu.registers.members.roster.reading import read_sheets
from zhibu.registers.members.roster.refusal import RosterRefused
from zhibu.registers.members.roster.returned import write_returned
from zhibu.registers.members.roster.rows import read_roster
from zhibu.registers.organizations.models import Organization

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def built():
    """Each file built once."""
    made: dict[str, bytes] = {}

    def build(name):
        if name not in made:
            made[name] = REFUSED[name][1]()
        return made[name]

    return build


def standing():
    """All that an upload could leave behind."""
    models = (Member, Organization, Upload, Batch, LogRow, ObjectKey)
    files = sorted(path.name for path in Path(settings.VAR).rglob("*") if path.is_file())
    kept = [name for name in files if not name.startswith(("zhibu.sqlite3", "test_"))]
    return [model.objects.count() for model in models], kept


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_the_page(name, built, college, account_of, client):
    file_name, _, code = REFUSED[name]
    client.force_login(account_of("committee_officer", college.committee))
    before = standing()
    given = {"committee": college.committee.pk, "file": SimpleUploadedFile(file_name, built(name))}
    answer = client.post(reverse("roster_import"), given)
    page = answer.content.decode()
    assert answer.status_code == 422
    if code == "file.empty":  # the form itself does not take it
        assert "空" in page
    else:
        refusal = answer.context["refusal"]
        assert refusal.code == code
        assert all(part and part in page for part in (refusal.what, refusal.why, refusal.mend))
    assert standing() == before


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("committee", [None, "新学院党委"])
def test_refused_by_the_command(name, committee, built, college, tmp_path, capsys):
    file_name, _, code = REFUSED[name]
    path = tmp_path / file_name
    path.write_bytes(built(name))
    before = standing()
    asked = argparse.Namespace(
        file=path,
        dry_run=False,
        kind=None,
        committee=committee or "示例学院党委",
        since=None,
        accept=[],
        new_branches=True,
        bad=None,
    )
    assert run_roster(asked) == 1
    told = capsys.readouterr()
    assert f"（{code}）" in told.err
    assert told.err.count("。") >= 2
    assert standing() == before


def formula_row(cell: str) -> bytes:
    row = cells(2, ROW).replace('<c r="D2"', cell + '<c r="E2"')
    return package({"xl/worksheets/sheet1.xml": sheet(cells(1, HEAD), row)})


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ('<c r="D2" t="str"><f>cmd|\'/c calc\'!A1</f><v>示例大学</v></c>', "cell.formula"),
        ('<c r="D2"><f>HYPERLINK("http://example.invalid",A2)</f></c>', "cell.empty_formula"),
        ('<c r="D2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "cell.empty_formula"),
    ],
)
def test_a_row_with_a_formula_goes_back(cell, code, college, today):
    (read,), _ = read_roster(read_sheets(formula_row(cell), "a.xlsx"), today)
    (entry,) = read.entries
    assert entry.stops()
    assert code in [fault.code for fault in entry.faults]
    if code == "cell.formula":  # a person may say that the saved result is right
        assert not entry.stops({"cell.formula"})
        assert entry.values["school"] == "示例大学"


def test_a_text_that_would_be_a_formula_stays_a_text_in_and_out(college, account_of, client, today):
    import io

    import openpyxl

    from zhibu.registers.members.importing.previewing import preview
    from zhibu.registers.members.roster.returned import write_returned

    rows = (cells(1, HEAD), cells(2, ("赵一", "没有的支部", "正式党员", "=cmd|'/c calc'!A0")))
    data = package({"xl/worksheets/sheet1.xml": sheet(*rows)})
    found = preview(
        reader=account_of("committee_officer", college.committee),
        committee=college.committee,
        data=data,
        file_name="a.xlsx",
        today=today,
    )
    back = write_returned(found.sheets, [row.entry for row in found.plan.rows])
    cell = openpyxl.load_workbook(io.BytesIO(back)).active["D2"]
    assert (cell.data_type, cell.value) == ("s", "=cmd|'/c calc'!A0")


def test_what_came_back_is_read_again_without_its_reasons(today):
    from zhibu.registers.members.roster.returned import REASON, write_returned

    (read,), _ = read_roster(read_sheets(binary(), "名册.xls"), today)
    for entry in read.entries:
        for _ in range(9):  # more than any column of a roster may hold
            entry.fault(
                "name.unlikely", "姓名不像姓名，这里写得很长很长很长", "请核对后改成身份证上的姓名", "name"
            )
    back = write_returned([read], read.entries)
    (again,), _ = read_roster(read_sheets(back, "退回的行.xlsx"), today)
    assert again.notes == []
    assert [(entry.faults, entry.values) for entry in again.entries] == [
        ([], entry.values) for entry in read.entries
    ]
    (sheet,) = read_sheets(write_returned([again], again.entries), "再退回.xlsx")
    assert [row.count(REASON) for row in sheet.rows][:1] == [1]


def test_a_formula_in_a_column_that_is_not_taken_over_stops_nothing(today):
    head, row = (*HEAD, "年龄"), cells(2, ROW).replace("</row>", '<c r="E2"><f>YEAR(NOW())</f></c></row>')
    data = package({"xl/worksheets/sheet1.xml": sheet(cells(1, head), row)})
    (read,), _ = read_roster(read_sheets(data, "a.xlsx"), today)
    assert not read.entries[0].stops()


def test_an_honest_xls_is_read(today):
    (read,), _ = read_roster(read_sheets(binary(), "名册.xls"), today)
    assert [entry.values["name"] for entry in read.entries] == ["赵一", "赵一"]
    assert read.entries[0].values["school"] == "示例大学"


def damaged_sheet(seed: int) -> bytes:
    """An honest package whose sheet is damaged within."""
    text = damaged(sheet(cells(1, HEAD), *(cells(n, ROW) for n in range(2, 30))).encode(), seed)
    return package({"xl/worksheets/sheet1.xml": text})


@pytest.mark.parametrize(
    ("build", "times"),
    [
        (lambda seed: damaged(binary(40), seed), 40),
        (lambda seed: damaged(package(), seed), 200),
        (damaged_sheet, 200),
    ],
    ids=["xls", "zip", "sheet"],
)
def test_whatever_is_damaged_is_read_or_refused_and_never_breaks(build, times, today):
    told = []
    for seed in range(times):
        try:
            read_roster(read_sheets(build(seed), "名册.xls"), today)
        except RosterRefused as refusal:
            told.append((refusal.what, refusal.why, refusal.mend))
    assert len(told) > 5
    assert all(all(parts) for parts in told)


def doctored(data, part, old, new):
    """The file with something in it that no honest program writes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as given, zipfile.ZipFile(out, "w") as made:
        for name in given.namelist():
            body = given.read(name)
            assert name != part or old in body
            made.writestr(name, body.replace(old, new) if name == part else body)
    return out.getvalue()


def roster(number):
    """A sheet whose one row goes back, as it names nobody; beside it a second sheet of the same."""
    book = openpyxl.Workbook()
    for page in (book.active, book.create_sheet("second")):
        for line in (["党员名册"], HEADS, [*row("", 1)[:-1], number]):
            page.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        *(("xl/workbook.xml", b'"second"', name) for name in (b'"a[b]:c"', b"\"'x'\"", b'"SHEET"', b'""')),
        ("xl/workbook.xml", b'"second"', f'"{"甲" * 40}"'.encode()),
        *(("xl/worksheets/sheet1.xml", b"<v>123456</v>", b"<v>%s</v>" % each) for each in (b"1E999", b"NaN")),
    ],
)
def test_what_excel_would_not_take_goes_back_in_a_file_that_it_takes(given, college, account_of, today):
    reader = account_of("committee_officer", college.committee)
    found = preview(
        reader=reader,
        committee=college.committee,
        data=doctored(roster(123456), *given),
        file_name="a.xlsx",
        today=today,
    )
    bad = [one.entry for one in found.people.rows if one.verb == "bad"]
    assert len(bad) == 2
    back = openpyxl.load_workbook(io.BytesIO(write_returned(found.sheets, bad)))
    assert [page.max_row for page in back] == [3, 3]
