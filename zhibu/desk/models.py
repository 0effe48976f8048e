"""What the desk itself keeps: readings that were signed."""

from __future__ import annotations

from django.db import models

from zhibu.site.identifiers import new_id


class SignedReading(models.Model):
    """A reading (口径) signed by whoever decides it, for the wording that was signed; the latest counts."""

    id = models.CharField(primary_key=True, max_length=40, default=new_id, editable=False)
    reading = models.CharField("口径", max_length=80, db_index=True)
    wording = models.TextField("签字时的表述")
    signed_by = models.CharField("签字人", max_length=60)
    signed = models.DateField("签字日期")
    recorded = models.DateField("登记日期")

    class Meta:
        verbose_name = "口径确认"
        ordering = ("-signed", "-id")

    def __str__(self) -> str:
        return f"{self.reading} {self.signed_by}"
