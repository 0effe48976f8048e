"""The Django app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Register: activities."""

    name = "zhibu.registers.activities"

    def ready(self) -> None:
        """Offer activities as what evidence may refer to, and the year's to the pages of organizations and people."""
        from zhibu.registers.activities import panels as own
        from zhibu.registers.activities import queries
        from zhibu.site import panels, references

        references.offer("activity", queries.as_references)
        panels.offer("organization", own.ORGANIZATION)
        panels.offer("member", own.PERSON)
