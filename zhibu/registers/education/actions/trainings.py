"""Enter a training outside with its proof; change it until it is confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhibu.access import action, permits, renew, snapshot
from zhibu.access.models import Account
from zhibu.inbox import settle
from zhibu.registers.education import kinds, queries, rules
from zhibu.registers.education.actions.attachments import keep
from zhibu.registers.education.actions.common import (
    hold,
    log_submission,
    permit_writing,
    refuse,
    require_kind,
)
from zhibu.registers.education.models import Stage, Training
from zhibu.registers.members.models import Member
from zhibu.registers.organizations.models import Organization
from zhibu.site import packs

WHAT = "外出培训没有登记"


@dataclass(frozen=True)
class TrainingDraft:
    """A training as it was typed; minutes of the year in which it began, and of the next where it runs over."""

    title: str
    first: date
    last: date
    minutes: int
    minutes_next: int | None = None
    organizer: str = ""
    kept_at: str = ""


@action("education.training")
def enter_training(
    *,
    actor: Account,
    organization: Organization,
    member: Member,
    draft: TrainingDraft,
    file: tuple[str, bytes] | None = None,
    confirmed: bool = False,
    today: date,
) -> Training:
    """A training waits to be confirmed; `confirmed`: the branch enters it for another with the proof in hand."""
    require_kind(packs.norm(), kinds.TRAINING)
    own = permit_writing(actor, organization, member)
    _check(draft, file is not None, today)
    if not member.memberships_on(draft.first).filter(organization=organization).exists():
        raise refuse(
            WHAT, f"{member}在培训开始的那天不属于{organization}", "请核对日期和所在支部", "not_member"
        )
    hold(organization)
    same = Training.objects.filter(
        member=member, title=draft.title.strip(), first=draft.first, last=draft.last
    ).exclude(stage=Stage.WITHDRAWN)
    if same.exists():
        raise refuse(WHAT, "同样的一次培训已经登记过", "无须重复登记；有误的请在原来那一条上修改", "same")
    row = Training(organization=organization, member=member, entered=today)
    _fill(row, draft)
    if confirmed and member.pk != actor.member_id and permits(actor, "education.confirm", organization):
        row.stage, row.recorded = Stage.ACCEPTED, today
    row.save()
    if file is not None:
        keep(row, *file, today)
    log_submission(actor, queries.OWN if own else "education.training", row, None)
    return row


@action("education.training")
def change_training(
    *,
    actor: Account,
    training: Training,
    draft: TrainingDraft,
    file: tuple[str, bytes] | None = None,
    today: date,
) -> Training:
    """Change what is not confirmed yet, or was returned: it waits to be confirmed again."""
    own = permit_writing(actor, training.organization, training.member)
    renew(training)
    if not training.open:
        raise refuse("没有改动", f"这次培训{training.stage_title()}", "如需修改，请支部先退回", "not_open")
    _check(draft, file is not None or training.attachments.exists(), today)
    before = snapshot(training)
    _fill(training, draft)
    training.stage = Stage.HANDED
    training.save()
    if file is not None:
        keep(training, *file, today)
    settle(training.about, [training.member])
    log_submission(actor, queries.OWN if own else "education.training", training, before)
    return training


def _fill(row: Training, draft: TrainingDraft) -> None:
    row.title, row.organizer = draft.title.strip(), draft.organizer.strip()
    row.kept_at = draft.kept_at.strip()
    row.first, row.last, row.minutes = draft.first, draft.last, draft.minutes
    crosses = rules.crosses_new_year(draft.first, draft.last)
    row.minutes_next = draft.minutes_next if crosses else None
    row.next_year = date(draft.last.year, 1, 1) if crosses else None


def _check(draft: TrainingDraft, has_file: bool, today: date) -> None:
    if not draft.title.strip():
        raise refuse(WHAT, "没有写培训名称", "请填写证书上的名称", "no_title")
    faults = rules.training_faults(draft.first, draft.last, draft.minutes, draft.minutes_next, today)
    if faults:
        why = "；".join(fault.rstrip("。") for fault in faults.values())
        raise refuse(WHAT, why, "请改正后再保存", "training")
    if not has_file and not draft.kept_at.strip():
        raise refuse(WHAT, "没有证明", "请上传证书，或写明证书原件存放处", "no_proof")
