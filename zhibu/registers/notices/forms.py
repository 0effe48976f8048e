"""The forms of notices. They read what was typed; the actions decide."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms

from zhibu.access import roles, scope
from zhibu.registers.members.models import Member
from zhibu.registers.notices import recipients, rules
from zhibu.registers.notices.actions import Draft, Line
from zhibu.registers.notices.models import Addressee, Asked, Notice
from zhibu.registers.organizations.models import Organization, PostKind
from zhibu.registers.organizations.rules import POST_PLACES

#: Roles to which notices are addressed; members and applicants are groups.
ROLES = (
    "administrator",
    "committee_officer",
    "organization_commissioner",
    "publicity_commissioner",
    "discipline_commissioner",
    "dues_accountant",
    "cashier",
)
#: So many single members are shown as ticks; past that they are named.
MOST_TICKS = 60
_BETWEEN = re.compile(r"[\s,，、;；]+")


class DayInput(forms.DateInput):
    """A date as browsers pick it."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def _line(label: str, hint: str = "", **options: Any) -> forms.CharField:
    options.setdefault("required", False)
    return forms.CharField(
        label=label, widget=forms.TextInput({"placeholder": hint} if hint else {}), **options
    )


class NoticeForm(forms.Form):
    """A notice: what it says, what is asked, to whom."""

    type = forms.ChoiceField(label="类别", choices=Notice.Type.choices, widget=forms.RadioSelect)
    title = _line("标题", required=True, max_length=120)
    number = _line("文号", "如 校党组〔2026〕12号", max_length=80)
    issuer = _line("发文单位", "上级文件填写", max_length=80)
    issued = forms.DateField(label="成文日期", required=False, widget=DayInput())
    received = forms.DateField(label="收文日期", required=False, widget=DayInput())
    body = forms.CharField(label="正文", required=False, max_length=20000, widget=forms.Textarea({"rows": 8}))
    asked = forms.ChoiceField(label="要求", choices=Asked.choices, widget=forms.RadioSelect)
    demand = _line("办理要求", "如 11月30日前报送名单", max_length=200)
    deadline = forms.DateField(label="截止日期", required=False, widget=DayInput())
    remind_before = forms.IntegerField(
        label="提前几天提醒",
        min_value=0,
        max_value=rules.MOST_BEFORE,
        help_text="到这一天、截止当天和过期后每周，自动提醒还没有办的人。",
    )
    whom = forms.ChoiceField(
        label="发给党组织的什么人", choices=Addressee.Whom.choices, widget=forms.RadioSelect, required=False
    )
    organizations = forms.MultipleChoiceField(
        label="党组织", required=False, widget=forms.CheckboxSelectMultiple
    )
    groups = forms.MultipleChoiceField(label="党员范围", required=False, widget=forms.CheckboxSelectMultiple)
    posts = forms.MultipleChoiceField(label="职务", required=False, widget=forms.CheckboxSelectMultiple)
    roles = forms.MultipleChoiceField(label="角色", required=False, widget=forms.CheckboxSelectMultiple)
    members = forms.MultipleChoiceField(label="个别党员", required=False, widget=forms.CheckboxSelectMultiple)
    names = forms.CharField(
        label="按姓名或学工号添加党员",
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 2}),
        help_text="写姓名或学工号，用顿号、逗号或换行隔开；重名的写学工号。",
    )

    def __init__(
        self,
        *arguments: Any,
        sender: Organization,
        places: Sequence[Organization],
        ticked: Sequence[Member],
        today: date,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, **options)
        self.sender, self.today = sender, today
        kinds = {one.kind for one in places}  # type: ignore[attr-defined]
        self._choices("organizations", [(one.pk, str(one)) for one in places])
        self._choices("groups", list(recipients.GROUP_TITLES.items()))
        posts = [(key, title) for key, title in PostKind.choices if kinds & set(POST_PLACES[key])]
        self._choices("posts", posts if len(places) > 1 else [])
        offered = [(key, roles.ROLES[key].title) for key in ROLES if kinds & set(roles.ROLES[key].kinds)]
        self._choices("roles", offered if len(places) > 1 else [])
        self._choices("members", [(one.pk, _name(one)) for one in ticked])
        for name in ("organizations", "posts", "roles", "members"):
            if not self.fields[name].choices:  # type: ignore[attr-defined]
                del self.fields[name]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_names(self) -> list[str]:
        """The members named, as ids."""
        words = [word for word in _BETWEEN.split(self.cleaned_data["names"].replace("\x00", "")) if word]
        if len(words) > 200:
            raise forms.ValidationError("一次最多写 200 人；人多的请选党组织或党员范围。")
        found, wrong = named(words, self.sender, self.today)
        if wrong:
            raise forms.ValidationError(wrong)
        return found

    def clean(self) -> dict[str, Any]:
        """What belongs together."""
        given = super().clean() or {}
        if given.get("type") == Notice.Type.DOCUMENT and not given.get("issuer"):
            self.add_error("issuer", "上级文件请写明发文单位。")
        if given.get("organizations") and not given.get("whom"):
            self.add_error("whom", "请选择发给党组织的什么人。")
        faults = rules.date_faults(
            issued=given.get("issued"),
            received=given.get("received"),
            deadline=given.get("deadline"),
            sent=self.today,
            today=self.today,
        )
        for name, fault in faults.items():
            if name not in self.errors:
                self.add_error(name, fault)
        return given

    def draft(self, ref: str = "", ref_title: str = "") -> Draft:
        """What was written, as the actions take it."""
        given = self.cleaned_data
        lines = [Line("organization", one, given["whom"]) for one in given.get("organizations", ())]
        for name, type in (("groups", "group"), ("posts", "post"), ("roles", "role"), ("members", "member")):
            lines += [Line(type, one) for one in given.get(name, ())]
        lines += [Line("member", one) for one in given["names"]]
        plain = (
            "title", "body", "type", "number", "issuer", "issued", "received", "asked", "demand",
            "deadline", "remind_before",
        )  # fmt: skip
        return Draft(**{name: given[name] for name in plain}, lines=lines, ref=ref, ref_title=ref_title)


