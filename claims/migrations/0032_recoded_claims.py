"""Decided claims whose codes are being changed."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0031_times_of_payers"),
    ]

    operations = [
        migrations.AddField(
            model_name='claim',
            name='recoded_since',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('recoded_since__isnull', False)), fields=['practice'], name='claim_being_recoded'),
        ),
    ]
