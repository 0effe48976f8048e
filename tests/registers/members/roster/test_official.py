"""The official roster is written as it is given out: held against that file where it stands, and read back
whole.
"""

from __future__ import annotations

import datetime
import io
import os
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from zhibu.registers.members.roster.official import write_official
from zhibu.registers.members.roster.reading import read_sheets
from zhibu.registers.members.roster.rows import read_roster

TODAY = datetime.date(2026, 9, 1)
CHECKOUT = Path(__file__).resolve().parents[4]
OFFICIAL = Path(os.environ.get("ZHIBU_SHARED", CHECKOUT.parent / "shared")) / "data" / "official-roster.xlsx"

MEMBER = {
    "name": "郝自强",
    "branch": "第一党支部",
    "id_number": "34052419800101001X",
    "sex": "男",
    "ethnicity": "11",
    "born": datetime.date(1980, 1, 1),
    "education": "2B",
    "status": "full",
    "joined": datetime.date(2003, 6, 20),
    "confirmed": datetime.date(2004, 6, 20),
    "work_post": "0212",
    "mobile": "13800000001",
    "landline": "0313-1234567",
    "suspended": False,
    "lost": False,
    "lost_since": None,
    "floating": True,
    "floating_to": "河北省石家庄市",
}


def written(members, masked=False):
    out = io.BytesIO()
    write_official(members, committee="中共某学院委员会", day=TODAY, out=out, masked=masked)
    return out.getvalue()


@pytest.fixture(scope="module")
def official():
    if not OFFICIAL.is_file():
        pytest.skip(
            f"the official roster does not stand beside the checkout ({OFFICIAL.name}; set ZHIBU_SHARED)"
        )
    return openpyxl.load_workbook(OFFICIAL)


@pytest.fixture(scope="module")
def ours():
    return openpyxl.load_workbook(io.BytesIO(written([MEMBER])))


@pytest.mark.shared
def test_same_sheets_in_the_same_order(official, ours):
    assert ours.sheetnames == official.sheetnames


@pytest.mark.shared
def test_same_title_labels_and_headers(official, ours):
    left, right = ours.worksheets[0], official.worksheets[0]
    for row in (1, 3, 4):
        assert [c.value for c in left[row][:19]] == [c.value for c in right[row][:19]]
    for address in ("A2", "Q2"):
        assert left[address].value == right[address].value
    assert left["A6"].value == right["A6"].value
    assert left["R2"].value == "2026 年 9 月 1 日"
    assert left["B2"].value == "中共某学院委员会"


def shape(sheet: Worksheet):
    return {str(merged) for merged in sheet.merged_cells.ranges}


@pytest.mark.shared
@pytest.mark.parametrize("number", range(4))
def test_same_merged_cells(official, ours, number):
    assert shape(ours.worksheets[number]) == shape(official.worksheets[number])


@pytest.mark.shared
@pytest.mark.parametrize("number", [1, 2, 3])
def test_same_code_lists_to_the_space(official, ours, number):
    left, right = ours.worksheets[number], official.worksheets[number]
    assert [[c.value for c in row] for row in left.iter_rows()] == [
        [c.value for c in row] for row in right.iter_rows()
    ]


def rules(sheet: Worksheet):
    return {
        (
            frozenset(str(one) for one in rule.sqref.ranges),
            rule.type,
            rule.operator or "between",
            rule.formula1,
            rule.formula2,
            rule.allow_blank,
            rule.showErrorMessage,
            rule.showInputMessage,
            rule.errorTitle,
            rule.error,
        )
        for rule in sheet.data_validations.dataValidation
    }


@pytest.mark.shared
def test_same_validations(official, ours):
    assert rules(ours.worksheets[0]) == rules(official.worksheets[0])


@pytest.mark.shared
def test_same_widths_heights_and_hidden_columns(official, ours):
    for left, right in zip(ours.worksheets, official.worksheets, strict=True):

        def widths(sheet: Worksheet):
            found = {}
            for one in sheet.column_dimensions.values():
                for place in range(one.min, min(one.max, 30) + 1):
                    found[place] = (one.width, one.hidden)
            return found

        ours_widths, official_widths = widths(left), widths(right)
        assert ours_widths.keys() == official_widths.keys()
        for place, (width, hidden) in official_widths.items():
            assert ours_widths[place] == (pytest.approx(width, abs=0.15), hidden)  # a pixel
    heights = {row: shown.height for row, shown in official.worksheets[0].row_dimensions.items()}
    for row, height in heights.items():
        assert ours.worksheets[0].row_dimensions[row].height == pytest.approx(height, abs=0.4)


@pytest.mark.shared
def test_same_faces_of_the_cells(official, ours):
    left, right = ours.worksheets[0], official.worksheets[0]
    for row in (1, 3, 5):
        for ours_cell, official_cell in zip(left[row][:19], right[row][:19], strict=True):
            if row == 5 and ours_cell.column_letter != "H":  # there the file formats 学历 as a date
                assert ours_cell.number_format == official_cell.number_format, ours_cell
            assert ours_cell.font.name == official_cell.font.name
            assert ours_cell.font.sz == official_cell.font.sz
            assert ours_cell.alignment.horizontal == official_cell.alignment.horizontal


@pytest.mark.shared
def test_the_official_file_as_it_is_is_read():
    if not OFFICIAL.is_file():
        pytest.skip(
            f"the official roster does not stand beside the checkout ({OFFICIAL.name}; set ZHIBU_SHARED)"
        )
    (sheet,), others = read_roster(read_sheets(OFFICIAL.read_bytes(), OFFICIAL.name), TODAY)
    assert others == ["民族", "学历", "工作岗位"]
    assert len(sheet.header.columns) == 19
    (entry,) = sheet.entries
    assert entry.values["name"] == "张三"
    assert entry.values["work_post"] == "011"
    assert entry.values["mobile"] == "15578338068"
    # its example joined the Party on the day of birth: shown, and a person may overrule it
    assert [fault.code for fault in entry.faults] == ["joined.before_18"]
    assert not entry.stops({"joined.before_18"})


def test_what_is_written_is_read_back_whole():
    (sheet,), _ = read_roster(read_sheets(written([MEMBER]), "a.xlsx"), TODAY)
    (entry,) = sheet.entries
    assert not entry.faults
    expected = {key: value for key, value in MEMBER.items() if value is not None}
    assert entry.values == expected | {"row_number": "1"}


def test_an_empty_roster_keeps_its_shape():
    book = openpyxl.load_workbook(io.BytesIO(written([])))
    sheet = book.worksheets[0]
    assert sheet["A5"].value.startswith("注")
    assert "A5:S5" in shape(sheet)


def test_masked_numbers_do_not_leave_the_house_and_say_nothing_on_the_way_back():
    data = written([MEMBER], masked=True)
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    assert sheet["D5"].value == "340524********001X"
    assert sheet["M5"].value == "138****0001"
    (read,), _ = read_roster(read_sheets(data, "a.xlsx"), TODAY)
    (entry,) = read.entries
    assert {"id_number", "mobile", "landline"} & set(entry.values) == set()
    assert not entry.stops()


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", '=HYPERLINK("http://x")'])
def test_no_cell_becomes_a_formula(text):
    sheet = openpyxl.load_workbook(
        io.BytesIO(written([MEMBER | {"floating_to": text, "name": text}]))
    ).worksheets[0]
    assert sheet["S5"].data_type == "s"
    assert sheet["S5"].value == text
    assert sheet["B5"].data_type == "s"
