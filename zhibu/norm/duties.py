"""Reads a duty (工作要求) by its form: the fields that each form has, and what they refer to."""

from __future__ import annotations

from dataclasses import dataclass, field

from zhibu.norm.document import Entry, Fields
from zhibu.norm.model import (
    COMMON_UNITS,
    SCHOOL_UNITS,
    Bound,
    Calendar,
    Due,
    Duty,
    Kind,
    Parameter,
    Procedure,
    Reading,
    SubjectSet,
    Term,
)
from zhibu.norm.nearest import choose
from zhibu.norm.tables import check_id

COMMON = ("title", "who", "form", "why")
OPTIONAL = ("readings", "holds_from", "holds_until", "cases")

#: Fields of each form: those it needs, those it may have.
FORMS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "quota": (("bound", "period"), ("kinds", "measure", "compare", "least", "due", "grace")),
    "standing": (("bound",), ("kinds", "measure", "compare", "lasts", "ratio")),
    "sequence": (
        (),
        ("anchors", "missed", "require", "match", "direction", "lead", "within", "cap", "lasts", "grace"),
    ),
    "streak": (("kinds", "period", "limit"), ("excused",)),
}
EVERY_FIELD = tuple(dict.fromkeys(word for form in FORMS.values() for group in form for word in group))
MEASURES = ("count", "days", "kinds", "sum")
#: What a type of kinds is called.
TYPES = {"event": "事件（哪天发生）", "state": "状态（自哪天起到哪天止）", "derived": "推出的状态"}
COMPARES = ("at_least", "at_most", "exactly")
DIRECTIONS = ("before", "after", "during")


@dataclass
class Known:
    """What the packs define, for references: filled table by table."""

    kinds: dict[str, Kind] = field(default_factory=dict)
    subjects: dict[str, SubjectSet] = field(default_factory=dict)
    parameters: dict[str, Parameter] = field(default_factory=dict)
    readings: dict[str, Reading] = field(default_factory=dict)
    procedures: dict[str, Procedure] = field(default_factory=dict)

    def kind(self, entry: Entry, id: str, *types: str) -> str:
        """The kind's id, with a fault when no pack lists it or it is of another type."""
        if id not in self.kinds and any(one.lower().replace("-", "_") == id for one in self.kinds):
            return id  # listed under a malformed id: told there
        if id not in self.kinds:
            full = "逗号是全角的，改成英文逗号加空格；" if "，" in id or "、" in id else ""
            near = choose(id, self.kinds, "改成 kinds.yaml 中的种类，或在那里补列")
            entry.fault("kind-unknown", f"没有事实种类“{id}”", full + near)
        elif types and self.kinds[id].type not in types:
            is_, wanted = TYPES[self.kinds[id].type], "或".join(TYPES[type] for type in types)
            entry.fault(
                "type-wrong",
                f"“{id}”（{self.kinds[id].title}）是{is_}，这里要{wanted}",
                "换成合适的种类；或改 form：quota、sequence、streak 数事件，standing 看状态",
            )
        return id

    def parameter(self, entry: Entry | None, checklist: bool = False) -> str | None:
        """The parameter's id, with a fault when no pack defines it."""
        if entry is None:
            return None
        id = entry.word()
        if id not in self.parameters:
            what, mend = f"没有参数“{id}”", "改成 parameters.yaml 中的参数，或在那里补写"
            if id.isdigit():
                what = f"这里直接写了数字 {id}，应写参数的编号"
                mend = "在 parameters.yaml 里写一个参数（数字、自哪天起、出处），这里写它的编号"
            entry.fault("parameter-unknown", what, choose(id, self.parameters, mend))
        elif self.parameters[id].checklist != checklist:
            what, mend = f"参数“{id}”是数字，这里要清单", f"直接写 {id}，不写 all"
            if self.parameters[id].checklist:
                what, mend = f"参数“{id}”是清单，这里要数字", f"写成 {{all: {id}}}，并写 measure: kinds"
            entry.fault("parameter-wrong", what, mend)
        return id


