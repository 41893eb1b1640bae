"""How often a file was handed to the line: a copy of ours is no rejected file (TA1 025)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0024_outpatient_amounts"),
    ]

    operations = [
        migrations.AddField(
            model_name="transmission",
            name="sending_count",
            field=models.PositiveSmallIntegerField(
                default=0, help_text="How often the file itself was handed to the line"
            ),
        ),
    ]
