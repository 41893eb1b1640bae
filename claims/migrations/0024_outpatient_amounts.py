from django.db import migrations, models

import core.money


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0023_payer_settings"),
    ]

    operations = [
        migrations.AddField(
            model_name="remittanceclaim",
            name="payable_amount",
            field=core.money.MoneyField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name="remittanceclaim",
            name="reimbursement_rate",
            field=models.DecimalField(blank=True, decimal_places=4, max_digits=10, null=True),
        ),
    ]
