from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0019_splits_by_provider_and_authorization"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="declinedpayer", name="one_refusal_per_rank"),
        migrations.AddConstraint(
            model_name="declinedpayer",
            constraint=models.UniqueConstraint(
                fields=("claim", "payer", "rank"), name="one_refusal_per_payer"
            ),
        ),
    ]
