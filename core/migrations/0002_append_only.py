"""The audit log and the timelines can be added to, and nothing else."""

from django.db import migrations

from core.append_only import AppendOnly, CreateRefuseFunction


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        CreateRefuseFunction(),
        AppendOnly("core_auditevent"),
        AppendOnly("core_auditblock"),
        AppendOnly("core_auditseal"),
        AppendOnly("core_timelineentry"),
    ]
