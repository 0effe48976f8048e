"""What is in a box: every state with the file that shows it, records and originals, nothing that is not the asker's."""

from __future__ import annotations

import json
import re
import zipfile
from io import BytesIO

import pytest
from openpyxl import load_workbook

from tests.documents.archive.conftest import PDF
from zhibu.desk import findings
from zhibu.documents.archive import making, names, storage
from zhibu.jobs import worker
from zhibu.site import packs, uploads

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(monkeypatch):
    """What is given to typesetting while a box is made: template and values."""
    found = []
    real = making.pdf

    def keep(template, values, made, **other):
        found.append((template, json.loads(json.dumps(values))))
        return real(template, values, made, **other)

    monkeypatch.setattr(making, "pdf", keep)
    return found


@pytest.fixture
def box(written, made):
    """The finished archive, open."""
    with zipfile.ZipFile(storage.finished(made.pk)) as opened:
        yield opened


def index_of(written):
    return next(values for template, values in written if template == "index")


def rows_of(written, place):
    chapter = next(one for one in index_of(written)["chapters"] if one["place"] == place)
    return [(section, row) for section in chapter["sections"] for row in section["rows"]]


def sheet_of(box):
    return [
        list(row)
        for row in load_workbook(BytesIO(box.read("检查结果.xlsx"))).active.iter_rows(values_only=True)
    ]


def test_folders_by_branch_and_article_hold_records_and_originals(box):
    found = box.namelist()
    study = [name for name in found if name.startswith("02 机电工程系党支部/第06条 补钙加油/")]
    assert "02 机电工程系党支部/第06条 补钙加油/00 卷内目录.pdf" in study
    record = next(name for name in study if name.endswith("2026-11-18 集体学习日：十 五 规划.pdf"))
    assert box.read(record).startswith(b"%PDF-")
    number = record.rpartition("/")[2][:3]
    original = f"02 机电工程系党支部/第06条 补钙加油/{number}-附件1 签到表.pdf"
    assert box.read(original) == PDF
    room = next(name for name in found if name.startswith("02") and "/第04条" in name and "附件1" in name)
    assert room.endswith("签到表.pdf")
    assert box.read(room) == PDF + b"%2"
    assert box.testzip() is None
    assert "另一学院" not in "".join(found)


def test_names_are_legible_on_windows(box):
    for entry in box.infolist():
        assert not re.search(r'[<>:"\\|?*\x00-\x1f]', entry.filename)
        assert all(part == part.strip(" .") and part for part in entry.filename.split("/"))
        assert len(entry.filename) < 180
        assert entry.filename.isascii() or entry.flag_bits & 0x800  # UTF-8
    lowered = [name.lower() for name in box.namelist()]
    assert len(set(lowered)) == len(lowered)


def test_every_state_of_the_index_leads_to_a_file(box, written):
    for place, folder in (("信息工程系党支部", "01"), ("机电工程系党支部", "02")):
        names_of = [name.rpartition("/")[2] for name in box.namelist() if name.startswith(folder)]
        rows = rows_of(written, place)
        assert rows
        shown = 0
        for _, row in rows:
            for number in re.findall(r"\d{3}", row[4]):
                assert any(name.startswith(f"{number} ") for name in names_of), row
                shown += 1
        assert shown > 5
    weekly = [row for _, row in rows_of(written, "机电工程系党支部") if row[0].startswith("每周集中学习")]
    done = next(row for row in weekly if row[1] == "2026年第47周")
    assert done[2:4] == ["已完成", "1 个半天 / 1 个半天"]
    assert any(
        name.startswith(f"{done[4]} 2026-11-18")
        for name in [one.rpartition("/")[2] for one in box.namelist()]
    )


def test_a_miss_on_an_unsigned_reading_is_not_called_one(box, written):
    norm = packs.norm()
    doubtful = {duty.title for duty in norm.duties.values() if duty.readings}
    rows = [row for place in ("机电工程系党支部", "示例学院党委") for _, row in rows_of(written, place)]
    marked = [row for row in rows if row[0].endswith(" ※")]
    assert {row[0].removesuffix(" ※") for row in marked} <= doubtful
    assert any("口径待确认" in row[2] for row in marked)
    assert not any("未完成" in row[2] for row in marked)
    assert any(name == "口径" for name, _ in index_of(written)["about"])


