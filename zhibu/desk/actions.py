"""The writer of the desk: a reading is signed."""

from __future__ import annotations

from datetime import date

from zhibu.access import Refused, action, log, permit, snapshot
from zhibu.access.models import Account
from zhibu.desk.models import SignedReading
from zhibu.norm.model import Reading


@action("norm.sign")
def sign_reading(
    *, actor: Account, reading: Reading, signed_by: str, signed: date, today: date
) -> SignedReading:
    """Record that a reading (口径) was signed, in the wording proposed now."""
    permit(actor, "norm.sign")
    if not signed_by.strip():
        raise Refused(
            what="没有登记签字", why="没有写签字人", mend="请填写签字人的姓名", code="desk.no_signer"
        )
    if signed > today:
        raise Refused(
            what="没有登记签字",
            why=f"签字日期 {signed} 在今天之后",
            mend="请填写纸质确认单上的签字日期",
            code="desk.signed_in_future",
        )
    made = SignedReading.objects.create(
        reading=reading.id,
        wording=reading.proposed,
        signed_by=signed_by.strip(),
        signed=signed,
        recorded=today,
    )
    log(actor, "norm.sign", made, before=None, after=snapshot(made))
    return made
