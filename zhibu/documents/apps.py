"""The Django app."""

from django.apps import AppConfig


class DocumentsConfig(AppConfig):
    """Documents (文书): rosters, forms and letters on paper."""

    name = "zhibu.documents"
    verbose_name = "文书"
