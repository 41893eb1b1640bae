"""Questions to payers: eligibility checks and status inquiries."""

import core.clock
import core.ids
import core.money
import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.manager
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('claims', '0005_paper'),
        ('core', '0005_snooze_reason'),
        ('patients', '0005_note_files_and_suggestions'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='EligibilityCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('due_at', models.DateTimeField(default=core.clock.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('queued', 'Waiting to be asked'), ('asking', 'Asking'), ('answered', 'Answered'), ('failed', 'No answer')], default='queued', max_length=10)),
                ('reference', models.CharField(help_text='BHT03 and TRN02; the answer repeats it', max_length=30)),
                ('idempotency_key', models.CharField(max_length=64, unique=True)),
                ('asked_by_name', models.CharField(max_length=150)),
                ('asked_at', models.DateTimeField(default=core.clock.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('service_on', models.DateField()),
                ('service_types', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2), default=list, size=None)),
                ('verdict', models.CharField(blank=True, choices=[('', 'Not known'), ('active', 'Active'), ('inactive', 'Not active'), ('not_told', 'Payer could not say'), ('unclear', 'Unclear')], max_length=10)),
                ('plan_name', models.CharField(blank=True, max_length=60)),
                ('sheet', models.JSONField(blank=True, default=dict)),
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
            name='StatusInquiry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('public_id', models.UUIDField(default=core.ids.uuid7, editable=False, unique=True)),
                ('due_at', models.DateTimeField(default=core.clock.now)),
                ('lease_until', models.DateTimeField(blank=True, null=True)),
                ('lease_token', models.UUIDField(blank=True, null=True)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.CharField(blank=True, max_length=300)),
                ('state', models.CharField(choices=[('queued', 'Waiting to be asked'), ('asking', 'Asking'), ('answered', 'Answered'), ('failed', 'No answer')], default='queued', max_length=10)),
                ('reference', models.CharField(help_text='BHT03 and TRN02; the answer repeats it', max_length=30)),
                ('idempotency_key', models.CharField(max_length=64, unique=True)),
                ('asked_by_name', models.CharField(max_length=150)),
                ('asked_at', models.DateTimeField(default=core.clock.now)),
                ('sent_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('because', models.CharField(choices=[('person', 'Asked by a person'), ('clock', 'No answer for weeks')], max_length=10)),
                ('category_code', models.CharField(blank=True, max_length=3)),
                ('status_code', models.CharField(blank=True, max_length=4)),
                ('entity_code', models.CharField(blank=True, max_length=3)),
                ('words', models.CharField(blank=True, max_length=300)),
                ('paid_amount', core.money.MoneyField(blank=True, decimal_places=2, max_digits=12, null=True)),
                ('paid_on', models.DateField(blank=True, null=True)),
                ('check_number', models.CharField(blank=True, max_length=50)),
                ('lines', models.JSONField(blank=True, default=list)),
                ('ask_again_at', models.DateTimeField(help_text='The worker asks no sooner for this claim')),
            ],
            options={
                'verbose_name_plural': 'status inquiries',
                'ordering': ['-id'],
                'abstract': False,
                'base_manager_name': 'everywhere',
            },
            managers=[
                ('objects', django.db.models.manager.Manager()),
                ('everywhere', django.db.models.manager.Manager()),
            ],
        ),
        migrations.RemoveConstraint(
            model_name='inboundmessage',
            name='message_kind_is_known',
        ),
        migrations.RemoveConstraint(
            model_name='inboundmessage',
            name='message_source_is_known',
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='kind',
            field=models.CharField(choices=[('unknown', 'Unread'), ('event', 'Event'), ('ta1', 'TA1'), ('999', '999'), ('277ca', '277CA'), ('835', '835'), ('271', '271'), ('277', '277'), ('mixed', 'Several kinds'), ('other', 'Other X12')], default='unknown', max_length=10),
        ),
        migrations.AlterField(
            model_name='inboundmessage',
            name='source',
            field=models.CharField(choices=[('callback', 'Callback'), ('folder', 'Folder'), ('upload', 'Upload'), ('reply', 'Reply to a question')], max_length=10),
        ),
        migrations.AddConstraint(
            model_name='inboundmessage',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['unknown', 'event', 'ta1', '999', '277ca', '835', '271', '277', 'mixed', 'other'])), name='message_kind_is_known'),
        ),
        migrations.AddConstraint(
            model_name='inboundmessage',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['callback', 'folder', 'upload', 'reply'])), name='message_source_is_known'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='answer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='coverage',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='eligibility_checks', to='patients.coverage'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.tradingpartner'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='payer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='proof',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='eligibilitycheck',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='answer',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='asked_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='attempt',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_inquiries', to='claims.submissionattempt'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='partner',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='claims.tradingpartner'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='payer',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='patients.payer'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='practice',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.practice'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='question',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.document'),
        ),
        migrations.AddField(
            model_name='statusinquiry',
            name='version',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_inquiries', to='claims.claimversion'),
        ),
        migrations.AddIndex(
            model_name='eligibilitycheck',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'asking'])), fields=['due_at'], name='eligibility_due'),
        ),
        migrations.AddIndex(
            model_name='eligibilitycheck',
            index=models.Index(fields=['coverage', '-id'], name='eligibility_by_coverage'),
        ),
        migrations.AddConstraint(
            model_name='eligibilitycheck',
            constraint=models.UniqueConstraint(fields=('partner', 'reference'), name='eligibility_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='eligibilitycheck',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'asking'])), fields=('coverage',), name='one_open_check_a_coverage'),
        ),
        migrations.AddConstraint(
            model_name='eligibilitycheck',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'asking', 'answered', 'failed'])), name='eligibility_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='eligibilitycheck',
            constraint=models.CheckConstraint(condition=models.Q(('verdict__in', ['', 'active', 'inactive', 'not_told', 'unclear'])), name='eligibility_verdict_is_known'),
        ),
        migrations.AddIndex(
            model_name='statusinquiry',
            index=models.Index(condition=models.Q(('state__in', ['queued', 'asking'])), fields=['due_at'], name='status_due'),
        ),
        migrations.AddIndex(
            model_name='statusinquiry',
            index=models.Index(fields=['version', '-id'], name='status_by_version'),
        ),
        migrations.AddIndex(
            model_name='statusinquiry',
            index=models.Index(fields=['payer', 'sent_at'], name='status_by_payer'),
        ),
        migrations.AddConstraint(
            model_name='statusinquiry',
            constraint=models.UniqueConstraint(fields=('partner', 'reference'), name='status_reference_once'),
        ),
        migrations.AddConstraint(
            model_name='statusinquiry',
            constraint=models.UniqueConstraint(condition=models.Q(('state__in', ['queued', 'asking'])), fields=('version',), name='one_open_query_a_version'),
        ),
        migrations.AddConstraint(
            model_name='statusinquiry',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['queued', 'asking', 'answered', 'failed'])), name='status_state_is_known'),
        ),
        migrations.AddConstraint(
            model_name='statusinquiry',
            constraint=models.CheckConstraint(condition=models.Q(('because__in', ['person', 'clock'])), name='status_because_is_known'),
        ),
    ]
