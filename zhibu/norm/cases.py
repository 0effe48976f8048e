"""Reads the example cases beside a duty: short rows of facts in a small default world (docs/norm-pack.md)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from zhibu.norm.document import EARLIEST, LARGEST, Entry, as_day, read_day
from zhibu.norm.model import Case, Duty, Kind
from zhibu.norm.nearest import choose, meant, nearest
from zhibu.norm.tables import MEMBER_CATEGORIES, ORGANIZATION_KINDS

Row = dict[str, Any]

#: The default world (默认情景): what stands in every case unless the case says otherwise.
START = date(2020, 1, 1)
COMMITTEE, BRANCH, MEMBER = "党委", "支部", "张三"

#: The words of a case for the status of a finding; 无 = no such finding.
STATUSES = {
    "已完成": "met",
    "补办": "late",
    "进行中": "open",
    "未完成": "missed",
    "经批准免除": "exempt",
    "未定标准": "no rule",
    "无": None,
}
#: The same the other way round.
WORDS: dict[Any, str] = {status: word for word, status in STATUSES.items() if status}
ORGANIZATION_CATEGORIES = ("staff", "student", "retiree", "mixed")
MEMBER_STATUSES = ("full", "probationary")
#: So many rows at most are written as one.
MOST_ROWS = 10_000
RANGE = re.compile(r"\{(\d+)\.\.(\d+)\}")
INTERVAL = re.compile(r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})?")
DAY = r"\d{4}-\d{2}-\d{2}"
PERIODS = {
    "week": r"\d{4}-W\d{2}",
    "month": r"\d{4}-\d{2}",
    "quarter": r"\d{4}-Q[1-4]",
    "half": r"\d{4}-H[12]",
    "year": r"\d{4}",
    "teaching_week": r"\d{4}-W\d{2}",
    "teaching_month": r"\d{4}-\d{2}",
    "semester": r"\d{4}-[a-zH0-9_]+",
}


class Malformed(ValueError):
    """A row of a case that cannot be read: the message says why, `mend` how it is written."""

    def __init__(self, why: str, mend: str = "") -> None:
        super().__init__(why)
        self.mend = mend


def expand(row: str) -> list[str]:
    """The row once for each number of its {1..9}; several such ranges in a row run together."""
    ranges = RANGE.findall(row)
    if not ranges:
        return [row]
    first, last = ranges[0]
    if any(pair != ranges[0] for pair in ranges) or int(last) < int(first):
        raise Malformed("一行里的 {…} 须相同，且由小到大")
    if int(last) - int(first) >= MOST_ROWS:
        raise Malformed(f"{{{first}..{last}}} 展开后多于 {MOST_ROWS} 行", "案例只取界限两边，改小")
    width = len(first) if first.startswith("0") else 0
    return [RANGE.sub(str(number).zfill(width), row) for number in range(int(first), int(last) + 1)]


def read_cases(entry: Entry | None, duty: Duty, kinds: Mapping[str, Kind]) -> tuple[Case, ...]:
    """The cases of a duty, every default filled in. Faults: case-malformed, and those of the format."""
    found: list[Case] = []
    for item in entry.items() if entry is not None else []:
        case = read_case(item, duty, kinds)
        if case is not None:
            found.append(case)
    return tuple(found)


def read_case(item: Entry, duty: Duty, kinds: Mapping[str, Kind]) -> Case | None:
    """One case; None with faults when it cannot be read."""
    fields = item.fields(("case", "as_of", "expect"), ("since", "organizations", "members", "facts"))
    as_of = fields.day("as_of")
    if as_of is None:
        return None
    before = len(item.faults.found)
    for key in ("as_of", "since"):
        if (day := fields.day(key)) is not None and day < EARLIEST:
            fields[key].fault("date-ambiguous", f"“{key}” 的日期“{day}”太早", f"不早于 {EARLIEST}")
    organizations = _replaced(
        [_organization(f"{COMMITTEE} committee"), _organization(f"{BRANCH} branch")],
        _rows(fields.get("organizations"), _organization),
        "org",
    )
    memberships = _replaced([_membership(MEMBER)], _rows(fields.get("members"), _membership), "member")
    org_kinds = {str(row["org"]): str(row["kind"]) for row in organizations}
    for row in memberships:
        if row["org"] not in org_kinds:
            item.fault("case-malformed", f"案例里没有组织“{row['org']}”", "在 organizations 里补写")
    events: list[Row] = []
    states: list[Row] = []
    for row in _rows(fields.get("facts"), lambda text: _fact(text, kinds, org_kinds)):
        (states if "since" in row else events).append(row)
    if not any(row["kind"] == "in_use" for row in states) and COMMITTEE in org_kinds:
        states.insert(0, _state("in_use", COMMITTEE, None, START, None, {"ref": "*"}))
    known = {*org_kinds, *(row["member"] for row in (*memberships, *events, *states) if row["member"])}
    told = len(item.faults.found)
    expect = _rows(fields.get("expect"), lambda text: _expected(text, duty, as_of, known))
    if not expect and "expect" in fields and len(item.faults.found) == told:
        item.fault("case-malformed", "案例没有写应得的结果", "补写 expect: 主体 时段 状态")
    if len(item.faults.found) > before:
        return None
    facts = {"organizations": organizations, "memberships": memberships, "events": events, "states": states}
    return Case(
        fields.text("case"),
        as_of,
        {key: tuple(rows) for key, rows in facts.items()},
        tuple(expect),
        fields.day("since"),
    )


def _rows(entry: Entry | None, read: Callable[[str], Row]) -> list[Row]:
    """The rows under a key: one row, or a list of rows."""
    if entry is None:
        return []
    found: list[Row] = []
    for item in entry.items() if entry.is_list else [entry]:
        text = item.word()
        try:
            found.extend(read(line) for line in expand(text))
        except Malformed as error:
            mend = error.mend or "照 docs/norm-pack.md 的写法改"
            item.fault("case-malformed", f"案例这一行读不懂“{text}”：{error}", mend)
    return found


def _replaced(defaults: Iterable[Row], rows: Sequence[Row], key: str) -> list[Row]:
    """The default rows but those that the case itself gives, then the case's."""
    given = {row[key] for row in rows}
    return [row for row in defaults if row[key] not in given] + list(rows)


