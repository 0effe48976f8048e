"""Pages that change the tree: each a form and its action."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from zhibu.access import scope
from zhibu.access.permission import permit
from zhibu.registers.organizations import actions, forms, offices, queries
from zhibu.registers.organizations.models import Organization, Post, Term
from zhibu.registers.organizations.permission import require_appoint
from zhibu.registers.organizations.views import found
from zhibu.site import clock
from zhibu.site.deeds import deed

Values = dict[str, Any]


def _address(organization: Organization) -> str:
    return reverse("organization", args=[organization.pk])


def establish(request: HttpRequest) -> HttpResponse:
    """Set up an organization."""
    reader: Any = request.user
    permit(reader, "organizations.establish")
    first = {"parent": request.GET.get("parent"), "since": clock.today()}
    form = forms.EstablishForm(request.POST or None, reader=reader, initial=first)

    def act(values: Values) -> str:
        return _address(actions.establish(actor=reader, **values))

    back = reverse("organization_tree")
    return deed(request, form, act, title="设立党组织", back=back, label="设立", done="已设立。")


def change(request: HttpRequest, identity: str) -> HttpResponse:
    """Rename, move, recategorise."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.rename", organization)
    placement = organization.latest_placement()
    first: Values = {"since": clock.today()}
    if placement is not None:
        first |= {
            "name": placement.name,
            "parent": placement.parent_id,
            "kind": placement.kind,
            "category": placement.category,
        }
    form = forms.ChangeForm(request.POST or None, reader=reader, initial=first)

    def act(values: Values) -> None:
        # Only what differs is changed: an unseen parent stays as it is.
        since = values.pop("since")
        parts = {
            part: value
            for part, value in values.items()
            if part in form.changed_data and not (part == "parent" and value is None)
        }
        actions.change(actor=reader, organization=organization, since=since, **(parts or values))

    title = f"变更：{organization}"
    return deed(request, form, act, title=title, back=_address(organization), done="已变更。")


def describe(request: HttpRequest, identity: str) -> HttpResponse:
    """Number, short name, telephone, day of founding."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.describe", organization)
    form = forms.DescribeForm(request.POST or None, instance=Organization.objects.get(pk=organization.pk))

    def act(values: Values) -> None:
        actions.describe(actor=reader, organization=organization, **values)

    return deed(request, form, act, title=f"资料：{organization}", back=_address(organization))


def dissolve(request: HttpRequest, identity: str) -> HttpResponse:
    """Dissolve."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.dissolve", organization)
    form = forms.DissolveForm(request.POST or None, initial={"until": clock.today()})

    def act(values: Values) -> None:
        actions.dissolve(actor=reader, organization=organization, **values)

    title = f"撤销：{organization}"
    return deed(
        request, form, act, title=title, back=_address(organization), label="撤销组织", done="已撤销该组织。"
    )


def appoint(request: HttpRequest, identity: str) -> HttpResponse:
    """Appoint to a post."""
    reader: Any = request.user
    organization = found(request, identity)
    require_appoint(reader, organization)
    placement = organization.latest_placement()
    form = forms.AppointForm(
        request.POST or None,
        reader=reader,
        place_kind=placement.kind if placement else "",
        initial={"since": clock.today()} | {name: request.GET.get(name, "") for name in ("kind", "member")},
    )

    def act(values: Values) -> None:
        offices.appoint(actor=reader, organization=organization, today=clock.today(), **values)

    title = f"任职：{organization}"
    return deed(request, form, act, title=title, back=_address(organization), label="任职", done="已任职。")


def _post(request: HttpRequest, identity: str) -> Post:
    posts = Post.objects.select_related("organization", "member")
    return get_object_or_404(posts.filter(organization__in=scope.organizations(request.user)), pk=identity)


def _term(request: HttpRequest, identity: str) -> Term:
    terms = Term.objects.select_related("organization")
    return get_object_or_404(terms.filter(organization__in=scope.organizations(request.user)), pk=identity)


def relieve(request: HttpRequest, identity: str) -> HttpResponse:
    """Relieve of a post."""
    reader: Any = request.user
    post = _post(request, identity)
    require_appoint(reader, post.organization)
    form = forms.RelieveForm(request.POST or None, initial={"until": clock.today()})

    def act(values: Values) -> None:
        offices.relieve(actor=reader, post=post, **values)

    title = f"免职：{post.member.name}，{post.get_kind_display()}"
    return deed(
        request, form, act, title=title, back=_address(post.organization), label="免职", done="已免职。"
    )


def term(request: HttpRequest, identity: str) -> HttpResponse:
    """Begin a term."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.term", organization)
    form = forms.TermForm(request.POST or None)

    def act(values: Values) -> None:
        offices.start_term(actor=reader, organization=organization, today=clock.today(), **values)

    return deed(request, form, act, title=f"登记届期：{organization}", back=_address(organization))


def term_end(request: HttpRequest, identity: str) -> HttpResponse:
    """Another approved end of a term."""
    reader: Any = request.user
    row = _term(request, identity)
    permit(reader, "organizations.term", row.organization)
    first = {"until": row.until, "approval": row.approval}
    form = forms.TermEndForm(request.POST or None, initial=first)

    def act(values: Values) -> None:
        offices.set_term_end(actor=reader, term=row, **values)

    return deed(request, form, act, title=f"提前或延期：{row.organization}", back=_address(row.organization))


def establishment(request: HttpRequest, identity: str) -> HttpResponse:
    """The number of staff posts."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.establishment", organization)
    form = forms.EstablishmentForm(request.POST or None, initial={"since": clock.today()})

    def act(values: Values) -> None:
        offices.set_establishment(actor=reader, organization=organization, today=clock.today(), **values)

    return deed(request, form, act, title=f"登记编制：{organization}", back=_address(organization))


def first_day(request: HttpRequest, identity: str) -> HttpResponse:
    """The first day of use."""
    reader: Any = request.user
    organization = found(request, identity)
    permit(reader, "organizations.use", organization)
    held = queries.first_days_of_use(organization).first()
    first = {"since": held.since, "pack": held.pack} if held else {"since": clock.today()}
    form = forms.FirstDayForm(request.POST or None, initial=first)

    def act(values: Values) -> None:
        offices.set_first_day_of_use(actor=reader, organization=organization, **values)

    return deed(request, form, act, title=f"启用日期：{organization}", back=_address(organization))


def _correct(request: HttpRequest, row: Post | Term, title: str) -> HttpResponse:
    reader: Any = request.user
    permit(reader, "organizations.correct", row.organization)
    form = forms.CorrectForm(request.POST or None, initial={"since": row.since, "until": row.until})

    def act(values: Values) -> None:
        offices.correct(actor=reader, row=row, today=clock.today(), **values)

    return deed(
        request, form, act, title=title, back=_address(row.organization), label="更正", done="已更正。"
    )


def correct_post(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct the days of a post."""
    row = _post(request, identity)
    return _correct(request, row, f"更正：{row.member.name}，{row.get_kind_display()}")


def correct_term(request: HttpRequest, identity: str) -> HttpResponse:
    """Correct the days of a term."""
    row = _term(request, identity)
    return _correct(request, row, f"更正届期：{row.organization}")
