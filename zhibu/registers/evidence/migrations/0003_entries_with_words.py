"""Most entries have no words: their column is empty, and an index holds those that have some."""

from django.db import migrations, models

from zhibu.site.found_by import COLUMN, FoundBy


def empty(apps, editor):
    """No words: nothing, not an empty text."""
    apps.get_model("evidence", "entry").objects.filter(found_by="").update(**{COLUMN: None})


class Migration(migrations.Migration):
    # PostgreSQL makes no index in the transaction that wrote the rows.
    atomic = False
    dependencies = [("evidence", "0002_found_by")]

    operations = [
        migrations.AlterField("entry", "found_by", FoundBy("note", "ref_title", null=True)),
        migrations.RunPython(empty, migrations.RunPython.noop),
        migrations.AddIndex(
            "entry",
            models.Index(fields=["found_by"], condition=models.Q(found_by__isnull=False), name="entry_with_words"),
        ),
    ]
