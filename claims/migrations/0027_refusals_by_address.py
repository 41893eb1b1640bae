"""How many calls of one address were refused in a minute: a flood is not read, and told once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("claims", "0026_key_payer"),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressMinute",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "address",
                    models.CharField(
                        help_text="An IPv4 address, or an IPv6 network /64", max_length=45
                    ),
                ),
                ("minute", models.BigIntegerField()),
                ("count", models.PositiveIntegerField(default=0)),
                ("told_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("address", "minute"), name="one_refusal_count_a_minute"
                    )
                ],
            },
        ),
    ]
