import django.db.models.deletion
from django.db import migrations, models

import core.ids
import core.money
import core.identifiers
import core.clock


class Migration(migrations.Migration):

    dependencies = [
        ('core', '0003_reads_of_many'),
        ('patients', '0002_servicefacility_clia_is_waiver'),
    ]

    operations = [
        migrations.CreateModel(
            name='ImportProblem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('line_number', models.PositiveIntegerField(help_text='Of the file, the heading being line 1')),
                ('problems', models.JSONField(help_text='In words, never the cells')),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.job')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
            ],
            options={
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddConstraint(
            model_name='importproblem',
            constraint=models.UniqueConstraint(fields=('job', 'line_number'), name='import_problem_once_a_line'),
        ),
    ]
