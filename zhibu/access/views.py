"""Pages of accounts: signing in, first use, one's own account, the list, one account and its grants."""

from __future__ import annotations

import json
from typing import Any, cast

from allauth.account.views import LoginView
from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from zhibu.access import accounts, queries, roles, scope, sheets, verbs
from zhibu.access.forms import AccountForm, ActivationForm, GrantForm, SheetForm
from zhibu.access.models import Account, Grant, LogRow
from zhibu.access.permission import permit, permits
from zhibu.access.refusals import Refused
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock
from zhibu.site.deeds import deed, done
from zhibu.site.listing import Column, Filter, Listing

#: What wrong activation codes are counted under (settings.ACCOUNT_RATE_LIMITS).
WRONG_CODES = "wrong_codes"


def _demo_accounts() -> list[dict[str, str]]:
    """The accounts named on the sign-in page of a demo: role, username, password.

    Written beside the demo's data.
    """
    path = settings.VAR / "demo.json"
    if not settings.DEMO or not path.exists():
        return []
    found: list[dict[str, str]] = json.loads(path.read_text(encoding="utf-8"))
    return found


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):  # type: ignore[misc]
    """The sign-in page."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the demo's accounts in demo mode only, and the campus sign-on where it is set up."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        campus = all(settings.OIDC.values())
        return context | {
            "demo": _demo_accounts(),
            "campus": reverse("openid_connect_login", args=["campus"]) if campus else "",
            "campus_name": settings.OIDC_NAME,
        }


@login_not_required
@never_cache
@sensitive_post_parameters()
def activate(request: HttpRequest) -> HttpResponse:
    """First use: a password for the code of the sheet. Wrong tries are counted by address too."""

    def act(values: dict[str, Any]) -> str:
        if not ratelimit.consume(request, action=WRONG_CODES, dry_run=True):
            raise Refused(
                what="没有激活",
                why="这个网络地址上输错的次数过多",
                mend="请过十分钟再试；激活单不清楚的，请组织部重发激活码",
                code="access.codes_tried",
            )
        try:
            accounts.activate(username=values["username"], code=values["code"], password=values["password"])
        except Refused as refused:
            if refused.code == "access.code_wrong":
                ratelimit.consume(request, action=WRONG_CODES)
            raise
        return reverse("account_login")

    form = ActivationForm(request.POST or None)
    return deed(
        request,
        form,
        act,
        title="激活账号",
        back=reverse("account_login"),
        label="激活",
        done="账号已激活，请用新密码登录。",
    )


def own(request: HttpRequest) -> HttpResponse:
    """One's own account: roles, password, second step."""
    grants = (
        Grant.objects.filter(account=request.user.pk)
        .select_related()
        .prefetch_related("organization")
        .order_by("-since")
    )
    return render(request, "access/own.html", {"account": request.user, "grants": _shown(grants)})


def _shown(grants: Any) -> list[dict[str, Any]]:
    today = clock.today()
    given = list(grants)
    places = Organization.objects.filter(pk__in={one.organization_id for one in given}).latest()
    names = {place.pk: str(place) for place in places}
    return [
        {
            "grant": one,
            "role": roles.ROLES[one.role].title if one.role in roles.ROLES else one.role,
            "place": names[one.organization_id],
            "holds": one.holds(today),
            "coming": one.since > today,
        }
        for one in given
    ]


def _roles_of(account: Account) -> str:
    today = clock.today()
    return "；".join(
        f"{roles.ROLES[one.role].title}（{one.organization}）"
        for one in account.grants.all()
        if one.holds(today)
    )


def _state(account: Account) -> str:
    if not account.is_active:
        return "停用"
    if account.has_usable_password():
        return "在用"
    if not account.activation_hash:
        return "未发激活码"
    ends = account.activation_expires
    return "激活码过期" if ends is not None and ends <= clock.now() else "待激活"


def _with_state(rows: Any, state: str) -> Any:
    if state == "off":
        return rows.filter(is_active=False)
    rows, fresh = rows.filter(is_active=True), Q(password__startswith=queries.UNUSABLE)
    if state in ("waiting", "expired"):
        return rows.filter(queries.with_code(clock.now(), expired=state == "expired"))
    return rows.filter(fresh) if state == "new" else rows.exclude(fresh)


