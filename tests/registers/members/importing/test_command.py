"""`zhibu import roster` and `undo` as they are typed: what is written, what is left, how they exit."""

import pytest

from zhibu.cli import main
from zhibu.registers.members.models import Membership
from zhibu.registers.organizations.models import Placement

pytestmark = pytest.mark.django_db
HEAD = "姓名,所在党支部,公民身份证号码,人员类别\n"
GOOD = "张一,一支部,,正式党员\n李二,一支部,,预备党员\n"
BAD = "王三,一支部,123,正式党员\n"


@pytest.fixture
def roster(tmp_path):
    def written(rows):
        path = tmp_path / "名册.csv"
        path.write_text(HEAD + rows, encoding="utf-8")
        return str(path)

    return written


def committees():
    return [one.name for one in Placement.objects.filter(kind="committee")]


def test_an_import_of_no_row_sets_up_no_committee(roster, capsys):
    assert main(["import", "roster", roster(BAD), "--committee", "甲", "--new-branches"]) == 1
    assert "党委也没有新建" in capsys.readouterr().out
    assert main(["import", "roster", roster(GOOD), "--committee", "甲", "--accept", "no.such"]) == 2
    assert "--accept 不能写 no.such" in capsys.readouterr().err
    assert main(["import", "roster", roster(GOOD), "--committee", "甲", "--new-branches", "--dry-run"]) == 0
    assert "只是预览，没有写入" in capsys.readouterr().out
    assert committees() == []


def test_good_rows_are_written_bad_ones_go_back_and_the_batch_is_undone(roster, tmp_path, capsys):
    back = tmp_path / "退回.xlsx"
    words = [
        "import",
        "roster",
        roster(GOOD + BAD),
        "--committee",
        "甲",
        "--new-branches",
        "--bad",
        str(back),
    ]
    assert main(words) == 0
    assert committees() == ["甲"]
    assert Membership.objects.count() == 2
    capsys.readouterr()
    assert main(["import", "roster", str(back), "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "退回 1" in told
    assert "注意" not in told  # its columns of reasons and rows are our own
    assert main(["import", "undo", "--committee", "乙"]) == 1
    assert "没有党委“乙”" in capsys.readouterr().err
    assert main(["import", "undo"]) == 0
    assert Membership.objects.count() == 0
    assert main(["import", "undo"]) == 1


def test_a_file_that_is_not_there_is_told(tmp_path, capsys):
    assert main(["import", "roster", str(tmp_path / "none.xlsx"), "--committee", "甲"]) == 1
    assert f"错误：{tmp_path / 'none.xlsx'}：没有这个文件或文件夹" in capsys.readouterr().err
