"""What the patient has signed: release of information and assignment of benefits, with the days."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("patients", "0008_appointments"),
    ]

    operations = [
        migrations.AddField(
            model_name='patient',
            name='release_code',
            field=models.CharField(blank=True, choices=[('Y', 'Signed statement on file'), ('I', 'No signature: permitted by law')], default='', max_length=1, verbose_name='release of information'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='patient',
            name='release_signed_on',
            field=models.DateField(blank=True, null=True, verbose_name='signed on'),
        ),
        migrations.AddField(
            model_name='patient',
            name='benefits_code',
            field=models.CharField(blank=True, choices=[('Y', 'Assigned to the practice, signed'), ('N', 'Not assigned: the payer pays the patient')], default='', max_length=1, verbose_name='assignment of benefits'),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name='patient',
            name='benefits_signed_on',
            field=models.DateField(blank=True, null=True, verbose_name='signed on'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('release_code', 'Y'), ('release_signed_on__isnull', False)), models.Q(models.Q(('release_code', 'Y'), _negated=True), ('release_signed_on__isnull', True)), _connector='OR'), name='release_is_signed_on_a_day'),
        ),
        migrations.AddConstraint(
            model_name='patient',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('benefits_code', 'Y'), ('benefits_signed_on__isnull', False)), models.Q(models.Q(('benefits_code', 'Y'), _negated=True), ('benefits_signed_on__isnull', True)), _connector='OR'), name='benefits_is_signed_on_a_day'),
        ),
    ]
