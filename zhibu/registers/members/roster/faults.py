"""What can be wrong with a row: stable codes, whether a person may overrule them, and what then happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

Weight = Literal["fault", "warning"]


class FaultKind(NamedTuple):
    """A sort of fault. `overrule`: what happens when a person says it is right so; empty = it cannot be
    overruled.
    """

    title: str
    weight: Weight = "fault"
    overrule: str = ""


KINDS: dict[str, FaultKind] = {
    "name.missing": FaultKind("缺姓名"),
    "name.unlikely": FaultKind("姓名不像姓名"),
    "id.length": FaultKind("身份证号位数不对"),
    "id.characters": FaultKind("身份证号有别的字符"),
    "id.birth": FaultKind("身份证号里的出生日期不对"),
    "id.check": FaultKind("身份证号校验位不对"),
    "id.rounded": FaultKind("身份证号末几位已丢失"),
    "id.zeros": FaultKind("身份证号以 000 结尾", overrule="照表内的号码导入"),
    "id.repeated": FaultKind("同一身份证号出现两次"),
    "id.masked": FaultKind("身份证号已遮盖", "warning"),
    "id.converted": FaultKind("15 位旧号已换算为 18 位", "warning"),
    "sex.unknown": FaultKind("性别读不出"),
    "sex.contradicts": FaultKind("性别与身份证号不符"),
    "birth.contradicts": FaultKind("出生日期与身份证号不符", overrule="以表内的出生日期为准"),
    "date.unreadable": FaultKind("日期读不出"),
    "date.ambiguous": FaultKind("日期有两种可能"),
    "date.impossible": FaultKind("没有这一天"),
    "date.year_only": FaultKind("日期只有年份"),
    "date.month_only": FaultKind("日期只有年月，记为当月 1 日", "warning"),
    "date.before_birth": FaultKind("日期早于出生"),
    "date.future": FaultKind("日期在今天之后"),
    "date.order": FaultKind("日期先后颠倒"),
    "joined.before_18": FaultKind("入党时未满 18 周岁", overrule="照表内日期导入"),
    "code.unknown": FaultKind("不在代码表内", overrule="导入，这一栏留空"),
    "status.unknown": FaultKind("人员类别读不出"),
    "status.missing": FaultKind("缺人员类别", overrule="按正式党员导入"),
    "status.contradicts": FaultKind("人员类别与转正日期不符"),
    "phone.shape": FaultKind("电话号码不对", overrule="导入，这一栏留空"),
    "yes_no.unknown": FaultKind("不是“是”或“否”", overrule="导入，这一栏留空"),
    "suspended.unknown": FaultKind("党籍状态读不出", overrule="导入，这一栏留空"),
    "branch.missing": FaultKind("缺所在党支部"),
    "branch.unknown": FaultKind("没有这个党支部", overrule="新建这个党支部"),
    "branch.ambiguous": FaultKind("党支部名称有两个都像"),
    "member.ambiguous": FaultKind("库里有两个人都像"),
    "member.foreign": FaultKind("已在别的党委登记"),
    "number.taken": FaultKind("学工号已有人使用"),
    "status.backwards": FaultKind("库里已是正式党员"),
    "post.taken": FaultKind("职务已有人担任，没有改动", "warning"),
    "post.unknown": FaultKind("书记不在这个支部的名册里，没有任命", "warning"),
    "applied.missing": FaultKind("缺入党申请时间", "warning"),
    "applicant.member": FaultKind("已是党员，只核对个人信息", "warning"),
    "applicant.joined": FaultKind("填了入党时间的申请人"),
    "row.repeated": FaultKind("与前面的行重复"),
    "row.shifted": FaultKind("整行错列"),
    "text.long": FaultKind("文字过长"),
    "cell.formula": FaultKind("单元格是公式", overrule="按文件里保存的结果读入"),
    "cell.empty_formula": FaultKind("单元格是公式，没有保存结果"),
    "cell.error": FaultKind("单元格是错误值"),
}


@dataclass(frozen=True)
class Fault:
    """Something wrong in one cell (or in the row as a whole: column None)."""

    code: str
    what: str
    mend: str
    column: int | None = None  # from nought
    title: str = ""  # of the column, as the sheet writes it

    @property
    def kind(self) -> FaultKind:
        """Its sort, with weight and what overruling does."""
        return KINDS[self.code]

    @property
    def letter(self) -> str:
        """The column as Excel names it; empty for the row as a whole."""
        return "" if self.column is None else column_letter(self.column)

    def stops(self, accepted: frozenset[str] | set[str] = frozenset()) -> bool:
        """Whether the row goes back, given the codes that a person has overruled."""
        return self.kind.weight == "fault" and not (self.kind.overrule and self.code in accepted)

    def __str__(self) -> str:
        where = f"{self.letter} 列“{self.title}”：" if self.column is not None else ""
        return f"{where}{self.what}。{self.mend}。（{self.code}）"


def column_letter(column: int) -> str:
    """0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