def named(words: Sequence[str], sender: Organization, today: date) -> tuple[list[str], list[str]]:
    """The members of the organization and below that these names and numbers mean, and what is wrong."""
    rows = Member.objects.filter(number__in=words) | Member.objects.filter(name__in=words)
    known = list(rows.distinct())
    reached = recipients.reached([one.pk for one in known], sender.pk, today)
    found: list[str] = []
    wrong: list[str] = []
    for word in dict.fromkeys(words):
        meant = [one for one in known if one.pk in reached and word in (one.number, one.name)]
        exact = [one for one in meant if one.number == word] or meant
        if not exact:
            wrong.append(f"“{word[:30]}”不在{sender}及下级的名册上，请核对姓名或学工号。")
        elif len(exact) > 1:
            wrong.append(f"有 {len(exact)} 名“{word[:30]}”，请改写学工号。")
        else:
            found.append(exact[0].pk)
    return found, wrong


def initial_of(notice: Notice) -> dict[str, Any]:
    """A draft as the form shows it."""
    plain = (
        "type", "title", "number", "issuer", "issued", "received", "body", "asked", "demand", "deadline",
        "remind_before",
    )  # fmt: skip
    given: dict[str, Any] = {name: getattr(notice, name) for name in plain}
    fields = {
        "organization": "organizations",
        "group": "groups",
        "post": "posts",
        "role": "roles",
        "member": "members",
    }
    for line in notice.addressees.order_by("pk"):
        given.setdefault(fields[line.type], []).append(line.target)
        if line.whom:
            given["whom"] = line.whom
    return given


def ticks(sender: Organization, notice: Notice | None, today: date) -> list[Member]:
    """The members to tick one by one: all of a small organization, and those already chosen."""
    chosen = (
        list(notice.addressees.filter(type=Addressee.Type.MEMBER).values_list("target", flat=True))
        if notice
        else []
    )
    own = Member.objects.filter(
        memberships__organization__in=scope.subtree([sender.pk]),
        memberships__since__lte=today,
    ).exclude(memberships__until__lte=today)
    small = list(own.distinct().order_by("pinyin", "pk")[: MOST_TICKS + 1])
    shown = small if len(small) <= MOST_TICKS else []
    known = {one.pk for one in shown}
    return [*shown, *Member.objects.filter(pk__in=[one for one in chosen if one not in known])]


def _name(member: Member) -> str:
    return f"{member.name}（{member.number}）" if member.number else member.name


class ReasonForm(forms.Form):
    """Why a notice is withdrawn."""

    reason = _line("撤回原因", required=True, max_length=200, help_text="已阅的人会看到。")


class AnswerForm(forms.Form):
    """What was done (办理情况)."""

    answer = forms.CharField(
        label="办理情况",
        max_length=400,
        widget=forms.Textarea({"rows": 3, "placeholder": "如 已在支部党员大会传达，9人参加"}),
    )
    ref = forms.ChoiceField(label="关联的活动", required=False)
    file = forms.FileField(
        label="附件", required=False, help_text="不是必须。PDF、图片、Word、Excel，不超过 20 MB。"
    )

    def __init__(self, *arguments: Any, activities: Sequence[tuple[str, str]], **options: Any) -> None:
        super().__init__(*arguments, **options)
        if activities:
            self.fields["ref"].choices = [("", "不关联"), *activities]  # type: ignore[attr-defined]
        else:
            del self.fields["ref"]


class EnterForm(forms.Form):
    """A receipt entered for somebody else."""

    how = _line("怎样告知的", "如 当面传达、电话告知", required=True, max_length=60)
    answer = _line("办理情况", "已经办了的写一句；只是告知的留空", max_length=400)

    def __init__(self, *arguments: Any, acts: bool, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if not acts:
            del self.fields["answer"]
