"""The column by which search finds a notice and its files; fields are called what the log calls them."""

import django.db.models.deletion
import zhibu.site.found_by
from django.conf import settings
from django.db import migrations, models

from zhibu.site.found_by import filled


class Migration(migrations.Migration):

    dependencies = [
        ('notices', '0001_notices'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='attachment',
            name='found_by',
            field=zhibu.site.found_by.FoundBy('name'),
        ),
        migrations.AddField(
            model_name='notice',
            name='found_by',
            field=zhibu.site.found_by.FoundBy('title', 'number', 'issuer'),
        ),
        migrations.AlterField(
            model_name='addressee',
            name='target',
            field=models.CharField(max_length=60, verbose_name='谁'),
        ),
        migrations.AlterField(
            model_name='addressee',
            name='type',
            field=models.CharField(choices=[('organization', '党组织'), ('post', '职务'), ('role', '角色'), ('group', '党员范围'), ('member', '党员')], max_length=14, verbose_name='发给'),
        ),
        migrations.AlterField(
            model_name='addressee',
            name='whom',
            field=models.CharField(blank=True, choices=[('secretary', '书记'), ('committee', '书记办理，副书记、委员阅知'), ('members', '全体党员')], max_length=10, verbose_name='什么人'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='author',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='起草人'),
        ),
        migrations.AlterField(
            model_name='notice',
            name='ref_title',
            field=models.CharField(blank=True, max_length=160, verbose_name='关联的活动'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='notice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='recipients', to='notices.notice', verbose_name='通知文件'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='ref',
            field=models.CharField(blank=True, max_length=80, verbose_name='关联'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='ref_title',
            field=models.CharField(blank=True, max_length=160, verbose_name='关联的活动'),
        ),
        migrations.AlterField(
            model_name='recipient',
            name='shared',
            field=models.BooleanField(default=False, verbose_name='经党组织发送'),
        ),
        migrations.RunPython(filled("notices", "notice", "attachment"), migrations.RunPython.noop),
    ]
