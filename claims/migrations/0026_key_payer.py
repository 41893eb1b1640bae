"""A payer's own key may name the payer: it answers for what that payer was billed."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0025_sending_count"),
        ("patients", "0008_appointments"),
    ]

    operations = [
        migrations.AddField(
            model_name="payercredential",
            name="payer",
            field=models.ForeignKey(
                blank=True,
                help_text="For a payer's own key: it answers for the claims billed to this payer,"
                " whatever route they were sent by. Empty for a clearinghouse",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="patients.payer",
            ),
        ),
    ]
