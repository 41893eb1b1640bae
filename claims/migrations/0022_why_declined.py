from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0021_rerouted_denials"),
    ]

    operations = [
        migrations.AddField(
            model_name="declinedpayer",
            name="because",
            field=models.CharField(choices=[("not_covered", "It does not cover this service"), ("not_in_force", "It is not in force on that day")], default="not_covered", max_length=12),
        ),
        migrations.AddConstraint(
            model_name="declinedpayer",
            constraint=models.CheckConstraint(condition=Q(("because__in", ["not_covered", "not_in_force"])), name="why_declined_is_known"),
        ),
    ]
