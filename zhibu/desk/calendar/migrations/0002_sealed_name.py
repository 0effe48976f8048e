"""A feed's name is sealed with its account's key. Addresses made before, in no release, are made anew."""

from django.db import migrations, models


def make_anew(apps, schema_editor):
    apps.get_model("calendar", "Feed").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("calendar", "0001_feeds")]

    operations = [
        migrations.RunPython(make_anew, migrations.RunPython.noop),
        migrations.RemoveField(model_name="feed", name="name"),
        migrations.AddField(
            model_name="feed",
            name="sealed_name",
            field=models.BinaryField(default=b"", verbose_name="名称"),
            preserve_default=False,
        ),
    ]
