"""The Django app."""

from django.apps import AppConfig


class InboxConfig(AppConfig):
    """The inbox."""

    name = "zhibu.inbox"
    verbose_name = "收件箱"
