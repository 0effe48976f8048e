"""Wake Django for a command."""

from __future__ import annotations

import os
import sys

import django
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured

from zhibu.access.keys import KeyUnusable


def start() -> None:
    """Set Django up once, with the deployment's settings. Call before importing models in a command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhibu.site.settings")
    if not apps.ready:
        try:
            django.setup()
        except (KeyUnusable, ImproperlyConfigured) as error:
            sys.exit(f"错误：{error}")


def unready(error: Exception) -> str | None:
    """Why key or database cannot serve a command yet, in one sentence; None where the error has another cause."""
    if not apps.ready:
        return None
    if isinstance(error, KeyUnusable):
        return str(error)
    import sqlite3

    import psycopg
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    if not isinstance(error, (DatabaseError, sqlite3.Error, psycopg.Error)):
        return None
    connection.close()  # the failed command may have left it in the midst of a transaction
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as problem:
        return f"连不上数据库：{str(problem).splitlines()[0]}。请检查 DATABASE_URL，并确认数据库已经启动。"
    return "数据库还没有建立，或者比程序旧。请先运行 zhibu migrate。" if behind else None
