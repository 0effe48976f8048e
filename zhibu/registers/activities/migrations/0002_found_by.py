"""The column by which search finds a row, filled for the rows that stand already."""

from django.db import migrations

from zhibu.site.found_by import FoundBy, filled


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]

    operations = [
        migrations.AddField("activity", "found_by", FoundBy("title", "place")),
        migrations.AddField("attachment", "found_by", FoundBy("name")),
        migrations.RunPython(filled("activities", "activity", "attachment"), migrations.RunPython.noop),
    ]
