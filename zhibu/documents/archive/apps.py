"""The Django app."""

from django.apps import AppConfig


class ArchiveConfig(AppConfig):
    """Boxes for an inspection (迎检材料)."""

    name = "zhibu.documents.archive"
    label = "archive"
    verbose_name = "迎检材料"