def _interval(word: str) -> tuple[date, date | None] | None:
    """since and until of SINCE..UNTIL; None when the word is none."""
    found = INTERVAL.fullmatch(word)
    if found is None:
        return None
    since, until = read_day(found[1]), read_day(found[2]) if found[2] else None
    if since is None or (found[2] and until is None) or (until is not None and until <= since):
        raise Malformed(f"起止“{word}”不对，应为 2026-01-01..2026-07-01，止日不含、在起日之后")
    return since, until


def _organization(text: str) -> Row:
    """`ID KIND [CATEGORY] [under=PARENT] [SINCE..UNTIL]`."""
    id, kind, *rest = (*text.split(), "") if " " not in text else text.split()
    if kind not in ORGANIZATION_KINDS:
        raise Malformed(f"组织种类“{kind}”应为 {'、'.join(ORGANIZATION_KINDS)}")
    row: Row = {
        "org": id,
        "parent": None if kind == "committee" else COMMITTEE,
        "kind": kind,
        "category": "staff" if kind == "branch" else None,
        "name": id,
        "since": START,
        "until": None,
    }
    for word in rest:
        interval = _interval(word)
        if interval is not None:
            row["since"], row["until"] = interval
        elif word.startswith("under="):
            row["parent"] = word.removeprefix("under=") or None
        elif word in ORGANIZATION_CATEGORIES:
            row["category"] = word
        else:
            raise Malformed(f"不认识“{word}”")
    return row


def _membership(text: str) -> Row:
    """`MEMBER [ORG] [STATUS] [CATEGORY] [SINCE..UNTIL]`."""
    member, *rest = text.split()
    row: Row = {
        "member": member,
        "org": BRANCH,
        "status": "full",
        "category": "staff",
        "since": START,
        "until": None,
    }
    for word in rest:
        interval = _interval(word)
        if interval is not None:
            row["since"], row["until"] = interval
        elif word in MEMBER_STATUSES:
            row["status"] = word
        elif word in MEMBER_CATEGORIES:
            row["category"] = word
        else:
            row["org"] = word
    return row


