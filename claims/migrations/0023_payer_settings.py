import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0022_why_declined"),
    ]

    operations = [
        migrations.AddField(
            model_name="payercoordination",
            name="never_covers_copay",
            field=models.BooleanField(default=False, help_text="As a later payer it does not pay the copay (PR-3) that the payer before left"),
        ),
        migrations.AddField(
            model_name="payerfilingsettings",
            name="attachment_codes",
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=5), blank=True, default=list, help_text="A beginning, such as 737, stands for all that begin with it", size=None, verbose_name="codes that need an attachment"),
        ),
        migrations.AddField(
            model_name="payerfilingsettings",
            name="limit_from_discharge",
            field=models.BooleanField(default=False, help_text="For a stay; other claims count from the first service", verbose_name="the limit counts from the discharge"),
        ),
        migrations.AddField(
            model_name="payerfilingsettings",
            name="requires_taxonomy",
            field=models.BooleanField(default=False, help_text="For a payer that pays by it, such as most Medicaid programmes", verbose_name="wants the billing provider's taxonomy"),
        ),
    ]