def read_duty(
    row: Entry, id: str, pack: str, article: str, clause: str, known: Known, calendar: Calendar
) -> Duty:
    """One duty of an article. `clause` is the first clause that names it."""
    fields = row.fields(COMMON, (*OPTIONAL, *EVERY_FIELD))
    form = fields.one_of("form", FORMS)
    who = fields.word("who")
    if who and who not in known.subjects:
        fields["who"].fault(
            "subject-unknown",
            f"没有责任主体“{who}”",
            choose(who, known.subjects, "改成 subjects.yaml 中的主体，或在那里补写"),
        )
    readings = fields.words("readings")
    for reading in readings:
        if reading not in known.readings:
            fields["readings"].fault(
                "reading-unknown",
                f"没有口径“{reading}”",
                choose(reading, known.readings, "改成 readings.yaml 中的口径，或在那里补写"),
            )
    if form:
        _check_fields(row, fields, form)
    types: tuple[str, ...] = ("state", "derived") if form == "standing" else ("event",)
    if form == "standing" and ("lasts" in fields or fields.word("measure") == "days"):
        types = ("state",)  # derived states have no dates of their own to reckon with
    bound = _bound(fields.get("bound"), known, form, fields)
    kinds = _kinds(fields, "kinds", known, types)
    if not kinds and bound.all_of is not None and bound.all_of in known.parameters:
        # a duty of a checklist counts whatever the list names on any day
        values = (dated.value for dated in known.parameters[bound.all_of].values)
        kinds = tuple(dict.fromkeys(item for value in values if isinstance(value, tuple) for item in value))
    direction = fields.one_of("direction", DIRECTIONS)
    require = []
    for item in fields["require"].items() if "require" in fields else []:
        group = item.words() if item.is_list else (item.word(),)
        wanted = ("state",) if direction == "during" else ("event",)
        require.append(tuple(known.kind(item, kind, *wanted) for kind in group))
    match = (
        tuple(item.one_of(("ref", "member")) for item in fields["match"].items())
        if "match" in fields
        else ("ref",)
    )
    period = fields.word("period") or None
    if period is not None:
        _check_period(fields["period"], period, form, calendar)
    due = fields["due"].month_day() if "due" in fields else None
    return Duty(
        id=check_id(row, id),
        pack=pack,
        article=article,
        clause=clause,
        title=fields.text("title"),
        subjects=who,
        form=form or "quota",  # type: ignore[arg-type]
        kinds=kinds,
        measure=fields.one_of("measure", MEASURES, "count"),  # type: ignore[arg-type]
        compare=fields.one_of("compare", COMPARES, "at_least"),  # type: ignore[arg-type]
        bound=bound,
        least=known.parameter(fields.get("least")),
        period=period,
        due=Due(*due) if due is not None else None,
        grace=known.parameter(fields.get("grace")),
        lasts=known.parameter(fields.get("lasts")),
        ratio=_ratio(fields.get("ratio"), known),
        anchors=_kinds(fields, "anchors", known, ("event",)),
        anchor_duties=fields.words("missed"),
        require=tuple(require),
        match=match,  # type: ignore[arg-type]
        direction=direction or None,  # type: ignore[arg-type]
        lead=known.parameter(fields.get("lead")),
        within=known.parameter(fields.get("within")),
        cap=known.parameter(fields.get("cap")),
        limit=known.parameter(fields.get("limit")),
        excused=_kinds(fields, "excused", known, ("state",)),
        holds_from=fields.day("holds_from"),
        holds_until=fields.day("holds_until"),
        readings=readings,
        why=fields.text("why"),
    )


def _kinds(fields: Fields, key: str, known: Known, types: tuple[str, ...]) -> tuple[str, ...]:
    if key not in fields:
        return ()
    return tuple(known.kind(item, item.word(), *types) for item in fields[key].items())