def _fact(text: str, kinds: Mapping[str, Kind], org_kinds: Mapping[str, str]) -> Row:
    """`KIND ORG[/MEMBER] DAY|SINCE..UNTIL [amount=N] [ref=R] [day=D] [recorded=D]`."""
    words = text.split()
    if len(words) < 3:
        raise Malformed("应写 种类 组织[/党员] 日期", f"例如：{_EVENT}")
    kind, whose, when, *rest = words
    if kind not in kinds:
        raise Malformed(f"没有事实种类“{kind}”", choose(kind, kinds, "改成 kinds.yaml 中的种类"))
    known = kinds[kind]
    org, _, member = whose.partition("/")
    if org not in org_kinds:
        raise Malformed(f"案例里没有组织“{org}”", _stands(org, org_kinds, "organizations"))
    if known.organizations and org_kinds[org] not in known.organizations:
        raise Malformed(
            f"“{kind}”不归{org_kinds[org]}，只归{'、'.join(known.organizations)}",
            "换一个组织；或改 kinds.yaml 里这个种类的 organizations",
        )
    if (known.member == "required" and not member) or (known.member == "none" and member):
        wanted = f"{org}/{MEMBER}" if known.member == "required" else org
        raise Malformed(
            f"“{kind}”{'须写' if known.member == 'required' else '不写'}党员",
            f"写成 {kind} {wanted} {when}",
        )
    given: Row = {}
    for word in rest:
        key, equals, value = word.partition("=")
        if not equals or key not in ("amount", "ref", "day", "recorded") or key in given:
            said = choose(
                key, ("amount", "ref", "day", "recorded"), "后面只能写 amount=、ref=、day=、recorded="
            )
            raise Malformed(f"不认识“{word}”", said)
        given[key] = _value(key, value)
    if given.get("amount") is not None and known.amount is None:
        raise Malformed(f"“{kind}”没有数额", "删去 amount=；或在 kinds.yaml 给这个种类写 amount")
    if known.type == "event":
        return _event(kind, org, member or None, _date(when), given)
    if known.type == "derived":
        raise Malformed(f"“{kind}”由组织和党员推出，不能写", "改写案例的 organizations 或 members")
    interval = _interval(when)
    if interval is None or "day" in given:
        since = when if read_day(when) else "2026-01-01"
        raise Malformed(
            f"“{kind}”是状态，应写起止", f"写成 {kind} {whose} {since}.. （没有止日的，“..”后面留空）"
        )
    return _state(kind, org, member or None, *interval, given)


def _value(key: str, text: str) -> object:
    if key == "ref":
        return text
    if key == "amount":
        if not re.fullmatch(r"-?(0|[1-9]\d*)", text):
            raise Malformed(f"数额“{text}”应是整数")
        if abs(int(text)) > LARGEST:
            raise Malformed(f"数额“{text}”太大", f"核对位数；最多 {LARGEST}")
        return int(text)
    return _date(text)


def _date(text: str) -> date:
    day = read_day(text)
    if day is None:
        raise Malformed(f"日期“{text}”不明确", as_day(text))
    return day


def _event(kind: str, org: str, member: str | None, happened: date, given: Row) -> Row:
    return {
        "kind": kind,
        "org": org,
        "member": member,
        "day": given.get("day", happened),
        "happened": happened,
        "amount": given.get("amount"),
        "ref": given.get("ref"),
        "recorded": given.get("recorded", happened),
    }


def _state(kind: str, org: str, member: str | None, since: date, until: date | None, given: Row) -> Row:
    return {
        "kind": kind,
        "org": org,
        "member": member,
        "since": since,
        "until": until,
        "amount": given.get("amount"),
        "ref": given.get("ref"),
        "recorded": given.get("recorded", since),
    }


