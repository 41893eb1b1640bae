from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0020_declined_by_payer"),
    ]

    operations = [
        migrations.AddField(
            model_name="denial",
            name="settled_as",
            field=models.CharField(blank=True, choices=[("rerouted", "Another payer's business")], default="", max_length=12),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="denial",
            constraint=models.CheckConstraint(
                condition=Q(("settled_as", ""), Q(("settled_as__in", ["rerouted"]), ("state", "resolved")), _connector="OR"),
                name="only_a_settled_denial_has_an_outcome",
            ),
        ),
    ]
