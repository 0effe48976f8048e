"""The Django app."""

from django.apps import AppConfig


class DeskConfig(AppConfig):
    """Living norm, explanation, readings."""

    name = "zhibu.desk"
    verbose_name = "规范"

    def ready(self) -> None:
        """Offer the pages of organizations and people how their year stands."""
        from zhibu.desk import panels as own
        from zhibu.site import panels

        panels.offer("organization", own.ORGANIZATION)
        panels.offer("member", own.PERSON)
