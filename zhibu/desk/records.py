"""The record behind a fact: where its page is, for a reader who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q
from django.urls import reverse

from zhibu.access import scope
from zhibu.audit.evidence import Evidence
from zhibu.norm.model import Norm
from zhibu.registers.activities import queries as activities
from zhibu.registers.education import kinds as study
from zhibu.registers.education import queries as education
from zhibu.registers.evidence import queries as evidence
from zhibu.registers.exemptions import queries as exemptions
from zhibu.registers.exemptions.models import Exemption


class Records:
    """The pages of the records behind some facts; a fixed number of queries, whatever the number of facts."""

    def __init__(self, reader: Any, norm: Norm, facts: Sequence[Evidence]) -> None:
        self.norm = norm
        self.organizations = scope.reachable(reader, "organizations.read")
        self.of_register: dict[str, list[Evidence]] = {}
        for fact in facts:
            self.of_register.setdefault(self._register(fact), []).append(fact)
        people = {fact.member for fact in facts if fact.member is not None}
        named = scope.members(reader).filter(pk__in=people) if people else scope.members(reader).none()
        #: Member → name, of those whom the reader may see.
        self.people: dict[str, str] = dict(named.values_list("pk", "name"))
        self.entries = self._entries(reader)
        # Hours come from activities and from trainings outside.
        held = [
            fact for register in ("activities", "education") for fact in self.of_register.get(register, ())
        ]
        refs = {fact.ref for fact in held if fact.ref}
        visible = activities.activities(reader).filter(pk__in=refs) if refs else ()
        self.activities = {one.pk for one in visible}
        self.exemptions = self._exemptions(reader)
        self.studies = self._studies(reader)

    def _register(self, fact: Evidence) -> str:
        kind = self.norm.kinds.get(fact.kind)
        return kind.register if kind else ""

    def _entries(self, reader: Any) -> dict[tuple[object, ...], str]:
        """Entries by what is seen of them in a fact. Not all kinds of a register come from its own pages."""
        facts = [
            fact
            for register in ("evidence", "activities", "education")  # entries from before have their own page
            for fact in self.of_register.get(register, ())
        ]
        if not facts:
            return {}
        rows = evidence.entries(reader).filter(
            kind__in={fact.kind for fact in facts},
            organization__in={fact.org for fact in facts},
            day__in={fact.happened for fact in facts},
            withdrawn=None,
        )
        columns = ("pk", "kind", "organization_id", "member_id", "day", "amount", "ref")
        return {
            (kind, org, member, day, amount, ref or key): key
            for key, kind, org, member, day, amount, ref in rows.values_list(*columns)
        }

    def _exemptions(self, reader: Any) -> dict[tuple[object, ...], str]:
        facts = self.of_register.get("exemptions", ())
        if not facts:
            return {}
        rows = exemptions.exemptions(reader).filter(
            organization__in={fact.org for fact in facts}, stage=Exemption.Stage.APPROVED
        )
        columns = ("pk", "organization_id", "member_id", "since", "duty")
        return {tuple(row): key for key, *row in rows.values_list(*columns)}

    def _studies(self, reader: Any) -> dict[tuple[object, ...], str]:
        """Pages of trainings, reflections and sheets by kind, organization, member and reference."""
        facts = self.of_register.get("education", ())
        if not facts:
            return {}
        refs, orgs = {fact.ref for fact in facts if fact.ref}, {fact.org for fact in facts}
        found: dict[tuple[object, ...], str] = {}
        for pk in education.trainings(reader).filter(pk__in=refs).values_list("pk", flat=True):
            found[study.TRAINING, pk] = reverse("education_training", args=[pk])
        read = education.reflections(reader).filter(member__in={fact.member for fact in facts if fact.member})
        for pk, org, member, ref in read.values_list("pk", "organization_id", "member_id", "ref"):
            found[study.REFLECTION, org, member, ref or pk] = reverse("education_reflection", args=[pk])
        sheets = education.sheets(reader).filter(organization__in=orgs, withdrawn=None)
        sheets = sheets.filter(Q(pk__in=refs) | Q(ref__in=refs))
        for pk, kind, org, ref in sheets.values_list("pk", "kind", "organization_id", "ref"):
            found[kind, org, ref or pk] = reverse("education_sheet", args=[pk])
        return found

    def _study(self, fact: Evidence) -> str:
        whole = (fact.kind, fact.org, fact.member, fact.ref)
        for key in (whole, (fact.kind, fact.org, fact.ref), (fact.kind, fact.ref)):
            if address := self.studies.get(key):
                return address
        return ""

    def shown(self, fact: Evidence) -> bool:
        """Whether the reader may see the fact: what is a person's only who sees the person."""
        return fact.member is None or fact.member in self.people

    def address(self, fact: Evidence) -> str:
        """The page of the record; "" where the reader may not see it."""
        register = self._register(fact)
        if register == "education" and (address := self._study(fact)):
            return address
        if register in ("evidence", "activities", "education"):
            seen = (fact.kind, fact.org, fact.member, fact.happened, fact.amount, fact.ref)
            if key := self.entries.get(seen):
                return reverse("evidence", args=[key])
            return reverse("activity", args=[fact.ref]) if fact.ref in self.activities else ""
        if register == "exemptions":
            key = self.exemptions.get((fact.org, fact.member, fact.happened, fact.ref))
            return reverse("exemptions:one", args=[key]) if key else ""
        if register == "members":
            return reverse("member", args=[fact.member]) if fact.member in self.people else ""
        if register == "organizations":
            org = self.organization(fact)
            return reverse("organization", args=[org]) if org in self.organizations else ""
        return ""

    def organization(self, fact: Evidence) -> str:
        """The organization that a fact is about: of a branch of a committee, the branch."""
        kind = self.norm.kinds.get(fact.kind)
        of_branch = kind is not None and kind.type == "derived" and kind.id.partition(".")[0] == "branch"
        return fact.ref if of_branch and fact.ref else fact.org