def _with_role(rows: Any, role: str) -> Any:
    if role == queries.NO_ROLE:
        return rows.filter(queries.without_role(), is_active=True)
    return rows.filter(pk__in=Grant.objects.filter(role=role).values("account"))


ACCOUNTS = Listing(
    title="账号",
    columns=(
        Column("username", "用户名", link=lambda one: reverse("account", args=[one.pk]), sort="username"),
        Column("name", "姓名", sort="name"),
        Column("roles", "现有角色", value=_roles_of, width=40),
        Column("state", "状态", value=_state),
        Column("last_login", "最近登录", sort="last_login"),
    ),
    search=("username", "name", "member__found_by"),
    search_title="用户名、姓名、拼音",
    filters=(
        Filter(
            "role",
            "角色",
            choices=[
                *((name, role.title) for name, role in roles.ROLES.items()),
                (queries.NO_ROLE, "没有角色"),
            ],
            apply=_with_role,
        ),
        Filter(
            "state",
            "状态",
            choices=[
                ("used", "在用"),
                ("new", "待激活"),
                ("waiting", "激活码未用"),
                ("expired", "激活码过期"),
                ("off", "停用"),
            ],
            apply=_with_state,
        ),
    ),
    order=("username",),
    measure="个",
    noun="账号",
    empty_what="还没有账号",
    empty_mend="请先导入名册，再为党员建立账号、打印激活单。",
)


def account_list(request: HttpRequest) -> HttpResponse:
    """The accounts within reach."""
    permit(request.user, "access.read")
    buttons = [(reverse("account_roles"), "角色说明")]
    if permits(request.user, "access.activate"):
        buttons = [
            (reverse("account_sheet"), "建立账号、打印激活单"),
            (reverse("account_add"), "单独新增"),
            *buttons,
        ]
    return ACCOUNTS.page(request, queries.accounts(request.user), buttons=buttons)


def role_table(request: HttpRequest) -> HttpResponse:
    """Who may what: the table of roles in words."""
    listed = [
        {
            "title": role.title,
            "rules": [
                {
                    "scope": "本人" if rule.scope == "self" else "所授党组织及其下级",
                    "verbs": "、".join(_words(pattern) for pattern in rule.verbs),
                }
                for rule in roles.TABLE
                if rule.role == name
            ],
        }
        for name, role in roles.ROLES.items()
    ]
    return render(request, "access/roles.html", {"roles": listed})


def _words(pattern: str) -> str:
    if pattern == "*.read":
        return "查看各项台账"
    register, _, rest = pattern.partition(".")
    name = verbs.REGISTERS.get(register, register)
    return {"*": f"办理{name}的全部事项", "read": f"查看{name}"}.get(rest) or verbs.title(pattern)


@never_cache
def sheet(request: HttpRequest) -> HttpResponse:
    """Make accounts from the roster; the codes stand on the answer, once, and nowhere else."""
    permit(request.user, "access.activate")
    asked = {"organization": request.GET.get("organization", "")}
    form = SheetForm(request.POST or None, reader=cast(Account, request.user), initial=asked)
    made: list[sheets.Line] = []

    def act(values: dict[str, Any]) -> None:
        made.extend(
            sheets.make_sheet(
                actor=request.user,  # type: ignore[arg-type]
                organization=values["organization"],
                renew=values["renew"],
                today=clock.today(),
            )
        )

    answer = deed(
        request,
        form,
        act,
        title="建立账号、打印激活单",
        back=reverse("account_list"),
        label="建立并打印",
        done="激活单只显示这一次，请打印后当面交给本人。",
    )
    if made:
        context = {"lines": made, "days": accounts.CODE_DAYS, "place": form.cleaned_data["organization"]}
        return render(request, "access/sheet.html", context)
    return answer


def account_add(request: HttpRequest) -> HttpResponse:
    """An account for somebody who is not on the roll."""
    permit(request.user, "access.activate")
    form = AccountForm(request.POST or None)

    def act(values: dict[str, Any]) -> str:
        made = accounts.create_account(actor=request.user, **values)  # type: ignore[arg-type]
        return reverse("account", args=[made.pk])

    done_ = "账号已建立，请授予角色并发激活码。"
    return deed(request, form, act, title="新增账号", back=reverse("account_list"), label="新增", done=done_)


