"""Sending times of a single payer, beside those of partners."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0030_denials"),
        ("patients", "0009_signatures_on_file"),
    ]

    operations = [
        migrations.AlterField(
            model_name='sendschedule',
            name='partner',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='schedule', to='claims.tradingpartner'),
        ),
        migrations.AddField(
            model_name='sendschedule',
            name='payer',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='send_schedule', to='patients.payer'),
        ),
        migrations.AddConstraint(
            model_name='sendschedule',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('partner__isnull', False), ('payer__isnull', True)), models.Q(('partner__isnull', True), ('payer__isnull', False)), _connector='OR'), name='schedule_of_a_partner_or_a_payer'),
        ),
    ]
