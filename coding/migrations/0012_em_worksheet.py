"""The worksheet of a visit's level."""

import core.clock
import core.ids
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('coding', '0011_undo_and_evidence'),
        ('core', '0005_snooze_reason'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EmWorksheet',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('family', models.CharField(choices=[('office_new', 'Office, new patient'), ('office_established', 'Office, established patient'), ('hospital_initial', 'Hospital, first day'), ('hospital_subsequent', 'Hospital, later day'), ('same_day', 'Hospital, in and out on one day'), ('consult_office', 'Consultation, office'), ('consult_hospital', 'Consultation, hospital'), ('emergency', 'Emergency room'), ('nursing_initial', 'Nursing facility, first visit'), ('nursing_subsequent', 'Nursing facility, later visit'), ('home_new', 'Home, new patient'), ('home_established', 'Home, established patient')], max_length=20, verbose_name='kind of visit')),
                ('problems', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Straightforward'), (2, 'Low'), (3, 'Moderate'), (4, 'High')], null=True)),
                ('data', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Straightforward'), (2, 'Low'), (3, 'Moderate'), (4, 'High')], null=True)),
                ('risk', models.PositiveSmallIntegerField(blank=True, choices=[(1, 'Straightforward'), (2, 'Low'), (3, 'Moderate'), (4, 'High')], null=True)),
                ('minutes', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='total minutes')),
                ('note', models.CharField(blank=True, max_length=300)),
                ('code', models.CharField(blank=True, max_length=5)),
                ('kept_code', models.CharField(blank=True, max_length=5)),
                ('saved_at', models.DateTimeField(default=core.clock.now)),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='em_worksheet', to='coding.codingcase')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
                ('saved_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'E/M worksheet',
                'ordering': ['-saved_at'],
                'abstract': False,
                'base_manager_name': 'everywhere',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('data__range', (1, 4)), ('problems__range', (1, 4)), ('risk__range', (1, 4))), models.Q(('data__isnull', True), ('minutes__isnull', False), ('problems__isnull', True), ('risk__isnull', True)), _connector='OR'), name='worksheet_has_all_ticks_or_minutes')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
    ]
