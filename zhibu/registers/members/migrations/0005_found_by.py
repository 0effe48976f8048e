"""The column by which search finds a row, filled for the rows that stand already."""

from django.db import migrations

from zhibu.registers.members.names import SURNAMES, sounds
from zhibu.site.found_by import FoundBy, filled


def surnames(apps, editor):
    """曾 is zeng: who has such a surname was sorted and found by another sound (ceng)."""
    model = apps.get_model("members", "member")
    changed = []
    for row in model.objects.filter(name__regex=f"^[{''.join(SURNAMES)}]").only("pk", "name"):
        row.pinyin, row.initials = sounds(row.name)
        changed.append(row)
    model.objects.bulk_update(changed, ["pinyin", "initials"], batch_size=500)


class Migration(migrations.Migration):
    dependencies = [("members", "0004_destruction")]

    operations = [
        migrations.AddField("member", "found_by", FoundBy("name", "pinyin", "initials", "number")),
        migrations.RunPython(surnames, migrations.RunPython.noop),
        migrations.RunPython(filled("members", "member"), migrations.RunPython.noop),
    ]