def _expected(text: str, duty: Duty, as_of: date, known: set[str]) -> Row:
    """`SUBJECT [PERIOD] STATUS [ACTUAL/REQUIRED] [ref=R]`; standing and streak need no period."""
    words = text.split()
    if len(words) >= 2 and words[1] in STATUSES:
        words.insert(1, as_of.isoformat())
    if len(words) < 3 or words[2] not in STATUSES:
        status = next((word for word in words[1:3] if nearest(word, STATUSES)), "")
        said = f"状态{meant(status, STATUSES)}" if status else ""
        raise Malformed("应写 主体 时段 状态", f"{said}状态有：{'、'.join(STATUSES)}。例如：{_expects(duty)}")
    subject, period, status, *rest = words
    if subject not in known:
        raise Malformed(f"案例里没有“{subject}”", _stands(subject, known, "organizations 或 members"))
    if not re.fullmatch(period_pattern(duty), period):
        raise Malformed(f"时段“{period}”不是这项要求的时段", f"时段的写法如：{_expects(duty)}")
    row: Row = {"subject": subject, "period": period, "status": STATUSES[status]}
    for word in rest:
        if word.startswith("ref="):
            row["ref"] = word.removeprefix("ref=")
        elif found := re.fullmatch(r"(-?\d+|-)/(-?\d+|-)", word):
            row["actual"], row["required"] = (
                None if number == "-" else int(number) for number in found.groups()
            )
        else:
            raise Malformed(f"不认识“{word}”", f"实有与应有写成 1/2。例如：{_expects(duty)}")
    return row


#: How an event of a case is written.
_EVENT = "shift.briefing 支部 2026-06-01 ref=课"
#: A period of each unit, as a case names it.
EXAMPLES = {
    "week": "2026-W12",
    "month": "2026-06",
    "quarter": "2026-Q2",
    "half": "2026-H1",
    "year": "2026",
    "teaching_week": "2026-W12",
    "teaching_month": "2026-03",
    "semester": "2026-spring",
}


def _stands(word: str, known: Iterable[str], where: str) -> str:
    listed = "、".join(sorted(known))
    return f"{meant(word, known)}案例里有：{listed}；别的先在案例的 {where} 里写"


def _expects(duty: Duty) -> str:
    """A row of results as this duty has them."""
    if duty.form in ("standing", "streak"):
        return "支部 已完成 1/1"
    if duty.form == "sequence":
        return "支部 2026-06-01 已完成 1/1（时段写起因那一天）"
    unit = duty.period or ""
    return f"支部 {EXAMPLES.get(unit, f'2026-{unit} 或 2026-03+2')} 已完成 1/1"


def period_pattern(duty: Duty) -> str:
    """How the names of a duty's periods are written: a regular expression."""
    if duty.form != "quota" or duty.period is None:
        return DAY
    return PERIODS.get(duty.period, r"\d{4}-[a-z0-9_.]+|\d{4}-\d{2}\+\d+")


def differences(case: Case, duty: str, findings: Iterable[Any]) -> list[str]:
    """What a case expects and the findings of an evaluator (rows, columns as attributes) do not give."""
    rows: dict[tuple[str, str], list[Any]] = {}
    for finding in findings:
        if finding.duty == duty:
            rows.setdefault((finding.subject, finding.period), []).append(finding)
    told = []
    for expected in case.expect:
        found = rows.get((str(expected["subject"]), str(expected["period"])), [])
        if "ref" in expected:
            found = [finding for finding in found if finding.ref == expected["ref"]]
        name = f"{case.sentence}：{expected['subject']} {expected['period']}"
        if expected["status"] is None:
            told += [f"{name} 写的是“无”，检查却得出“{WORDS[finding.status]}”" for finding in found]
            continue
        if len(found) != 1:
            word = WORDS[expected["status"]]
            got = "却没有这样的结果" if not found else f"却有 {len(found)} 条，要用 ref= 说明是哪一条"
            told.append(f"{name} 写的是“{word}”，检查{got}")
            continue
        for column, what in (("status", "状态"), ("actual", "实有"), ("required", "应有")):
            got = getattr(found[0], column)
            if column in expected and got != expected[column]:
                said, is_ = (WORDS.get(value, value) for value in (expected[column], got))
                counted = (
                    f"（实有 {found[0].actual}，应有 {found[0].required}）" if column == "status" else ""
                )
                told.append(f"{name} {what}写的是“{said}”，检查得出“{is_}”{counted}")
    return told
