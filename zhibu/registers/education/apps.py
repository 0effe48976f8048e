"""The Django app."""

from django.apps import AppConfig


class EducationConfig(AppConfig):
    """Register: education."""

    name = "zhibu.registers.education"

    def ready(self) -> None:
        """Offer the year's study to the pages of branches and persons."""
        from zhibu.registers.education import panels as own
        from zhibu.site import panels

        panels.offer("organization", own.ORGANIZATION)
        panels.offer("member", own.PERSON)
