"""Pages that change members: each a form and its action."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhibu.access import Refused, scope
from zhibu.access.permission import permit
from zhibu.registers.members import actions, forms
from zhibu.registers.members.models import SEALED, Member, Membership
from zhibu.registers.members.views import found
from zhibu.site import clock
from zhibu.site.deeds import deed

Values = dict[str, Any]


def _address(member: Member) -> str:
    return reverse("member", args=[member.pk])


def add(request: HttpRequest) -> HttpResponse:
    """Put a person on the roll."""
    reader: Any = request.user
    permit(reader, "members.add")
    first = {"organization": request.GET.get("organization"), "since": clock.today()}
    form = forms.AddForm(request.POST or None, reader=reader, initial=first)

    def act(values: Values) -> str:
        return _address(actions.add(actor=reader, today=clock.today(), **values))

    return deed(
        request, form, act, title="新增党员", back=reverse("member_list"), label="新增", done="已新增。"
    )


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


def transfer(request: HttpRequest, identity: str) -> HttpResponse:
    """To another branch."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.transfer", member=member)
    form = forms.TransferForm(request.POST or None, reader=reader, initial={"since": clock.today()})

    def act(values: Values) -> None:
        actions.transfer(actor=reader, member=member, today=clock.today(), **values)

    title = f"转接组织关系：{member.name}"
    return deed(request, form, act, title=title, back=_address(member), label="转接", done="已转接。")


def enter(request: HttpRequest, identity: str) -> HttpResponse:
    """Into a branch, from nowhere."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.transfer", member=member)
    form = forms.EnterForm(request.POST or None, reader=reader, initial={"since": clock.today()})

    def act(values: Values) -> None:
        actions.transfer_in(actor=reader, member=member, today=clock.today(), **values)

    return deed(
        request, form, act, title=f"转入：{member.name}", back=_address(member), label="转入", done="已转入。"
    )


def leave(request: HttpRequest, identity: str) -> HttpResponse:
    """Out of the deployment."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.leave", member=member)
    form = forms.LeaveForm(request.POST or None, initial={"until": clock.today()})

    def act(values: Values) -> None:
        actions.leave(actor=reader, member=member, **values)

    return deed(
        request, form, act, title=f"转出：{member.name}", back=_address(member), label="转出", done="已转出。"
    )


def confirm(request: HttpRequest, identity: str) -> HttpResponse:
    """Probation ends."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.confirm", member=member)
    form = forms.ConfirmForm(request.POST or None, initial={"since": clock.today()})

    def act(values: Values) -> None:
        actions.confirm(actor=reader, member=member, today=clock.today(), **values)

    return deed(
        request, form, act, title=f"转正：{member.name}", back=_address(member), label="转正", done="已转正。"
    )


def recategorise(request: HttpRequest, identity: str) -> HttpResponse:
    """Retired, or otherwise of another category."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.recategorise", member=member)
    form = forms.CategoryForm(request.POST or None, initial={"since": clock.today()})

    def act(values: Values) -> None:
        actions.change_category(actor=reader, member=member, today=clock.today(), **values)

    return deed(request, form, act, title=f"变更身份：{member.name}", back=_address(member), done="已变更。")


def correct(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct a membership."""
    reader: Any = request.user
    rows = Membership.objects.select_related("member", "organization")
    row = get_object_or_404(rows.filter(member__in=scope.members(reader)), pk=identity)
    permit(reader, "members.correct", row.organization)
    first = {name: getattr(row, name) for name in ("since", "until", "status", "category")}
    form = forms.CorrectForm(request.POST or None, initial=first)

    def act(values: Values) -> None:
        actions.correct(actor=reader, row=row, **values)

    title = f"更正组织关系：{row.member.name}"
    return deed(request, form, act, title=title, back=_address(row.member), label="更正", done="已更正。")


def forget(request: HttpRequest, identity: str) -> HttpResponse:
    """Destroy what is personal; the name is typed to confirm, as it cannot be undone."""
    reader: Any = request.user
    member = found(request, identity)
    permit(reader, "members.forget", member=member)
    form = forms.ForgetForm(request.POST or None)

    def act(values: Values) -> None:
        if values["name"].strip() != member.name:
            raise Refused(
                what="没有销毁", why="照写的姓名不一致", mend="请核对是不是这个人", code="members.forget_name"
            )
        actions.forget(actor=reader, member=member, reason=values["reason"], today=clock.today())

    return deed(
        request,
        form,
        act,
        title=f"销毁个人信息：{member.name}",
        back=_address(member),
        label="销毁",
        done="已销毁。",
    )
