"""What a payer should allow, frozen when a claim leaves; what it still owes of that."""

import core.clock
import core.ids
import core.money
import django.db.models.deletion
import django.db.models.manager
from decimal import Decimal
from django.db import migrations, models

from core.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ("claims", "0032_recoded_claims"),
        ("coding", "0015_line_claim_data"),
        ("core", "0005_snooze_reason"),
        ("patients", "0008_appointments"),
    ]

    operations = [
        migrations.CreateModel(
            name='ExpectedLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('amount', core.money.MoneyField(decimal_places=2, help_text='Allowed for the whole line; empty: not priced', max_digits=12, null=True)),
                ('basis', models.CharField(blank=True, choices=[('fixed', 'Contract: fixed amount'), ('pct_medicare', 'Contract: percent of Medicare'), ('rvu', 'Contract: relative values'), ('pct_charge', 'Contract: percent of charge'), ('per_unit', 'Contract: amount a unit'), ('case_rate', 'Contract: case rate'), ('carve_out', 'Contract: paid by capitation'), ('', 'Not priced')], max_length=12)),
                ('contract_name', models.CharField(blank=True, max_length=60)),
                ('contract_from', models.DateField(help_text='Which version of the contract', null=True)),
                ('source_name', models.CharField(blank=True, help_text='The fee schedule whose values were taken', max_length=120)),
                ('trace', models.JSONField(default=list, help_text='Steps in their order: words, and the amount after each')),
                ('why_not', models.CharField(blank=True, help_text='Why it has no amount', max_length=200)),
                ('frozen_at', models.DateTimeField(default=core.clock.now)),
                ('charge_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.chargeline')),
                ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='expected_lines', to='claims.claimversion')),
                ('version_line', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='expected', to='claims.claimversionline')),
            ],
            options={
                'ordering': ['version_line_id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
                'indexes': [models.Index(fields=['version', 'charge_line'], name='expected_by_line')],
                'constraints': [models.CheckConstraint(condition=models.Q(('basis__in', ['fixed', 'pct_medicare', 'rvu', 'pct_charge', 'per_unit', 'case_rate', 'carve_out', ''])), name='expected_basis_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('amount__gte', 0), ('amount__isnull', False), ('why_not', ''), models.Q(('basis', ''), _negated=True)), models.Q(('amount__isnull', True), models.Q(('why_not', ''), _negated=True)), _connector='OR'), name='expected_amount_or_why_not')],
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.AddField(
            model_name='claim',
            name='underpaid_amount',
            field=core.money.MoneyField(db_default=Decimal('0.00'), decimal_places=2, default=Decimal('0.00'), max_digits=12),
        ),
        migrations.AddIndex(
            model_name='claim',
            index=models.Index(condition=models.Q(('underpaid_amount', 0), _negated=True), fields=['practice'], include=('underpaid_amount',), name='claim_underpaid'),
        ),
        AppendOnly("claims_expectedline"),
    ]
