"""The column by which search finds a row, filled for the rows that stand already."""

from django.db import migrations

from zhibu.site.found_by import FoundBy, filled


class Migration(migrations.Migration):
    dependencies = [("education", "0001_initial")]

    operations = [
        migrations.AddField("reflection", "found_by", FoundBy("title")),
        migrations.AddField("training", "found_by", FoundBy("title", "organizer")),
        migrations.AddField("attachment", "found_by", FoundBy("name")),
        migrations.RunPython(
            filled("education", "reflection", "training", "attachment"), migrations.RunPython.noop
        ),
    ]
