"""The column by which search finds a row, filled for the rows that stand already."""

from django.db import migrations

from zhibu.site.found_by import FoundBy, filled


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_initial")]

    operations = [
        migrations.AddField("organization", "found_by", FoundBy("short_name", "number")),
        migrations.AddField("placement", "found_by", FoundBy("name")),
        migrations.RunPython(filled("organizations", "organization", "placement"), migrations.RunPython.noop),
    ]
