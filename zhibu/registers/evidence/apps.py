"""The Django app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Register: evidence."""

    name = "zhibu.registers.evidence"

    def ready(self) -> None:
        """Tell other registers what is recorded about their records; offer the year's to the pages of each."""
        from zhibu.registers.evidence import panels as own
        from zhibu.registers.evidence import progress, queries
        from zhibu.site import panels, references

        references.tell("activity", queries.kinds_about)
        panels.offer("organization", own.ORGANIZATION)
        panels.offer("member", own.PERSON)
        panels.offer("member", progress.PANEL)
