import core.clock
import core.ids
import core.money
import django.db.models.deletion
import django.db.models.manager
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("billing", "0007_provider_adjustment_rules"),
        ("claims", "0018_worklist"),
        ("coding", "0015_line_claim_data"),
        ("core", "0005_snooze_reason"),
        ("patients", "0008_appointments"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BalanceRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('number', models.CharField(max_length=12)),
                ('kind', models.CharField(choices=[('write_off', 'Write-off'), ('transfer', 'Move')], max_length=10)),
                ('reason_code', models.CharField(choices=[('DEN-TIMELY', 'Denied: filed too late'), ('DEN-AUTH', 'Denied: no authorization'), ('DEN-NECESS', 'Denied: not medically necessary'), ('DEN-COVER', 'Denied: not covered'), ('DEN-BUNDLE', 'Denied: part of another service'), ('DEN-DUPL', 'Denied: duplicate'), ('DEN-APPEAL', 'Denied: appeal lost'), ('DEN-OTHER', 'Denied: other'), ('SMALL-BAL', 'Small balance'), ('DISC-SELF', 'Self-pay discount'), ('DISC-PROMPT', 'Prompt-pay discount'), ('CHARITY', 'Charity care'), ('STAT-QMB', 'Uncollectible by law: Medicare beneficiary with Medicaid (QMB)'), ('STAT-OTHER', 'Uncollectible by law: other'), ('BAD-DEBT', 'Bad debt'), ('BAD-BANKR', 'Bad debt: discharged in bankruptcy'), ('BAD-DECEASD', 'Bad debt: deceased, no estate'), ('MOVE-NEXT', 'The next coverage is to pay'), ('MOVE-WRONG', 'It was charged to the wrong payer'), ('MOVE-PR', "The payer made it the patient's share (PR)"), ('MOVE-PDPAT', 'The payer paid the patient (code 100)'), ('MOVE-NOCOV', 'No coverage was in force on the day'), ('MOVE-ABN', 'Not covered, and the patient signed a notice beforehand'), ('MOVE-AGENCY', 'Placed with a collection agency, still ours')], max_length=12)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('amount', core.money.MoneyField(decimal_places=2, help_text='What leaves the open balances; negative clears credits', max_digits=12)),
                ('limit_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=12)),
                ('to_rank', models.PositiveSmallIntegerField(null=True)),
                ('state', models.CharField(choices=[('waiting', 'Waits for approval'), ('posted', 'Posted'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn'), ('undone', 'Undone')], default='waiting', max_length=10)),
                ('requested_by_name', models.CharField(max_length=150)),
                ('requested_at', models.DateTimeField(default=core.clock.now)),
                ('decided_by_name', models.CharField(blank=True, max_length=150)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.CharField(blank=True, max_length=300)),
                ('submission_key', models.UUIDField(help_text='The form it came from: sent twice, it is asked once', null=True, unique=True)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='BalanceRequestLine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
            ],
            options={
                'ordering': ['id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='CreditBalance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('amount', core.money.MoneyField(decimal_places=2, help_text='What we hold, above zero; zero once settled', max_digits=12)),
                ('arose_on', models.DateField(help_text='The day of the newest entry that made or raised it')),
                ('cause', models.CharField(choices=[('prepaid', 'Paid ahead'), ('patient', 'Patient paid too much'), ('payer', 'Payer paid too much'), ('duplicate', 'Paid twice'), ('error', 'Posting error')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=300)),
                ('reviewed_by_name', models.CharField(blank=True, max_length=150)),
                ('reviewed_at', models.DateTimeField(null=True)),
                ('state', models.CharField(choices=[('open', 'Open'), ('settled', 'Settled')], default='open', max_length=10)),
                ('opened_at', models.DateTimeField(default=core.clock.now)),
                ('settled_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['arose_on', 'id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='MonthEnd',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('ended_on', models.DateField()),
                ('made_at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'ordering': ['-ended_on'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='MonthEndItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                ('placed_on', models.DateField(help_text='When money last came to this key', null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='Overpayment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('number', models.CharField(max_length=12)),
                ('amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                ('reason', models.CharField(max_length=300)),
                ('identified_on', models.DateField()),
                ('investigation_started_on', models.DateField(null=True)),
                ('investigation_ended_on', models.DateField(null=True)),
                ('due_on', models.DateField()),
                ('next_look_on', models.DateField(help_text='When the clock next has something to say')),
                ('state', models.CharField(choices=[('identified', 'To be returned'), ('investigating', 'Under investigation'), ('returned', 'Returned'), ('not_owed', 'Not an overpayment')], default='identified', max_length=13)),
                ('returned_on', models.DateField(null=True)),
                ('outcome', models.CharField(blank=True, max_length=300)),
                ('identified_by_name', models.CharField(max_length=150)),
                ('created_at', models.DateTimeField(default=core.clock.now)),
            ],
            options={
                'ordering': ['due_on', 'id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.CreateModel(
            name='Refund',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('number', models.CharField(max_length=12)),
                ('amount', core.money.MoneyField(decimal_places=2, max_digits=12)),
                ('limit_amount', core.money.MoneyField(decimal_places=2, default=Decimal('0.00'), max_digits=12)),
                ('note', models.CharField(max_length=300)),
                ('state', models.CharField(choices=[('waiting', 'Waits for approval'), ('approved', 'Check to be written'), ('issued', 'Check is out'), ('cleared', 'Cleared'), ('voided', 'Voided'), ('refused', 'Refused'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=10)),
                ('requested_by_name', models.CharField(max_length=150)),
                ('requested_at', models.DateTimeField(default=core.clock.now)),
                ('decided_by_name', models.CharField(blank=True, max_length=150)),
                ('decided_at', models.DateTimeField(null=True)),
                ('decision_note', models.CharField(blank=True, max_length=300)),
                ('check_number', models.CharField(blank=True, max_length=20)),
                ('issued_on', models.DateField(null=True)),
                ('cleared_on', models.DateField(null=True)),
                ('voided_on', models.DateField(null=True)),
                ('submission_key', models.UUIDField(null=True, unique=True)),
            ],
            options={
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='journalline',
            name='line_debit_account',
        ),
        migrations.RemoveIndex(
            model_name='journalline',
            name='line_credit_account',
        ),
        migrations.AddIndex(
            model_name='journalline',
            index=models.Index(fields=['practice', 'debit_account'], include=('posted_on', 'amount'), name='line_debit_account_day'),
        ),
        migrations.AddIndex(
            model_name='journalline',
            index=models.Index(fields=['practice', 'credit_account'], include=('posted_on', 'amount'), name='line_credit_account_day'),
        ),
        migrations.AddIndex(
            model_name='journalline',
            index=models.Index(fields=['practice', 'posted_on'], name='line_by_day'),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='claim',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='balance_requests', to='claims.claim'),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='journal',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='balance_request', to='billing.journal'),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='balancerequest',
            name='to_payer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.ledgeraccount'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='charge_line',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='balance_request_lines', to='coding.chargeline'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='guarantor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.guarantor'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='payer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='balancerequestline',
            name='request',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='billing.balancerequest'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='account',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.ledgeraccount'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='charge_line',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_balances', to='coding.chargeline'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='guarantor',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.guarantor'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='journal',
            field=models.ForeignKey(help_text='The newest journal that made or raised it', on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.journal'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='credit_balances', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='payer',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='creditbalance',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='monthend',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='billing.ledgeraccount'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='charge_line',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='coding.chargeline'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='guarantor',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.guarantor'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='month_end',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='items', to='billing.monthend'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='patient',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='monthenditem',
            name='payer',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='overpayment',
            name='credit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='overpayments', to='billing.creditbalance'),
        ),
        migrations.AddField(
            model_name='overpayment',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='overpayment',
            name='payer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='overpayment',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='refund',
            name='check_journal',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_paid', to='billing.journal'),
        ),
        migrations.AddField(
            model_name='refund',
            name='credit',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='refunds', to='billing.creditbalance'),
        ),
        migrations.AddField(
            model_name='refund',
            name='decided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='refund',
            name='owed_journal',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='refund_owed', to='billing.journal'),
        ),
        migrations.AddField(
            model_name='refund',
            name='patient',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.patient'),
        ),
        migrations.AddField(
            model_name='refund',
            name='payer',
            field=models.ForeignKey(help_text='Empty: it goes to the guarantor', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='refund',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='refund',
            name='requested_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddIndex(
            model_name='balancerequest',
            index=models.Index(fields=['practice', 'state', '-id'], name='request_by_state'),
        ),
        migrations.AddConstraint(
            model_name='balancerequest',
            constraint=models.UniqueConstraint(fields=('practice', 'number'), name='request_number_once'),
        ),
        migrations.AddConstraint(
            model_name='balancerequest',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['write_off', 'transfer']), ('state__in', ['waiting', 'posted', 'refused', 'withdrawn', 'undone'])), name='request_kind_and_state_known'),
        ),
        migrations.AddConstraint(
            model_name='balancerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('journal__isnull', False), ('state__in', ['posted', 'undone'])), models.Q(('journal__isnull', True), ('state__in', ['waiting', 'refused', 'withdrawn'])), _connector='OR'), name='request_posted_has_journal'),
        ),
        migrations.AddConstraint(
            model_name='balancerequest',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['posted', 'undone']), _negated=True), ('amount__lte', models.F('limit_amount')), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('requested_by')), _negated=True)), _connector='OR'), name='request_above_limit_has_approver'),
        ),
        migrations.AddConstraint(
            model_name='balancerequestline',
            constraint=models.UniqueConstraint(fields=('request', 'charge_line', 'account', 'guarantor', 'payer', 'rank'), name='request_names_a_key_once', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='balancerequestline',
            constraint=models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='request_line_moves_money'),
        ),
        migrations.AddIndex(
            model_name='creditbalance',
            index=models.Index(condition=models.Q(('state', 'open')), fields=['practice', 'arose_on'], name='credit_open'),
        ),
        migrations.AddIndex(
            model_name='creditbalance',
            index=models.Index(fields=['patient'], name='credit_by_patient'),
        ),
        migrations.AddConstraint(
            model_name='creditbalance',
            constraint=models.UniqueConstraint(fields=('practice', 'account', 'patient', 'guarantor', 'charge_line', 'payer', 'rank'), name='one_credit_per_key', nulls_distinct=False),
        ),
        migrations.AddConstraint(
            model_name='creditbalance',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount__gt', 0), ('state', 'open')), models.Q(('amount', 0), ('state', 'settled')), _connector='OR'), name='credit_is_open_or_gone'),
        ),
        migrations.AddConstraint(
            model_name='monthend',
            constraint=models.UniqueConstraint(fields=('practice', 'ended_on'), name='one_mark_per_month'),
        ),
        migrations.AddIndex(
            model_name='overpayment',
            index=models.Index(condition=models.Q(('state__in', ['identified', 'investigating'])), fields=['next_look_on'], name='overpayment_clock'),
        ),
        migrations.AddConstraint(
            model_name='overpayment',
            constraint=models.UniqueConstraint(fields=('practice', 'number'), name='overpayment_number_once'),
        ),
        migrations.AddConstraint(
            model_name='overpayment',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['identified', 'investigating'])), fields=('credit',), name='one_clock_per_credit'),
        ),
        migrations.AddConstraint(
            model_name='overpayment',
            constraint=models.CheckConstraint(condition=models.Q(('investigation_ended_on__isnull', True), ('investigation_ended_on__gte', models.F('investigation_started_on')), _connector='OR'), name='investigation_ends_after_it_starts'),
        ),
        migrations.AddConstraint(
            model_name='overpayment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state', 'returned'), _negated=True), ('returned_on__isnull', False), _connector='OR'), name='overpayment_returned_on_a_day'),
        ),
        migrations.AddIndex(
            model_name='refund',
            index=models.Index(fields=['practice', 'state', '-id'], name='refund_by_state'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(fields=('practice', 'number'), name='refund_number_once'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='refund_amount_positive'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['approved', 'issued', 'cleared', 'voided']), _negated=True), models.Q(('owed_journal__isnull', False), models.Q(('amount__lte', models.F('limit_amount')), models.Q(('decided_by__isnull', False), models.Q(('decided_by', models.F('requested_by')), _negated=True)), _connector='OR')), _connector='OR'), name='refund_above_limit_has_approver'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('state__in', ['issued', 'cleared', 'voided']), _negated=True), models.Q(('check_journal__isnull', False), models.Q(('check_number', ''), _negated=True), ('issued_on__isnull', False)), _connector='OR'), name='refund_issued_has_check'),
        ),
        migrations.AddConstraint(
            model_name='refund',
            constraint=models.UniqueConstraint(condition=models.Q(('check_number', ''), _negated=True), fields=('practice', 'check_number'), name='refund_check_number_once'),
        ),
    ]
