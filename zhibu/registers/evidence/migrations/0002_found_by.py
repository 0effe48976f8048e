"""The column by which search finds a row, filled for the rows that stand already."""

from django.db import migrations

from zhibu.site.found_by import FoundBy, filled


class Migration(migrations.Migration):
    dependencies = [("evidence", "0001_initial")]

    operations = [
        migrations.AddField("entry", "found_by", FoundBy("note", "ref_title")),
        migrations.AddField("attachment", "found_by", FoundBy("name")),
        migrations.RunPython(filled("evidence", "entry", "attachment"), migrations.RunPython.noop),
    ]
