"""The migrations that it replaces, in one: a new database is made in a third of the time.

A database that has some of those goes through the rest of them.
"""

import django.contrib.postgres.indexes
import django.db.models.deletion
import labeling.clock
import pgtrigger.compiler
import pgtrigger.migrations
import pgvector.django.bit
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('moderation', '0001_initial'),
        ('moderation', '0002_banks'),
        ('moderation', '0003_hash_lists'),
        ('moderation', '0004_reversal'),
        ('moderation', '0005_spot_checks'),
    ]

    dependencies = [
        ('labeling', '0022_mixed'),
        ('ml', '0003_shortening'),
    ]

    operations = [
        migrations.CreateModel(
            name='BankEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('harmful', 'known harmful'), ('benign', 'known benign')], max_length=7)),
                ('added_at', models.DateTimeField(default=labeling.clock.now)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('added_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('decision', models.ForeignKey(help_text='Only people fill a bank: those here by a decision, those elsewhere by a list.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_entries', to='labeling.peopledecision')),
                ('image', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank_entries', to='labeling.image')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank', to='labeling.policy')),
                ('source', models.ForeignKey(blank=True, help_text='Empty: every source.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='bank', to='labeling.source')),
                ('disabled_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('disabled_why', models.CharField(blank=True, max_length=200)),
                ('held_at', models.DateTimeField(blank=True, help_text='It matched far above its habit; an admin has to look before it goes on.', null=True)),
                ('released_at', models.DateTimeField(blank=True, help_text='An admin has looked; what it decided in a day is counted from then on.', null=True)),
                ('category', models.ForeignKey(help_text='What the list stands for.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('list_name', models.CharField(blank=True, max_length=80, verbose_name='list')),
                ('note', models.CharField(blank=True, help_text='What the list says of the hash.', max_length=300)),
                ('past_error', models.CharField(blank=True, help_text='Why that search failed.', max_length=300)),
                ('past_searched_at', models.DateTimeField(editable=False, help_text='When what had come in before was searched for it.', null=True)),
                ('pdq', pgvector.django.bit.BitField(editable=False, length=256, null=True)),
                ('reversal_asked_at', models.DateTimeField(blank=True, help_text='Somebody asked that all it decided be taken back; empty again when that is done.', null=True)),
                ('reversal_asked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'bank entries',
                'indexes': [django.contrib.postgres.indexes.GinIndex(models.Func(models.F('pdq'), function='pdq_pieces'), condition=models.Q(('pdq__isnull', False)), fastupdate=False, name='bank_entry_hash_pieces'), models.Index(condition=models.Q(('past_searched_at', None)), fields=['id'], name='bank_entry_new'), models.Index(condition=models.Q(('reversal_asked_at__isnull', False)), fields=['reversal_asked_at'], name='bank_entry_reversal')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('decision__isnull', False)), fields=('decision', 'image', 'source'), name='bank_entry_once', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('pdq__isnull', False)), fields=('policy', 'list_name', 'pdq', 'source'), name='bank_entry_listed_once', nulls_distinct=False), models.CheckConstraint(condition=models.Q(models.Q(('category', None), ('decision__isnull', False), ('image__isnull', False), ('list_name', ''), ('pdq', None)), models.Q(('category__isnull', False), ('decision', None), ('image', None), ('pdq__isnull', False), models.Q(('list_name', ''), _negated=True)), _connector='OR'), name='bank_entry_ground')],
            },
        ),
        migrations.CreateModel(
            name='Certificate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('promise', models.FloatField(help_text='Precision that is guaranteed, 0 to 1.')),
                ('risk', models.FloatField(help_text='Chance that the guarantee is wrong, 0 to 1.')),
                ('n', models.PositiveIntegerField()),
                ('errors', models.PositiveIntegerField()),
                ('bound', models.FloatField(help_text='Lower bound on the precision at that risk.')),
                ('threshold', models.FloatField()),
                ('data_from', models.DateTimeField()),
                ('data_until', models.DateTimeField()),
                ('issued_at', models.DateTimeField(default=labeling.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('revoked_at', models.DateTimeField(blank=True, null=True)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='ml.modelversion')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='labeling.policyversion')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='certificates', to='labeling.source')),
            ],
        ),
        migrations.CreateModel(
            name='IncomingFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(help_text='As its sender calls it; shown, never used as a path.', max_length=1024)),
                ('external_id', models.CharField(max_length=1024)),
                ('received_at', models.DateTimeField(default=labeling.clock.now)),
                ('storage_key', models.CharField(blank=True, help_text='Where its bytes wait; empty if unreadable.', max_length=200)),
                ('batch', models.UUIDField(db_index=True, default=uuid.uuid4, help_text='The upload or import it came with.')),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('taken', 'taken'), ('failed', 'failed')], default='waiting', max_length=7)),
                ('reason', models.CharField(blank=True, max_length=20)),
                ('detail', models.CharField(blank=True, max_length=300)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('changed_at', models.DateTimeField(default=labeling.clock.now)),
                ('image', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.image')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='incoming', to='labeling.source')),
                ('uploaded_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['id'], name='incoming_waiting')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'failed')), fields=('source', 'external_id'), name='incoming_failed_once')],
            },
        ),
        migrations.CreateModel(
            name='SpotCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('share', models.FloatField(help_text='The chance with which it was drawn, 0 to 1.')),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='spot_check', to='labeling.reviewrequest')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='BankFinding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('pdq_distance', models.PositiveSmallIntegerField(help_text='Bits that differ, 0 to 256.', null=True)),
                ('inliers', models.PositiveIntegerField(null=True)),
                ('mirrored', models.BooleanField(default=False)),
                ('agreement', models.FloatField(help_text='Of the pixels after laying one over the other, up to 1.', null=True)),
                ('found_at', models.DateTimeField(default=labeling.clock.now)),
                ('accepted', models.BooleanField(help_text='Empty: nobody has answered yet.', null=True)),
                ('answered_at', models.DateTimeField(null=True)),
                ('answered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='findings', to='moderation.bankentry')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='bank_findings', to='labeling.image')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('accepted', None)), fields=['id'], name='bank_finding_open')],
                'constraints': [models.UniqueConstraint(fields=('entry', 'image'), name='bank_finding_once'), models.CheckConstraint(condition=models.Q(models.Q(('accepted', None), ('answered_at', None)), models.Q(('accepted__isnull', False), ('answered_at__isnull', False)), _connector='OR'), name='bank_finding_answered')],
            },
        ),
        migrations.CreateModel(
            name='FailedFile',
            fields=[
            ],
            options={
                'proxy': True,
            },
            bases=('moderation.incomingfile',),
        ),
        migrations.CreateModel(
            name='MachineDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField(help_text="Agreement with the bank entry's image or hash, 0 to 1, or the model's probability.")),
                ('decided_at', models.DateTimeField(default=labeling.clock.now)),
                ('arrival', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='machine_decisions', to='labeling.arrival')),
                ('bank_entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='moderation.bankentry')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('certificate', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='moderation.certificate')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.policy')),
                ('match', models.ForeignKey(help_text="How near the image is to the bank entry's.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='machine_decisions', to='labeling.copymatch')),
                ('pdq_distance', models.PositiveSmallIntegerField(help_text='How near the image is to a listed hash: bits that differ, 0 to 256.', null=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='MachineDecisionWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('decision', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='moderation.machinedecision')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.AddField(
            model_name='machinedecision',
            name='replaces',
            field=models.OneToOneField(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='moderation.machinedecisionwithdrawal'),
        ),
        migrations.AddConstraint(
            model_name='machinedecision',
            constraint=models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('arrival', 'policy'), name='machine_decision_first'),
        ),
        migrations.AddConstraint(
            model_name='machinedecision',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('bank_entry__isnull', False), ('certificate', None), ('match__isnull', False), ('pdq_distance', None)), models.Q(('bank_entry__isnull', False), ('certificate', None), ('match', None), ('pdq_distance__isnull', False)), models.Q(('bank_entry', None), ('certificate__isnull', False), ('match', None), ('pdq_distance', None)), _connector='OR'), name='machine_decision_ground'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='spotcheck',
            trigger=pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='bef4f8b79e939efbfcd43a7a913e23f81edd29fe', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_4c33d', table='moderation_spotcheck', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='machinedecision',
            trigger=pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a72ffc1b79719947beb30994a6e3c9c43f1ac574', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_68f3e', table='moderation_machinedecision', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='machinedecisionwithdrawal',
            trigger=pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='0d0745c1fd1c71a658520701748c53c65abb37d8', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_12bae', table='moderation_machinedecisionwithdrawal', when='BEFORE')),
        ),
    ]
