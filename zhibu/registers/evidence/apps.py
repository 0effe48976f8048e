"""The Django app."""

from django.apps import AppConfig


class EvidenceConfig(AppConfig):
    """Register: evidence."""

    name = "zhibu.registers.evidence"