def test_the_workbook_holds_every_finding_of_the_selection(box, made, today, recorded):
    sheet = sheet_of(box)
    chosen = {recorded.committee.pk, recorded.one.pk, recorded.two.pk, recorded.group.pk}
    found = [
        one
        for one in findings.findings(today).findings
        if one.org in chosen
        and one.article in made.selection.articles
        and made.selection.holds(packs.norm(), one)
    ]
    assert len(sheet) - 1 == len(found) == made.counts["findings"]
    studied = next(row for row in sheet if row[2] == "每周集中学习" and row[4] == "2026年第47周")
    assert "2026年11月18日 集中学习 1 个半天" in studied[10]


def test_nothing_of_another_committee_and_no_number_is_in_it(box, written):
    everything = json.dumps(written, ensure_ascii=False) + str(sheet_of(box)) + box.read("说明.txt").decode()
    assert "张三" in everything
    assert "王五" not in everything
    assert "另一学院" not in everything
    assert "13800001234" not in everything


def test_a_joint_activity_shows_each_its_own_list(system, officer, everything, recorded, today, written):
    from zhibu.documents.archive import actions
    from zhibu.registers.activities import actions as activities
    from zhibu.registers.activities.actions import Draft, Line
    from zhibu.registers.activities.rules import Block

    both = activities.record_activity(
        actor=system,
        organization=recorded.one,
        draft=Draft(
            "联合学习", ("four.study",), (Block(today, "morning"),), content="x", joint=(recorded.two,)
        ),
        lines=[Line(recorded.zhang.pk, recorded.one.pk, "present")],
        today=today,
    )
    activities.confirm_part(
        actor=system, activity=both, organization=recorded.two,
        lines=[Line(recorded.li.pk, recorded.two.pk, "leave", "住院")], today=today,
    )  # fmt: skip
    actions.ask(actor=officer, selection=everything, today=today)
    worker.work_all()
    lists = {
        values["below"].split("　")[0]: [one[0] for one in values["people"]]
        for template, values in written
        if template == "activity" and values["title"] == "联合学习"
    }
    assert lists == {"机电工程系党支部": ["张三"], "信息工程系党支部": ["李四"]}


def test_an_original_that_is_gone_is_said(asked, officer, written, settings):
    uploads.path_of(settings.FILES, uploads.digest_of(PDF)).unlink()
    worker.work_all()
    asked.refresh_from_db()
    with zipfile.ZipFile(storage.finished(asked.pk)) as box:
        note = box.read("说明.txt").decode("utf-8-sig")
        assert "原件不在服务器上的附件" in note
        assert "附件1 签到表.pdf" in note
        assert asked.counts["originals"] == 2  # of the two rooms
    assert any(name == "缺件" for name, _ in index_of(written)["about"])


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("签到表.pdf", "007-附件1 签到表.pdf"),
        ("a/b\\c:d*?.PDF", "007-附件1 a b c d.PDF"),
        ("CON", "007-附件1 CON"),
        (" ..", "007-附件1"),
        ("e\u0301.jpg", "007-附件1 é.jpg"),
        ("长" * 200 + ".docx", "007-附件1 " + "长" * 60 + ".docx"),
        ("行\n二\u202e.xlsx", "007-附件1 行 二.xlsx"),
    ],
)
def test_original_names(typed, name):
    assert names.original("007-附件1", typed) == name


def test_study_stands_with_its_text_and_proof(
    recorded, officer, everything, system, today, written, account_of
):
    from datetime import date

    from zhibu.documents.archive import actions
    from zhibu.documents.archive.models import Archive
    from zhibu.registers.education import actions as study
    from zhibu.registers.education import rules
    from zhibu.registers.organizations.models import FirstDayOfUse

    FirstDayOfUse.objects.update(since=date(2026, 1, 1))  # the hours of the year are owed
    secretary = account_of("branch_secretary", recorded.one)
    quarter = rules.period_of("quarter", today)
    own = {"actor": secretary, "organization": recorded.one, "member": recorded.zhang, "today": today}
    study.hand_in_reflection(
        draft=study.ReflectionDraft(period=quarter, day=today, title="学习党章", body="三点体会"), **own
    )
    day = date(2026, 10, 9)
    study.enter_training(
        draft=study.TrainingDraft(title="网络培训", first=day, last=day, minutes=480),
        file=("证书.pdf", PDF),
        confirmed=True,
        **own,
    )
    actions.ask(actor=officer, selection=everything, today=today)
    worker.work_all()
    lines = [" ".join(row) for template, values in written if template == "list" for row in values["rows"]]
    assert any("学习党章" in line and "三点体会" in line for line in lines)
    assert any("网络培训" in line and "8 学时" in line for line in lines)
    with zipfile.ZipFile(storage.finished(Archive.objects.get().pk)) as box:
        assert any(name.endswith("-附件1 证书.pdf") for name in box.namelist())
