"""The Django app."""

from django.apps import AppConfig


class ActivitiesConfig(AppConfig):
    """Register: activities."""

    name = "zhibu.registers.activities"

    def ready(self) -> None:
        """Offer activities as what evidence may refer to."""
        from zhibu.registers.activities import queries
        from zhibu.site import references

        references.offer("activity", queries.as_references)
