from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0018_worklist"),
    ]

    operations = [
        migrations.AddField(
            model_name="payerfilingsettings",
            name="splits_authorizations",
            field=models.BooleanField(default=False, verbose_name="takes one prior authorization a claim"),
        ),
        migrations.AddField(
            model_name="payerfilingsettings",
            name="splits_rendering",
            field=models.BooleanField(default=False, help_text="For a payer that does not read the provider of a line (2420A)", verbose_name="takes one rendering provider a claim"),
        ),
    ]