def _found(request: HttpRequest, identity: str) -> Account:
    permit(request.user, "access.read")
    return get_object_or_404(queries.accounts(request.user), pk=identity)


def account(request: HttpRequest, identity: str) -> HttpResponse:
    """One account with its grants."""
    found = _found(request, identity)
    grants = Grant.objects.filter(account=found).order_by("-since")
    reader: Any = request.user
    context = {
        "account": found,
        "state": _state(found),
        "grants": [
            line | {"revocable": accounts.may_give(reader, line["grant"].role, line["grant"].organization)}
            for line in _shown(grants)
        ],
        "may_grant": permits(reader, "access.grant"),
        "may_activate": permits(reader, "access.activate"),
        "may_switch": permits(reader, "access.switch") and found.pk != reader.pk,
        "member_visible": found.member_id is not None
        and scope.members(reader).filter(pk=found.member_id).exists(),
    }
    return render(request, "access/account.html", context)


def account_grant(request: HttpRequest, identity: str) -> HttpResponse:
    """Give a role."""
    found = _found(request, identity)
    permit(request.user, "access.grant")
    asked = {name: request.GET.get(name, "") for name in ("role", "organization")}
    form = GrantForm(
        request.POST or None, reader=cast(Account, request.user), initial={"since": clock.today(), **asked}
    )

    def act(values: dict[str, Any]) -> None:
        accounts.grant(actor=request.user, account=found, **values)  # type: ignore[arg-type]

    back = reverse("account", args=[found.pk])
    return deed(request, form, act, title=f"授权：{found}", back=back, label="授权", done="已授权。")


@require_POST
def grant_revoke(request: HttpRequest, identity: str) -> HttpResponse:
    """End a grant today."""
    reader: Any = request.user
    given = get_object_or_404(
        Grant.objects.filter(organization__in=scope.organizations(reader, "access.read")), pk=identity
    )
    back = reverse("account", args=[given.account_id])
    return done(
        request,
        lambda: accounts.revoke(actor=reader, given=given, until=clock.today()),
        back=back,
        said="已收回授权，自今日起失效。",
    )


@require_POST
@never_cache
def account_code(request: HttpRequest, identity: str) -> HttpResponse:
    """A fresh activation code for one account, shown once."""
    found = _found(request, identity)
    reader: Any = request.user
    code = accounts.issue_code(actor=reader, account=found)
    line = sheets.Line("", found.name, found.username, code)
    return render(request, "access/sheet.html", {"lines": [line], "days": accounts.CODE_DAYS, "place": found})


@require_POST
def account_switch(request: HttpRequest, identity: str) -> HttpResponse:
    """Stop an account or let it in again."""
    found = _found(request, identity)
    reader: Any = request.user
    active = not found.is_active
    return done(
        request,
        lambda: accounts.set_active(actor=reader, account=found, active=active),
        back=reverse("account", args=[found.pk]),
        said="账号已启用。" if active else "账号已停用，现有登录随即失效。",
    )


def undo_deed(request: HttpRequest, deed_id: str) -> HttpResponse:
    """Put back what one action did: one's own, or one that stands in the log within reach."""
    from zhibu.access.undo import undo

    reader: Any = request.user
    back = request.POST.get("back", "/")
    if not back.startswith("/") or not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    if not LogRow.objects.filter(deed=deed_id, actor=reader.pk).exists():
        get_object_or_404(queries.log_rows(reader).filter(deed=deed_id)[:1])
    if request.method != "POST":
        return redirect(back)
    gone: list[str] = []
    answer = done(
        request,
        lambda: gone.extend(undo(actor=reader, deed=deed_id)),
        back=back,
        said="已撤回。",
    )
    # The page of a record that is gone by it is gone too: to the list it stood in.
    above = [back.split(f"/{one}/")[0] + "/" for one in gone if f"/{one}/" in back]
    return redirect(above[0]) if above else answer
