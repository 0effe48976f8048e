"""The pages that record evidence: one entry, or a sheet that names many members."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from zhibu.access import NotPermitted, Refused, scope
from zhibu.access.refusals import Gone
from zhibu.access.writing import noting
from zhibu.norm.model import Kind
from zhibu.norm.order import cited
from zhibu.registers.evidence import actions, forms, kinds, permission, queries, rules
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import clock, packs
from zhibu.site.deeds import say
from zhibu.site.files import read_upload
from zhibu.site.references import Reference

#: What the buttons above a sheet put in at once: (value, only over this, label). Without a result it is a tick.
RESULT_FILLS = (("appraisal.qualified", "", "其余都合格"), ("", None, "全部清空"))
TICK_FILLS = (("1", None, "全选"), ("", None, "全不选"))


def _kind(request: HttpRequest) -> Kind | None:
    """The kind of the address; None where none is named. Raises Gone for one that is not recorded here."""
    asked = request.GET.get("kind", "")
    if not asked:
        return None
    kind = kinds.find(packs.norm(), asked)
    if kind is None:
        raise Gone(
            what=f"没有佐证种类“{asked[:60]}”",
            why="现在的规范包里没有这个种类，或者它不在佐证里登记",
            mend="请从“佐证”页按条选择要登记的种类。以前按这个种类登记的记录仍在佐证列表里",
            code="evidence.kind_gone",
        )
    return kind


def _hosts(request: HttpRequest, kind: Kind, today: date) -> tuple[list[Organization], Organization]:
    """The organizations to choose from and the chosen one; 404 for one where the reader may not record."""
    reader: Any = request.user
    hosts = queries.hosts_for(reader, kind, today)
    if not hosts and kind.own and reader.member_id and scope.owns(reader, "evidence.own"):
        hosts = [
            row.organization for row in reader.member.memberships_on(today).select_related("organization")
        ]
    if not hosts:
        raise Http404
    asked = request.GET.get("organization", "")
    if asked and asked not in {one.pk for one in hosts}:
        raise Http404
    return hosts, next((one for one in hosts if one.pk == asked), hosts[0])


def _day(request: HttpRequest, kind: Kind, today: date) -> date:
    try:
        day = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        return today
    return day if kind.type == "state" else min(day, today)


def _counts_for(request: HttpRequest) -> date | None:
    """The day that the address says the entry counts for, if it says one."""
    try:
        return date.fromisoformat(request.GET.get("counts-for", ""))
    except ValueError:
        return None


def _people(
    request: HttpRequest, kind: Kind, organization: Organization, day: date
) -> tuple[list[Member], list[Organization], str]:
    """Whom the form offers; for a committee the branches to choose them from, and the chosen branch."""
    reader: Any = request.user
    if kind.member == "none":
        return [], [], ""
    if not permission.may(reader, permission.RECORD, kind.id, organization):
        return [reader.member], [], ""
    branches = queries.branches_below(organization, day)
    branches = [one for one in branches if one.pk != organization.pk]
    chosen = request.GET.get("from", "")
    asked = request.GET.get("member", "")
    branch = next((one for one in branches if one.pk == chosen), None)
    roll = queries.roll(branch or organization, day)
    known = {member.pk for member in roll}
    more = [one for one in queries.newcomers(organization) if one.pk not in known]
    if asked and asked not in known:
        more += list(queries.people(organization).filter(pk=asked).exclude(pk__in=[one.pk for one in more]))
    return [*roll, *more], branches, branch.pk if branch else ""


def _references(request: HttpRequest, kind: Kind, organization: Organization, today: date) -> list[Reference]:
    found = queries.references_for(request.user, kind, organization, None, today)
    asked = request.GET.get("ref", "")
    if asked and asked not in {one.id for one in found} and kinds.choosing(kind) in ("case", "entry"):
        known = queries.reference_known(request.user, organization, asked)
        found = [known, *found] if known else found
    return found


def add(request: HttpRequest) -> HttpResponse:
    """Record an entry. The address may say `kind`, `organization`, `member`, `day`, `counts-for`, `ref`, `from`."""
    reader: Any = request.user
    kind = _kind(request)
    if kind is None:
        return redirect("evidence_articles")
    if not scope.owns(reader, "evidence.own"):
        permission.require(reader, permission.RECORD, kind.id)
    today, norm = clock.today(), packs.norm()
    hosts, organization = _hosts(request, kind, today)
    day = _day(request, kind, today)
    members, branches, branch = _people(request, kind, organization, day)
    references = _references(request, kind, organization, today)
    initial: dict[str, Any] = {
        "day": day,
        "counts_for": _counts_for(request),
        "ref": request.GET.get("ref", ""),
        "member": request.GET.get("member", ""),
    }
    if len(members) == 1:
        initial["member"] = members[0].pk
    if not initial["ref"] and len(references) == 1 and kinds.choosing(kind) in ("entry", "organization"):
        initial["ref"] = references[0].id
    form = forms.EntryForm(
        request.POST or None,
        request.FILES or None,
        initial=initial,
        kind=kind,
        organization=organization,
        members=members,
        references=references,
        needs_reference=kinds.needs_reference(norm, kind),
    )
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            with noting() as deeds:
                entry = actions.record_entry(
                    actor=reader,
                    draft=form.draft(),
                    begin_case=form.begins_case,
                    file=read_upload(request) if request.FILES.get("file") else None,
                    today=today,
                )
        except NotPermitted:
            raise
        except Refused as refused:
            refusal = refused
        else:
            say(request, "已登记。", deeds)
            if "again" in request.POST:
                return redirect(request.get_full_path())
            return redirect("evidence", entry.pk)
    context = {
        "form": form,
        "refusal": refusal,
        "kind": kind,
        "cited": cited(norm, kind.articles),
        "hosts": hosts,
        "organization": organization,
        "branches": branches,
        "branch": branch,
        "carried": [
            (name, request.GET[name])
            for name in ("kind", "ref", "day", "counts-for")
            if request.GET.get(name)
        ],
        "standing": queries.in_force_of(kind.id, organization, today)
        if kind.type == "state" and kind.member == "none"
        else [],
        "sheet": reverse("evidence_sheet") if kinds.sheet_of(packs.norm(), kind) else "",
        "back": reverse("evidence_articles"),
    }
    status = 409 if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, "evidence/record.html", context, status=status)


def sheet(request: HttpRequest) -> HttpResponse:
    """Record a sheet: everyone on the roll with a tick, or one of five results, or an amount."""
    reader: Any = request.user
    kind = _kind(request)
    if kind is None:
        return redirect("evidence_articles")
    permission.require(reader, permission.RECORD, kind.id)
    offered = kinds.sheet_of(packs.norm(), kind)
    if not offered:
        return redirect("evidence_articles")
    today, norm = clock.today(), packs.norm()
    hosts, organization = _hosts(request, kind, today)
    permission.require(reader, permission.RECORD, kind.id, organization)
    day = _day(request, kind, today)
    month = _month(request, day)
    roll = queries.roll(organization, day)
    form = forms.EntryForm(
        request.POST or None,
        initial={"day": day, "counts_for": month if kind.id in rules.FOR_A_MONTH else None},
        kind=kind,
        organization=organization,
        members=roll,
        references=[],
        needs_reference=False,
        sheet=True,
    )
    refusal = None
    wrong: dict[str, str] = {}
    if request.method == "POST" and form.is_valid():
        drafts, wrong = forms.drafts_of_sheet(form, request.POST, roll, offered)
        if not wrong:
            try:
                with noting() as deeds:
                    made = actions.record_entries(actor=reader, drafts=drafts, today=today)
            except NotPermitted:
                raise
            except Refused as refused:
                refusal = refused
            else:
                say(request, f"已登记 {len(made)} 人。", deeds)
                return redirect(f"{reverse('evidence_list')}?kind={offered[0] if len(offered) == 1 else ''}")
    context = {
        "form": form,
        "refusal": refusal,
        "kind": kind,
        "cited": cited(norm, kind.articles),
        "hosts": hosts,
        "organization": organization,
        "day": day,
        "month": month if kind.id in rules.FOR_A_MONTH else None,
        "offered": [(one, norm.kinds[one].title) for one in offered],
        "lines": _lines(request, kind, offered, organization, roll, month, wrong),
        "fills": RESULT_FILLS if len(offered) > 1 else TICK_FILLS,
        "unit": rules.unit_of(kind.amount),
        "heading": "民主评议结果" if len(offered) > 1 else kind.title,
        "back": reverse("evidence_articles"),
    }
    bad = wrong or (form.is_bound and form.errors)
    return render(request, "evidence/sheet.html", context, status=409 if refusal else 422 if bad else 200)


def _month(request: HttpRequest, day: date) -> date:
    asked = request.GET.get("month", "")
    try:
        return date.fromisoformat(f"{asked[:7]}-01")
    except ValueError:
        if request.method == "GET" and asked:
            messages.warning(request, f"“{asked[:10]}”不是月份，显示{day.year}年{day.month}月。")
        return day.replace(day=1)


def _lines(
    request: HttpRequest,
    kind: Kind,
    offered: tuple[str, ...],
    organization: Organization,
    roll: list[Member],
    month: date,
    wrong: dict[str, str],
) -> list[dict[str, Any]]:
    """The lines of the sheet: what was tapped, else what is usual; with what is there already."""
    given = request.POST if request.method == "POST" else None
    people = [member.pk for member in roll]
    last = queries.last_days(offered, organization, people)
    monthly = kind.id in rules.FOR_A_MONTH
    done = queries.of_month(kind.id, organization, month) if monthly else {}
    due = queries.of_month("dues.due", organization, month) if kind.id == "dues.paid" else {}
    usual = queries.last_amounts(kind.id, organization, people) if kind.amount else {}
    lines = []
    for member in roll:
        there = member.pk in done
        picked = offered[0] if kind.sheet == "all" and not there else ""
        amount = rules.amount_input(due.get(member.pk) or usual.get(member.pk), kind.amount)
        note = ""
        if given is not None:
            picked = given.get(f"pick-{member.pk}", "")
            amount, note = given.get(f"amount-{member.pk}", ""), given.get(f"note-{member.pk}", "")
        lines.append(
            {
                "member": member,
                "picked": picked,
                "amount": amount,
                "note": note,
                "done": there,
                "last": last.get(member.pk),
                "wrong": wrong.get(member.pk, ""),
            }
        )
    return lines
