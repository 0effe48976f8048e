"""The Django app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Register: evidence."""

    name = "zhibu.registers.evidence"

    def ready(self) -> None:
        """Tell other registers what is recorded about their records."""
        from zhibu.registers.evidence import queries
        from zhibu.site import references

        references.tell("activity", queries.kinds_about)