def _check_fields(row: Entry, fields: Fields, form: str) -> None:
    """Fields that the form needs and lacks, or has and should not."""
    needed, allowed = FORMS[form]
    for key in needed:
        if key not in fields and key not in fields.taken:
            row.fault("form-missing", f"{form} 形式的要求须写“{key}”", f"补写“{key}: …”")
    for key in EVERY_FIELD:
        if key in fields and key not in needed and key not in allowed:
            others = "、".join(one for one, (has, may) in FORMS.items() if key in has or key in may)
            mend = f"删去；“{key}”只用于 form: {others}"
            fields[key].fault("form-superfluous", f"{form} 形式的要求没有“{key}”", mend)
    if form == "standing" and "ratio" in fields:
        for key in ("kinds", "measure"):
            if key in fields:
                fields[key].fault("form-superfluous", f"写了 ratio 就不再写“{key}”", "删去")
    elif form in ("quota", "standing") and "kinds" not in fields and "kinds" not in fields.taken:
        bound = fields.get("bound")
        if bound is None or not bound.is_mapping or "all" not in bound.table():
            row.fault("form-missing", f"{form} 形式的要求须写“kinds”", "补写 kinds: [种类]")
    if form == "sequence":
        _check_sequence(row, fields)


def _check_sequence(row: Entry, fields: Fields) -> None:
    if ("anchors" in fields) == ("missed" in fields) and not fields.taken & {"anchors", "missed"}:
        row.fault(
            "form-missing",
            "sequence 须恰好写 anchors 或 missed 之一",
            "anchors 写起因的事件，missed 写未完成的要求",
        )
    if "require" not in fields and "cap" not in fields and not fields.taken & {"require", "cap"}:
        row.fault("form-missing", "sequence 须写 require 或 cap", "补写 require: [种类]")
    directed = (("lead", "before"), ("within", "after"), ("lasts", "during"))
    if "require" in fields and "direction" not in fields:
        if "direction" not in fields.taken:
            wanted = next((only for key, only in directed if key in fields), "before、after 或 during")
            row.fault("form-missing", "sequence 写了 require 须写 direction", f"补写 direction: {wanted}")
        return
    direction = fields.word("direction")
    for key, only in directed:
        if key in fields and direction != only:
            right = next((other for other, of in directed if of == direction), "")
            mend = f"{direction} 用“{right}”；" if right else ""
            fields[key].fault(
                "form-superfluous", f"“{key}”只用于 direction: {only}", f"{mend}或改成 direction: {only}"
            )


def _bound(entry: Entry | None, known: Known, form: str, fields: Fields) -> Bound:
    """A parameter's id, or {sum: [kinds]}, or {all: checklist}."""
    if entry is None:
        return Bound()
    if not entry.is_mapping:
        return Bound(parameter=known.parameter(entry))
    given = entry.fields((), ("sum", "all"))
    if len(given) != 1:
        entry.fault(
            "form-missing", "bound 须恰好写 sum 或 all 之一", "写 {sum: [种类]} 或 {all: 清单}，或直接写参数"
        )
        return Bound()
    if "all" in given:
        if fields.word("measure") != "kinds":
            entry.fault("form-missing", "以清单为标准须写 measure: kinds", "补写 measure: kinds")
        return Bound(all_of=known.parameter(given["all"], checklist=True))
    kinds = tuple(known.kind(item, item.word(), "event", "state") for item in given["sum"].items())
    for kind in kinds:
        if kind in known.kinds and known.kinds[kind].amount is None:
            entry.fault("type-wrong", f"“{kind}”没有数额，不能求和", "换成有数额的种类")
    return Bound(sum_of=kinds)


def _ratio(entry: Entry | None, known: Known) -> tuple[Term, Term] | None:
    """{part: {measure, kinds}, whole: {measure, kinds}}."""
    if entry is None:
        return None
    fields = entry.fields(("part", "whole"))
    terms = []
    for key in ("part", "whole"):
        if key in fields:
            term = fields[key].fields(("measure", "kinds"))
            measure = term.one_of("measure", ("count", "sum"), "count")
            terms.append(Term(measure, _kinds(term, "kinds", known, ("state", "derived"))))  # type: ignore[arg-type]
    return (terms[0], terms[1]) if len(terms) == 2 else None


def _check_period(entry: Entry, period: str, form: str, calendar: Calendar) -> None:
    known: tuple[str, ...] = (*COMMON_UNITS, *SCHOOL_UNITS)
    if form != "streak":
        known = (*known, *calendar.windows, *calendar.spans)
    if period not in known:
        mend = choose(period, known) + "；别的时段先在 calendar.yaml 的 windows 或 spans 里写明"
        entry.fault("period-unknown", f"没有时间单位“{period}”", mend)
