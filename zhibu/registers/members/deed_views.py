"""Pages that change members: each a form and its action. Those of one member are rows of a table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhibu.access import Refused, scope
from zhibu.access.permission import permit
from zhibu.registers.members import actions, forms
from zhibu.registers.members.models import Member, Membership, Status
from zhibu.registers.members.profile import SEALED
from zhibu.registers.members.views import found
from zhibu.site import clock
from zhibu.site.deeds import deed

Values = dict[str, Any]


def _address(member: Member) -> str:
    return reverse("member", args=[member.pk])


def add(request: HttpRequest) -> HttpResponse:
    """Put a member on the roll."""
    reader: Any = request.user
    permit(reader, "members.add")
    first = {"organization": request.GET.get("organization"), "since": clock.today()}
    form = forms.AddForm(request.POST or None, reader=reader, initial=first)

    def act(values: Values) -> str:
        return _address(actions.add(actor=reader, today=clock.today(), **values))

    back = reverse("member_list")
    return deed(request, form, act, title="新增党员", back=back, label="新增", done="已新增。")


def apply(request: HttpRequest) -> HttpResponse:
    """Take the application of a new person."""
    reader: Any = request.user
    permit(reader, "members.apply")
    first = {"organization": request.GET.get("organization"), "since": clock.today()}
    form = forms.ApplyForm(request.POST or None, reader=reader, initial=first)
    choices = form.fields["organization"].queryset  # type: ignore[attr-defined]
    if not first["organization"] and len(choices) == 1:  # a secretary has one branch
        form.initial["organization"] = choices[0].pk

    def act(values: Values) -> str:
        return _address(actions.apply(actor=reader, today=clock.today(), **values))

    back = reverse("member_list") + "?status=applicant"
    return deed(request, form, act, title="新增入党申请人", back=back, label="新增", done="已新增。")


def change(request: HttpRequest, identity: str) -> HttpResponse:
    """Change the profile. Sealed fields are never shown here: what is typed replaces them."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.change", member=member)
    form = forms.ChangeForm(
        request.POST or None, instance=Member.objects.get(pk=member.pk), known=member.sensitive
    )

    def act(values: Values) -> None:
        changed = {name: values[name] for name in form.changed_data}
        changed |= {name: "" for name in SEALED if changed.get(name) == forms.CLEARED}
        if not changed:
            raise Refused(
                what="没有保存", why="没有改动任何一项", mend="如无变化，不必保存", code="members.unchanged"
            )
        actions.change_profile(actor=reader, member=member, today=clock.today(), **changed)

    return deed(request, form, act, title=f"修改信息：{member.name}", back=_address(member))


def correct(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct a membership."""
    reader: Any = request.user
    rows = Membership.objects.select_related("member", "organization")
    row = get_object_or_404(rows.filter(member__in=scope.members(reader)), pk=identity)
    permit(reader, "members.correct", row.organization)
    first = {name: getattr(row, name) for name in ("since", "until", "status", "category")}
    form = forms.CorrectForm(request.POST or None, reader=reader, initial=first)

    def act(values: Values) -> None:
        actions.correct(actor=reader, row=row, **values)

    title = f"更正组织关系：{row.member.name}"
    return deed(request, form, act, title=title, back=_address(row.member), label="更正", done="已更正。")


@dataclass(frozen=True)
class Deed:
    """What one member's page offers to do: the verb it needs, its form, the action, its words.

    `dated`: whether the action takes today. `initial`: what the form begins with.
    """

    verb: str
    form: type[forms.DeedForm]
    act: Callable[..., object]
    title: str
    label: str
    done: str
    dated: bool = True
    initial: Callable[[Member, date], Values] = lambda _, today: {"since": today, "until": today}

    def __call__(self, request: HttpRequest, identity: str) -> HttpResponse:
        """The page."""
        reader: Any = request.user
        member = found(request, identity)
        permit(reader, self.verb, member=member)
        today = clock.today()
        form = self.form(request.POST or None, reader=reader, initial=self.initial(member, today))

        def act(values: Values) -> None:
            given = values | {"today": today} if self.dated else values
            self.act(actor=reader, member=member, **given)

        title = f"{self.title}：{member.name}"
        back = _address(member)
        return deed(request, form, act, title=title, back=back, label=self.label, done=self.done)


def _forget(*, member: Member, name: str, **given: Any) -> None:
    """The name is typed to confirm, as it cannot be undone."""
    if name.strip() != member.name:
        raise Refused(
            what="没有销毁", why="照写的姓名不一致", mend="请核对是不是这个人", code="members.forget_name"
        )
    actions.forget(member=member, **given)


def _entering(member: Member, today: date) -> Values:
    """An applicant who is received becomes a probationary member of the branch that handled the case."""
    row = member.applications.filter(until__isnull=True).first()
    received = {"organization": row.organization_id, "status": Status.PROBATIONARY} if row else {}
    return {"since": today, **received}


def _days(member: Member, today: date) -> Values:
    row = member.applications.filter(until__isnull=True).first()
    return {name: getattr(row, name) for name in ("since", "activist", "prospect")} if row else {}


#: The last part of the address → the deed.
DEEDS = {
    "transfer": Deed(
        "members.transfer", forms.TransferForm, actions.transfer, "转接组织关系", "转接", "已转接。"
    ),
    "enter": Deed(
        "members.transfer",
        forms.EnterForm,
        actions.transfer_in,
        "转入",
        "转入",
        "已转入。",
        initial=_entering,
    ),
    "leave": Deed("members.leave", forms.LeaveForm, actions.leave, "转出", "转出", "已转出。", dated=False),
    "confirm": Deed("members.confirm", forms.ConfirmForm, actions.confirm, "转正", "转正", "已转正。"),
    "category": Deed(
        "members.recategorise",
        forms.CategoryForm,
        actions.change_category,
        "变更身份",
        "保存",
        "已变更。",
    ),
    "forget": Deed("members.forget", forms.ForgetForm, _forget, "销毁个人信息", "销毁", "已销毁。"),
    "apply": Deed("members.apply", forms.AgainForm, actions.apply, "登记入党申请", "登记", "已登记。"),
    "hand-over": Deed(
        "members.apply", forms.HandOverForm, actions.hand_over, "转交入党申请", "转交", "已转交。"
    ),
    "withdraw": Deed(
        "members.apply", forms.WithdrawForm, actions.withdraw, "结束入党申请", "结束", "已结束。", dated=False
    ),
    "application": Deed(
        "members.apply",
        forms.ApplicationForm,
        actions.correct_application,
        "更正入党申请",
        "保存",
        "已更正。",
        initial=_days,
    ),
}
