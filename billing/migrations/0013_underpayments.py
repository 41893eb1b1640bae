"""Tolerances, lines that differ from their contracts, and the packets about them."""

import core.clock
import core.ids
import core.many_models
import core.money
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.manager
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models

from core.append_only import AppendOnly


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0012_closed_days_are_closed"),
        ("claims", "0033_expected_allowed"),
        ("coding", "0015_line_claim_data"),
        ("core", "0005_snooze_reason"),
        ("patients", "0008_appointments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        core.many_models.CreateModels(
            models=[migrations.CreateModel(
                name='UnderpaymentDispute',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                    ('number', models.CharField(max_length=12)),
                    ('recipient', models.TextField(max_length=300)),
                    ('letter', models.TextField(max_length=12000)),
                    ('signed_by', models.CharField(max_length=120)),
                    ('line_count', models.PositiveIntegerField()),
                    ('claim_count', models.PositiveIntegerField()),
                    ('amount', core.money.MoneyField(decimal_places=2, help_text='What is asked for', max_digits=12)),
                    ('packet_pages', models.PositiveSmallIntegerField(default=0)),
                    ('made_at', models.DateTimeField(default=core.clock.now)),
                    ('method', models.CharField(blank=True, choices=[('mail', 'Mail'), ('fax', 'Fax'), ('portal', "Payer's portal")], max_length=10)),
                    ('sent_on', models.DateField(blank=True, null=True)),
                    ('tracking_number', models.CharField(blank=True, max_length=60)),
                    ('follow_up_on', models.DateField(help_text="When the payer's answer is missed")),
                    ('made_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ('packet', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document')),
                    ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer')),
                    ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
                ],
                options={
                    'ordering': ['-id'],
                    'abstract': False,
                    'base_manager_name': 'everywhere',
                    'constraints': [models.UniqueConstraint(fields=('practice', 'number'), name='dispute_number_once'), models.CheckConstraint(condition=models.Q(('sent_on__isnull', True), models.Q(('method', ''), _negated=True), _connector='OR'), name='sent_dispute_says_how')],
                },
                managers=[
                    ('objects', django.db.models.manager.Manager()),
                    ('everywhere', django.db.models.manager.Manager()),
                ],
            ), migrations.CreateModel(
                name='VarianceTolerance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                    ('percent', models.DecimalField(decimal_places=2, default=Decimal('1'), help_text='Percent of the expected amount of a line', max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                    ('least_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.02'), help_text='Dollars of a line', max_digits=12)),
                    ('claim_amount', core.money.MoneyField(decimal_places=2, default=Decimal('5.00'), help_text='Dollars of a whole claim from which it is queued', max_digits=12)),
                    ('stop_amount', core.money.MoneyField(blank=True, decimal_places=2, help_text='Dollars of a claim from which a remittance is not posted by itself', max_digits=12, null=True)),
                    ('made_by_name', models.CharField(blank=True, max_length=150)),
                    ('made_at', models.DateTimeField(default=core.clock.now)),
                    ('payer', models.ForeignKey(blank=True, help_text='Empty: every payer without its own', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variance_tolerances', to='patients.payer')),
                    ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
                ],
                options={
                    'ordering': ['-id'],
                    'abstract': False,
                    'base_manager_name': 'everywhere',
                    'indexes': [models.Index(fields=['practice', 'payer', '-id'], name='tolerance_newest')],
                    'constraints': [models.CheckConstraint(condition=models.Q(('least_amount__gte', 0), ('percent__gte', 0), ('percent__lte', 100), ('claim_amount__gte', 0)), name='tolerance_is_no_less_than_nothing')],
                },
                managers=[
                    ('objects', django.db.models.manager.Manager()),
                    ('everywhere', django.db.models.manager.Manager()),
                ],
            ), migrations.CreateModel(
                name='LineVariance',
                fields=[
                    ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                    ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                    ('rank', models.PositiveSmallIntegerField(default=1)),
                    ('procedure_code', models.CharField(help_text='As it was billed', max_length=5)),
                    ('decided_code', models.CharField(help_text='As the payer decided it', max_length=60)),
                    ('service_date', models.DateField()),
                    ('decided_on', models.DateField()),
                    ('billed_amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                    ('expected_amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                    ('allowed_amount', core.money.MoneyField(decimal_places=2, help_text="Paid, patient's share, sequestration and withholds", max_digits=12)),
                    ('paid_amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                    ('refused_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), help_text='Of the difference, worked as a denial', max_digits=12)),
                    ('variance_amount', core.money.MoneyField(decimal_places=2, help_text='Positive: underpaid', max_digits=12)),
                    ('agreed_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), help_text='CO-45 of the answer', max_digits=12)),
                    ('tolerance_amount', core.money.MoneyField(decimal_places=2, help_text='What was let pass on this line that day', max_digits=12)),
                    ('cause', models.CharField(choices=[('step', 'A rule of the contract left out'), ('multiple', 'Reduced as a second procedure'), ('downcoded', 'Code changed'), ('modifier', 'Modifier left out'), ('units', 'Units cut'), ('bundled', 'Bundled into another line'), ('zero', 'Nothing allowed'), ('rate', 'Another rate'), ('above', 'More than the contract')], max_length=10)),
                    ('cause_words', models.CharField(blank=True, max_length=200)),
                    ('state', models.CharField(choices=[('open', 'Underpaid'), ('small', 'Below the limit'), ('disputed', 'Disputed'), ('recovered', 'Recovered'), ('accepted', 'Accepted'), ('over', 'Paid above contract'), ('withdrawn', 'No longer stands')], max_length=10)),
                    ('state_changed_at', models.DateTimeField(default=core.clock.now)),
                    ('identified_on', models.DateField()),
                    ('identified_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), help_text='The most it was ever underpaid by', max_digits=12)),
                    ('recovered_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), help_text='What came of it since', max_digits=12)),
                    ('accept_reason', models.CharField(blank=True, choices=[('contract', 'Our contract data was wrong'), ('right', 'The payer is right'), ('effort', 'Not worth the work'), ('refused', 'The payer refused the dispute'), ('late', 'Too late to dispute'), ('other', 'Another reason')], max_length=10)),
                    ('note', models.CharField(blank=True, max_length=200)),
                    ('settled_by_name', models.CharField(blank=True, max_length=150)),
                    ('charge_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='variances', to='coding.chargeline')),
                    ('claim', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.claim')),
                    ('expected_line', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.expectedline')),
                    ('payer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer')),
                    ('practice', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice')),
                    ('remittance_claim', models.ForeignKey(help_text='The newest answer that stands', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.remittanceclaim')),
                    ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.claimversion')),
                    ('dispute', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.underpaymentdispute')),
                ],
                options={
                    'ordering': ['-id'],
                    'abstract': False,
                    'base_manager_name': 'everywhere',
                    'indexes': [models.Index(fields=['practice', 'state', 'payer'], name='variance_queue'), models.Index(fields=['practice', 'claim'], name='variance_by_claim'), models.Index(fields=['practice', 'identified_on'], name='variance_by_day')],
                    'constraints': [models.UniqueConstraint(fields=('charge_line', 'payer', 'rank'), name='one_variance_per_line'), models.CheckConstraint(condition=models.Q(('variance_amount', django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('expected_amount'), '-', models.F('allowed_amount')), '-', models.F('refused_amount')))), name='variance_is_the_difference'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'small', 'disputed', 'recovered', 'accepted', 'over', 'withdrawn'])), name='variance_state_is_known'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'accepted'), _negated=True), models.Q(('accept_reason', ''), _negated=True), _connector='OR'), name='accepted_variance_says_why'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'disputed'), _negated=True), ('dispute__isnull', False), _connector='OR'), name='disputed_variance_names_its_packet')],
                },
                managers=[
                    ('objects', django.db.models.manager.Manager()),
                    ('everywhere', django.db.models.manager.Manager()),
                ],
            )],
        ),
        AppendOnly("billing_variancetolerance"),
    ]
