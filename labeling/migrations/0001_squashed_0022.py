"""The migrations that it replaces, in one: a new database is made in a third of the time.

A database that has some of those goes through the rest of them.
"""

import django.contrib.auth.models
import django.contrib.auth.validators
import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.comparison
import django.utils.timezone
import labeling.clock
import pgtrigger.compiler
import pgvector.django
import pgvector.django.bit
import pgvector.django.halfvec
import pgvector.django.indexes
import uuid
from django.conf import settings
from django.db import migrations, models


# A hash of 256 bits is 16 pieces of 16 bits, each with its place before it. Near pieces are these, and those that one
# turned bit makes of them.
PIECES = """
CREATE FUNCTION pdq_pieces(hash bit) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 1000 AS $$
    SELECT array_agg((place << 16) | substring(hash FROM place * 16 + 1 FOR 16)::bit(16)::int)
    FROM generate_series(0, 15) place
$$;
CREATE FUNCTION pdq_near_pieces(hash bit) RETURNS int[] LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE COST 10000 AS $$
    SELECT array_agg(piece # turned)
    FROM unnest(pdq_pieces(hash)) piece
    CROSS JOIN (SELECT 0 AS turned UNION ALL SELECT 1 << bit FROM generate_series(0, 15) bit) turns
$$;
"""
NO_PIECES = "DROP FUNCTION pdq_near_pieces(bit); DROP FUNCTION pdq_pieces(bit);"
# The queue is consumed at its head: vacuum it early, and leave room on its pages for leases (HOT updates).
TUNE = """
ALTER TABLE labeling_queueentry SET (
    fillfactor = 80, autovacuum_vacuum_scale_factor = 0.0, autovacuum_vacuum_threshold = 2000
);
ALTER TABLE labeling_assignment SET (fillfactor = 80);
"""
RESET = """
ALTER TABLE labeling_queueentry RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_vacuum_threshold);
ALTER TABLE labeling_assignment RESET (fillfactor);
"""


def install_triggers(apps, schema_editor):
    """One by one, as AddTrigger, each would build the classes of all models anew."""
    for model in apps.get_app_config("labeling").get_models():
        for trigger in getattr(model._meta, "triggers", []):
            schema_editor.execute(trigger.install_sql, params=None)


class Migration(migrations.Migration):

    initial = True

    replaces = [
        ('labeling', '0001_initial'),
        ('labeling', '0002_queue_storage'),
        ('labeling', '0003_machines'),
        ('labeling', '0004_by_time'),
        ('labeling', '0005_lighter_index'),
        ('labeling', '0006_help'),
        ('labeling', '0007_captions_by_time'),
        ('labeling', '0008_review'),
        ('labeling', '0009_agreement_of_whom'),
        ('labeling', '0010_drawn_by'),
        ('labeling', '0011_feedback'),
        ('labeling', '0012_looked_at_again'),
        ('labeling', '0013_mixed_in'),
        ('labeling', '0014_copies'),
        ('labeling', '0015_short_index'),
        ('labeling', '0016_hash_pieces'),
        ('labeling', '0017_erasing'),
        ('labeling', '0018_bank_per_source'),
        ('labeling', '0019_named_words'),
        ('labeling', '0020_settling_seen'),
        ('labeling', '0021_loss'),
        ('labeling', '0022_mixed'),
    ]

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('ml', '0003_shortening'),
    ]

    operations = [
        pgvector.django.VectorExtension(),
        migrations.RunSQL(PIECES, NO_PIECES),
        migrations.CreateModel(
            name='CopyGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('u', models.FloatField(help_text='u < p puts the group into the random slice.')),
                ('split', models.FloatField(help_text='Divides the random slice for good into test (< 0.5) and certify.')),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
            ],
            options={
                'abstract': False,
                'constraints': [models.CheckConstraint(condition=models.Q(('split__gte', 0), ('split__lt', 1), ('u__gte', 0), ('u__lt', 1)), name='copy_group_unit')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='138fc228d9cb47a8adf4509f681ead5cc5787c1f', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_c2ce7', table='labeling_copygroup', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DoomedFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=200, unique=True)),
                ('stem', models.CharField(blank=True, help_text='What lies in the same folder under a name that begins so goes as well.', max_length=64)),
                ('doomed_at', models.DateTimeField(default=labeling.clock.now)),
                ('tried_at', models.DateTimeField(blank=True, help_text='When deleting it last failed.', null=True)),
            ],
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('username', models.CharField(error_messages={'unique': 'A user with that username already exists.'}, help_text='Required. 150 characters or fewer. Letters, digits and @/./+/-/_ only.', max_length=150, unique=True, validators=[django.contrib.auth.validators.UnicodeUsernameValidator()], verbose_name='username')),
                ('first_name', models.CharField(blank=True, max_length=150, verbose_name='first name')),
                ('last_name', models.CharField(blank=True, max_length=150, verbose_name='last name')),
                ('email', models.EmailField(blank=True, max_length=254, verbose_name='email address')),
                ('is_staff', models.BooleanField(default=False, help_text='Designates whether the user can log into this admin site.', verbose_name='staff status')),
                ('is_active', models.BooleanField(default=True, help_text='Designates whether this user should be treated as active. Unselect this instead of deleting accounts.', verbose_name='active')),
                ('date_joined', models.DateTimeField(default=django.utils.timezone.now, verbose_name='date joined')),
                ('simulated', models.BooleanField(default=False, help_text='Played by the demo. Simulated people count only in sources marked as demo.')),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
                ('softening', models.CharField(choices=[('none', 'as they are'), ('blur', 'blurred'), ('grayscale', 'in shades of gray')], default='none', help_text='How images are shown to this person until they hold a key to look.', max_length=9)),
            ],
            options={
                'verbose_name_plural': 'people',
            },
            managers=[
                ('objects', django.contrib.auth.models.UserManager()),
            ],
        ),
        migrations.CreateModel(
            name='Policy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.SlugField(unique=True)),
                ('name', models.CharField(max_length=80)),
                ('question', models.CharField(help_text='Printed above the image, as short as it can be.', max_length=200)),
                ('active', models.BooleanField(default=True, help_text='Inactive policies are served to nobody.')),
                ('required_opinions', models.PositiveSmallIntegerField(default=1, help_text='How many people must agree before an image is decided.')),
                ('slice_opinions', models.PositiveSmallIntegerField(default=2, help_text='The same inside the random slice, the ground of every estimate; at least as many.')),
                ('slice_daily', models.PositiveIntegerField(blank=True, help_text="If set, the share follows from it every hour: about so many images a day, by the last week's arrivals.", null=True)),
                ('slice_share', models.FloatField(default=0.1, help_text="The random slice's share of what arrives, above 0, at most 1: people see it whatever a model says, and no model is trained on it. It is the ground of every estimate.")),
                ('help_mode', models.CharField(choices=[('blind', 'never: people judge blind'), ('on_asking', 'on asking'), ('always', 'always open')], default='on_asking', help_text='Always: caption and similar images stand open; the heatmap, which covers the image and is asked for by category, stays on its key. Unless it is never, a random tenth of the images comes without help, so that its effect is known.', max_length=9)),
                ('dispute_share', models.FloatField(default=0.1, help_text='Of the images on which a confident model and people differ, the share that adjudicators look at.')),
                ('gold_share', models.FloatField(default=0.02, help_text='How many images whose answer is known a person judges, per image of their own; 0: none.')),
                ('names_shown', models.BooleanField(default=False, help_text='Adjudicators see who gave which answer, after their own.')),
                ('rare_share', models.FloatField(default=0.02, help_text='A second person is asked for categories with fewer of the decisions; 0: never.')),
                ('repeat_after_days', models.PositiveSmallIntegerField(default=14, help_text='After how many days they come back.')),
                ('repeat_share', models.FloatField(default=0.04, help_text="The share of a person's own images that come back to them, unmarked; 0: none.")),
                ('second_confidence', models.FloatField(default=0.9, help_text='A second person is asked where the model is at least so sure of something else than the first; 1: never.')),
                ('second_daily', models.PositiveIntegerField(default=200, help_text='At most so many second opinions a day beyond the required ones, those with the highest expected value.')),
                ('second_on_unsure', models.BooleanField(default=True, help_text='When one person is unsure, others are asked before an adjudicator is.')),
                ('tie_break', models.BooleanField(default=False, help_text='When two people disagree, a third one is asked before an adjudicator is.')),
                ('bank_opinions', models.PositiveSmallIntegerField(default=2, help_text='Copies of a decided image that come later are decided like it once so many people agree on it, or an adjudicator has settled it; before that, and with 0 always, a person looks at them.')),
                ('copy_check_share', models.FloatField(default=0.05, help_text='The share of copies decided with their picture at which a person looks all the same; 0: none.')),
                ('bank_per_source', models.BooleanField(default=False, help_text='What was judged of one source decides for that source only, not for others with this question.')),
            ],
            options={
                'verbose_name_plural': 'policies',
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('required_opinions__gte', 1)), name='policy_opinions'), models.CheckConstraint(condition=models.Q(('slice_opinions__gte', models.F('required_opinions'))), name='policy_slice_opinions', violation_error_message='The random slice needs at least as many opinions as the rest.'), models.CheckConstraint(condition=models.Q(('slice_share__gt', 0), ('slice_share__lte', 1)), name='policy_slice_share', violation_error_message="The random slice's share lies above 0 and is at most 1."), models.CheckConstraint(condition=models.Q(('copy_check_share__gte', 0), ('copy_check_share__lte', 1), ('dispute_share__gte', 0), ('dispute_share__lte', 1), ('gold_share__gte', 0), ('gold_share__lte', 0.5), ('rare_share__gte', 0), ('rare_share__lt', 1), ('repeat_share__gte', 0), ('repeat_share__lte', 0.5), ('second_confidence__gt', 0), ('second_confidence__lte', 1)), name='policy_shares', violation_error_message='Shares lie between 0 and 1; repeats and gold are at most half of all work.')],
            },
        ),
        migrations.CreateModel(
            name='Category',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(help_text='Permanent: labels, models and exports refer to it.')),
                ('name', models.CharField(max_length=40)),
                ('grade', models.PositiveSmallIntegerField(help_text='The order of severity; 0 is harmless.')),
                ('action', models.CharField(choices=[('allow', 'allow'), ('restrict', 'restrict'), ('block', 'block')], max_length=10)),
                ('hotkey', models.CharField(max_length=1, validators=[django.core.validators.RegexValidator('^[0-9a-z]$', 'One digit or lower-case letter.')])),
                ('restricted', models.BooleanField(default=False, help_text='Images of this category never appear in strips, exemplars, training or logs.')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='categories', to='labeling.policy')),
            ],
            options={
                'verbose_name_plural': 'categories',
                'ordering': ['policy', 'grade', 'id'],
                'constraints': [models.UniqueConstraint(fields=('policy', 'key'), name='category_key'), models.UniqueConstraint(fields=('policy', 'hotkey'), name='category_hotkey'), models.CheckConstraint(condition=models.Q(('hotkey__regex', '^[0-9a-z]$')), name='category_hotkey_shape')],
            },
        ),
        migrations.CreateModel(
            name='FeedbackReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(default=labeling.clock.now)),
                ('gold_batches', models.PositiveIntegerField(default=0)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='feedback_readings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['person', '-read_at'], name='feedback_reading_latest')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29bd658f64a78bf0f4674b13c2f0fc43913a2c80', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_9af06', table='labeling_feedbackreading', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sha256', models.CharField(help_text='Digest of the bytes as they arrived.', max_length=64, unique=True)),
                ('pdq', pgvector.django.bit.BitField(editable=False, length=256, null=True)),
                ('pdq_quality', models.PositiveSmallIntegerField(help_text='0-100; below 50 the hash says little.')),
                ('format', models.CharField(max_length=4)),
                ('width', models.PositiveIntegerField(help_text='pixels, upright')),
                ('height', models.PositiveIntegerField(help_text='pixels, upright')),
                ('frames', models.PositiveIntegerField(default=1)),
                ('byte_size', models.PositiveIntegerField()),
                ('original_key', models.CharField(blank=True, max_length=200)),
                ('view_key', models.CharField(blank=True, help_text='What browsers get: re-encoded, no metadata.', max_length=200)),
                ('thumb_key', models.CharField(blank=True, max_length=200)),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
                ('erased_at', models.DateTimeField(blank=True, null=True)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='labeling.copygroup')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(models.Func(models.F('pdq'), function='pdq_pieces'), fastupdate=False, name='image_hash_pieces'), models.Index(condition=models.Q(('erased_at', None)), fields=['created_at'], name='image_kept')],
            },
        ),
        migrations.CreateModel(
            name='PolicyVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('editorial', 'editorial: the wording only'), ('substantive', 'substantive: the meaning of a category')], max_length=12)),
                ('introduction', models.TextField(blank=True)),
                ('published_at', models.DateTimeField(default=labeling.clock.now)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='versions', to='labeling.policy')),
                ('published_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'guideline version',
                'ordering': ['policy', '-number'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('policy', 'number'), name='policy_version_number')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='08198bc7964529d986a0bac9598002cd632f4268', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_d3fab', table='labeling_policyversion', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SliceDraw',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('p', models.FloatField(help_text='Inclusion probability, 0 to 1.')),
                ('drawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='draws', to='labeling.copygroup')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.policy')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('group', 'policy'), name='slice_draw_once'), models.CheckConstraint(condition=models.Q(('p__gte', 0), ('p__lte', 1)), name='slice_draw_p')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5c1690bd43e11bbe9eae0788ca744517e4f77695', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_4becd', table='labeling_slicedraw', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Source',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.SlugField(unique=True)),
                ('tier', models.CharField(choices=[('fast', 'fast (EfficientNet-B0)'), ('accurate', 'accurate (EfficientNet-B4)'), ('robust', 'robust (Swin)'), ('baseline', 'baseline (Inception-ResNet-v2)')], default='fast', max_length=10)),
                ('demo', models.BooleanField(default=False, help_text='Drawn or simulated; kept out of every figure about real work.')),
                ('created_at', models.DateTimeField(default=labeling.clock.now, editable=False)),
                ('policies', models.ManyToManyField(blank=True, help_text='The questions asked about every image from here.', related_name='sources', to='labeling.policy')),
                ('retention_days', models.PositiveIntegerField(blank=True, help_text='So many days after an image last came in from here, its bytes are erased, with what machines made of them; labels and decisions stay. What also came in elsewhere stays until that has run out too. Empty: kept for ever.', null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(36500)], verbose_name='retention in days')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.CheckConstraint(condition=models.Q(('retention_days', None), models.Q(('retention_days__gte', 1), ('retention_days__lte', 36500)), _connector='OR'), name='source_retention')],
            },
        ),
        migrations.CreateModel(
            name='AgreementStat',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('computed_at', models.DateTimeField(default=labeling.clock.now)),
                ('scope', models.CharField(choices=[('overall', 'everybody'), ('category', 'everybody, one category'), ('pair', 'two people'), ('self', 'a person and themself'), ('adjudication', 'a person and the adjudicators')], max_length=12)),
                ('statistic', models.CharField(max_length=20)),
                ('value', models.FloatField()),
                ('low', models.FloatField(help_text='95 % interval')),
                ('high', models.FloatField(help_text='95 % interval')),
                ('n', models.PositiveIntegerField(help_text='items with at least two labels')),
                ('labeler', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('other', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('category', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agreement', to='labeling.policyversion')),
                ('images', models.CharField(choices=[('slice', 'the random slice'), ('all', 'all images with several labels')], default='all', max_length=5)),
                ('simulated', models.BooleanField(default=False, help_text="Of the demo's simulated people, not of real ones.")),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['policy_version', 'scope', 'computed_at'], name='agreement_by_time')],
                'constraints': [models.UniqueConstraint(fields=('policy_version', 'computed_at', 'simulated', 'images', 'scope', 'statistic', 'category', 'labeler', 'other'), name='agreement_once', nulls_distinct=False)],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='9a68901d4e6bbab201ef53ca3957e6f4f692b565', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_cec9b', table='labeling_agreementstat', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Arrival',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('external_id', models.CharField(db_index=True, help_text='The name its sender knows it by.', max_length=1024)),
                ('received_at', models.DateTimeField(help_text='When its sender received it.')),
                ('recorded_at', models.DateTimeField(default=labeling.clock.now)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='labeling.image')),
                ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='arrivals', to='labeling.source')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['source', 'received_at'], name='arrival_by_time')],
                'constraints': [models.UniqueConstraint(fields=('source', 'external_id', 'image'), name='arrival_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='492a4c5bfdc147df2e13c676d719457f1697bb87', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_84226', table='labeling_arrival', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Caption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
                ('words', models.JSONField()),
                ('rows', models.PositiveSmallIntegerField()),
                ('columns', models.PositiveSmallIntegerField()),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='labeling.image')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created_at'], name='caption_by_time')],
                'constraints': [models.UniqueConstraint(fields=('image', 'model_version'), name='caption_once')],
            },
        ),
        migrations.CreateModel(
            name='CopyMatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(help_text='Which test, with which thresholds.', max_length=200)),
                ('pdq_distance', models.PositiveSmallIntegerField(help_text='Bits that differ, 0 to 256; empty where one of the two hashes says little.', null=True)),
                ('inliers', models.PositiveIntegerField(help_text='Local features that agree on where everything is.')),
                ('mirrored', models.BooleanField()),
                ('agreement', models.FloatField(help_text='Of the pixels after laying one over the other, up to 1.')),
                ('found_at', models.DateTimeField(default=labeling.clock.now)),
                ('image', models.ForeignKey(help_text='The later one.', on_delete=django.db.models.deletion.PROTECT, related_name='matches', to='labeling.image')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='later_matches', to='labeling.image')),
            ],
            options={
                'verbose_name_plural': 'copy matches',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('image', 'other'), name='copy_match_once'), models.CheckConstraint(condition=models.Q(('image__gt', models.F('other'))), name='copy_match_order')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ac0947e9f4eb9840c0bb8b20c866ac109839d169', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_0dde2', table='labeling_copymatch', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='CopySearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rule', models.CharField(max_length=200)),
                ('candidates', models.PositiveSmallIntegerField(help_text='Pictures that it was compared with.')),
                ('searched_at', models.DateTimeField(default=labeling.clock.now)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='copy_searches', to='labeling.image')),
            ],
            options={
                'verbose_name_plural': 'copy searches',
                'abstract': False,
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['searched_at'], name='copy_search_by_time')],
                'constraints': [models.UniqueConstraint(fields=('image', 'rule'), name='copy_search_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='b276f9ee58e0d3c72b2da1c7077470df4d54869a', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_7a463', table='labeling_copysearch', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Embedding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
                ('vector', pgvector.django.halfvec.HalfVectorField(dimensions=1280)),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='labeling.image')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created_at'], name='embedding_by_time')],
                'constraints': [models.UniqueConstraint(fields=('image', 'model_version'), name='embedding_once')],
            },
        ),
        migrations.CreateModel(
            name='Erasure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(max_length=200)),
                ('erased_at', models.DateTimeField(default=labeling.clock.now)),
                ('erased_by', models.ForeignKey(blank=True, help_text='Empty: the retention of its sources, or a command.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('image', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='erasure', to='labeling.image')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='55db384f92e21bd275f9eb8389c4bd056b2a388f', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_fb4c3', table='labeling_erasure', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Explanation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
                ('method', models.CharField(max_length=20)),
                ('rows', models.PositiveSmallIntegerField()),
                ('columns', models.PositiveSmallIntegerField()),
                ('grid', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='labeling.image')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created_at'], name='explanation_by_time')],
                'constraints': [models.UniqueConstraint(fields=('image', 'model_version', 'category', 'method'), name='explanation_once')],
            },
        ),
        migrations.CreateModel(
            name='Guideline',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('text', models.TextField()),
                ('changed', models.BooleanField(default=False, help_text='This version changes what the category means.')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines', to='labeling.category')),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='guidelines', to='labeling.policyversion')),
            ],
            options={
                'ordering': ['category__grade', 'category_id'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('version', 'category'), name='guideline_category')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7dfbba807a94d56ebf463d20d1a69ca8d250babf', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_a7cbf', table='labeling_guideline', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='GuidelineReading',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('read_at', models.DateTimeField(default=labeling.clock.now)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='readings', to='labeling.policyversion')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('version', 'person'), name='guideline_read_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7f55e999680c0355eb1f94f7d4c3f36ba4c1319c', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_0e3bb', table='labeling_guidelinereading', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='KeyWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domain', models.CharField(blank=True, help_text='Of the captions: ModelVersion.domain.', max_length=10)),
                ('word', models.CharField(max_length=60)),
                ('log_odds', models.FloatField(help_text='Smoothed log odds ratio: how much oftener the word is in this category.', null=True)),
                ('standard_error', models.FloatField(null=True)),
                ('images', models.PositiveIntegerField(help_text='Decided images whose caption has the word.')),
                ('in_category', models.PositiveIntegerField(help_text='How many of them were decided as this category.', null=True)),
                ('in_guideline', models.BooleanField(default=False, help_text='The guideline names it: for this category, or in its introduction.')),
                ('measured_at', models.DateTimeField(default=labeling.clock.now)),
                ('category', models.ForeignKey(blank=True, help_text='Empty where the guideline names it, and it speaks for no category alone.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='key_words', to='labeling.category')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_words', to='labeling.policy')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('policy', 'domain', 'word'), name='key_word_once'), models.CheckConstraint(condition=models.Q(models.Q(('category__isnull', False), ('in_category__isnull', False), ('log_odds__isnull', False), ('standard_error__isnull', False)), models.Q(('category', None), ('in_category', None), ('in_guideline', True), ('log_odds', None), ('standard_error', None)), _connector='OR'), name='key_word_figures')],
            },
        ),
        migrations.CreateModel(
            name='MachineWork',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('stage', models.CharField(choices=[('score', 'score'), ('explain', 'explain'), ('caption', 'caption'), ('copies', 'look for copies')], max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=1)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('started_at', models.DateTimeField(default=labeling.clock.now)),
                ('failed_at', models.DateTimeField(blank=True, help_text='Set aside: nobody tries again by themselves.', null=True)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='machine_work', to='labeling.image')),
                ('model_version', models.ForeignKey(help_text='The model that computes it.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('failed_at', None)), fields=['stage', 'id'], name='machine_work_left')],
                'constraints': [models.UniqueConstraint(fields=('image', 'stage', 'model_version'), name='machine_work_once', nulls_distinct=False)],
            },
        ),
        migrations.CreateModel(
            name='Prediction',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('created_at', models.DateTimeField(default=labeling.clock.now)),
                ('probabilities', django.contrib.postgres.fields.ArrayField(base_field=models.FloatField(), size=None)),
                ('entropy', models.FloatField(help_text='nats')),
                ('disagreement', models.FloatField(help_text="of the committee's heads, nats")),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='%(class)ss', to='labeling.image')),
                ('model_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['created_at'], name='prediction_by_time')],
                'constraints': [models.UniqueConstraint(fields=('image', 'model_version'), name='prediction_once')],
            },
        ),
        migrations.CreateModel(
            name='CopyMatchWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('match', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.copymatch')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='7cc7a0d686d885175958a4104056ebb1653bb81d', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_ea22e', table='labeling_copymatchwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Exemplar',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('note', models.CharField(blank=True, max_length=200)),
                ('guideline', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='exemplars', to='labeling.guideline')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.image')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('guideline', 'image'), name='exemplar_image')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29eb981d1b9e312db8d47bf83f5af0939e914409', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_1865a', table='labeling_exemplar', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='IndexedEmbedding',
            fields=[
                ('embedding', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='indexed', serialize=False, to='labeling.embedding')),
                ('vector', pgvector.django.halfvec.HalfVectorField(dimensions=256)),
                ('judged', models.BooleanField(default=False, help_text='People decided on the image, at some time.')),
            ],
            options={
                'indexes': [pgvector.django.indexes.HnswIndex(fields=['vector'], name='short_nearest', opclasses=['halfvec_l2_ops']), pgvector.django.indexes.HnswIndex(condition=models.Q(('judged', True)), fields=['vector'], name='short_nearest_judged', opclasses=['halfvec_l2_ops'])],
            },
        ),
        migrations.CreateModel(
            name='Recheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField(default=labeling.clock.now)),
                ('guideline', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='recheck', to='labeling.guideline')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='4c570eca3779ad40e1686d7c429da3bbe63ab9d0', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_e6500', table='labeling_recheck', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RecheckStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('part', models.CharField(choices=[('sample', 'the sample'), ('rest', 'the rest')], max_length=6)),
                ('sent_at', models.DateTimeField(default=labeling.clock.now)),
                ('recheck', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='steps', to='labeling.recheck')),
                ('sent_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('recheck', 'part'), name='recheck_step_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='e5c7d8a007e67bcafba3a4c1be833597b6ab0919', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_a6982', table='labeling_recheckstep', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AdjudicationWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='534f8a516ce478cc39dcfdd4e424f68914dfb6b6', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_b4892', table='labeling_adjudicationwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('page', models.UUIDField(help_text='The page that holds it; leaving that page gives it back.')),
                ('leased_at', models.DateTimeField(default=labeling.clock.now)),
                ('expires_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('outcome', models.CharField(blank=True, choices=[('labeled', 'labeled'), ('returned', 'given back'), ('expired', 'expired')], max_length=8)),
                ('labeler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='Label',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('first', 'first opinion'), ('second', 'further opinion'), ('repeat', 'the same person again'), ('gold', 'gold'), ('adjudication', 'adjudication')], max_length=12)),
                ('round', models.PositiveSmallIntegerField(default=1, help_text='Counts on after an undo, and over repeats.')),
                ('verdict', models.CharField(choices=[('category', 'a category'), ('unsure', 'unsure'), ('cannot_judge', 'cannot judge')], max_length=12)),
                ('reason', models.CharField(blank=True, choices=[('unreadable', 'I cannot see what it shows'), ('context', 'It needs context I do not have'), ('known', 'I know somebody in it'), ('distress', 'I would rather not look at it')], max_length=10)),
                ('shown_at', models.DateTimeField()),
                ('decided_at', models.DateTimeField()),
                ('recorded_at', models.DateTimeField(default=labeling.clock.now)),
                ('help', models.JSONField(default=dict, help_text='Which help was offered and opened before, and for how long.')),
                ('assignment', models.OneToOneField(help_text='The lease it was given under. Being unique it is the idempotency token: however often the page sends it, one label. Empty for labels from elsewhere.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='label', to='labeling.assignment')),
                ('category', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='labeling.category')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='labeling.image')),
                ('labeler', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to=settings.AUTH_USER_MODEL)),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='labeling.policy')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='labels', to='labeling.policyversion')),
                ('exposure_ms', models.PositiveIntegerField(default=0, help_text='How long harmful pixels were on the screen as they are, neither blurred nor gray.')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['labeler', 'policy', '-recorded_at'], name='label_recent'), django.contrib.postgres.indexes.BrinIndex(autosummarize=True, fields=['recorded_at'], name='label_by_time')],
                'constraints': [models.UniqueConstraint(fields=('labeler', 'image', 'policy', 'purpose', 'round'), name='label_once'), models.CheckConstraint(condition=models.Q(models.Q(('category__isnull', False), ('reason', ''), ('verdict', 'category')), models.Q(('category', None), ('reason', ''), ('verdict', 'unsure')), models.Q(('category', None), ('verdict', 'cannot_judge'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='label_verdict'), models.CheckConstraint(condition=models.Q(('shown_at__lte', models.F('decided_at'))), name='label_times')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='2e422be2dd5765a316d88652e6891ca3d24a9709', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_acabd', table='labeling_label', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='LabelWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('label', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.label')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='5bda60e0e05b02efc6cf23b1522eeed84e42f709', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_64e33', table='labeling_labelwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='QueueEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('first', 'first opinion'), ('second', 'further opinion'), ('repeat', 'the same person again'), ('gold', 'gold'), ('adjudication', 'adjudication')], max_length=12)),
                ('state', models.CharField(choices=[('open', 'open'), ('done', 'done'), ('void', 'void')], default='open', max_length=4)),
                ('priority', models.FloatField(help_text='Highest first.')),
                ('strategy', models.CharField(choices=[('slice', 'random slice'), ('loss', 'highest expected loss'), ('random', 'at random: no model has judged it'), ('entropy', 'highest entropy'), ('mixed', 'by chance among what comes next')], max_length=10)),
                ('why', models.CharField(choices=[('arrival', 'it arrived'), ('opinions', 'more opinions are required'), ('conflict', 'people disagree'), ('unsure', 'somebody is unsure'), ('cannot_judge', 'people cannot judge it'), ('repeat', 'to measure self-consistency'), ('gold', 'to measure against a known answer'), ('model', 'the model is sure of something else'), ('rare', 'a rare category'), ('suspect', 'the label may be wrong'), ('recheck', 'the guideline has changed'), ('copy', 'a copy of it came in later')], max_length=12)),
                ('inclusion_probability', models.FloatField(blank=True, help_text='Of the random slice, 0 to 1; empty where a model or nobody chose the image.', null=True)),
                ('leased_until', models.DateTimeField(blank=True, help_text="Copy of the live lease's expiry.", null=True)),
                ('opened_at', models.DateTimeField(default=labeling.clock.now)),
                ('asked_after', models.ForeignKey(blank=True, help_text='Who gave the latest standing opinion, and so will not be asked again.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='labeling.image')),
                ('model_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, to='ml.modelversion')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='labeling.policy')),
                ('reserved_for', models.ForeignKey(blank=True, help_text='Repeats and gold: for whom.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('drawn_by', models.ForeignKey(blank=True, db_index=False, help_text="Gold: the person's own label whose draw brought it. One label brings one at most.", null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.label')),
            ],
            options={
                'verbose_name_plural': 'queue entries',
                'indexes': [models.Index(models.F('policy'), django.db.models.functions.comparison.Coalesce('asked_after', 0), models.OrderBy(models.F('priority'), descending=True), models.F('id'), condition=models.Q(('reserved_for', None), ('state', 'open'), models.Q(('purpose', 'adjudication'), _negated=True)), name='entry_next'), models.Index(models.F('reserved_for'), models.F('policy'), condition=models.Q(('reserved_for__isnull', False), ('state', 'open')), name='entry_reserved'), models.Index(models.F('policy'), models.OrderBy(models.F('priority'), descending=True), condition=models.Q(('purpose', 'adjudication'), ('state', 'open')), name='entry_adjudicate')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'open')), fields=('image', 'policy', 'purpose', 'reserved_for'), name='entry_open_once', nulls_distinct=False), models.UniqueConstraint(condition=models.Q(('drawn_by__isnull', False)), fields=('drawn_by',), name='entry_drawn_once')],
            },
        ),
        migrations.CreateModel(
            name='Adjudication',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('cause', models.CharField(blank=True, choices=[('ambiguous', 'ambiguous image'), ('gap', 'guideline gap'), ('slip', 'slip'), ('edge', 'edge case')], help_text='Empty for a truth that came from outside.', max_length=10)),
                ('reason', models.TextField()),
                ('decided_at', models.DateTimeField(default=labeling.clock.now)),
                ('adjudicator', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to=settings.AUTH_USER_MODEL)),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='labeling.image')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.policy')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.policyversion')),
                ('blind', models.OneToOneField(blank=True, help_text='What the adjudicator said before seeing what others had said.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjudication', to='labeling.label')),
                ('entry', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='adjudications', to='labeling.queueentry')),
                ('exposure_ms', models.PositiveIntegerField(default=0, help_text='As of a label: how long harmful pixels were on the screen while it was settled.')),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='01bd362079ffc69bbea190742b5beec13c810e7f', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_cf87a', table='labeling_adjudication', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='AdjudicationCase',
            fields=[
            ],
            options={
                'verbose_name': 'case for adjudication',
                'verbose_name_plural': 'needs adjudication',
                'proxy': True,
            },
            bases=('labeling.queueentry',),
        ),
        migrations.CreateModel(
            name='ExemplarProposal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('proposed_at', models.DateTimeField(default=labeling.clock.now)),
                ('adjudication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='exemplar_proposal', to='labeling.adjudication')),
                ('proposed_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='a0f7069ea38c3a1175dd42cd6ef934ed6d0ab03f', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_e4f74', table='labeling_exemplarproposal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='Gold',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('made_at', models.DateTimeField(default=labeling.clock.now)),
                ('adjudication', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='gold', to='labeling.adjudication')),
                ('made_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'gold',
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='465343039409b604156e912cc9c5078625f2721e', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_06267', table='labeling_gold', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ExemplarProposalWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('proposal', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.exemplarproposal')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='498df434b6f9c93995aa1ef30e2adc3b750ecb68', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_57ba6', table='labeling_exemplarproposalwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='GoldWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('gold', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.gold')),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6f6004fa1cd248c0e3ffbb9bdd5ad08ddcf2e19a', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_fe06c', table='labeling_goldwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='DecisionWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('withdrawn_at', models.DateTimeField(default=labeling.clock.now)),
                ('cause', models.CharField(max_length=40)),
                ('withdrawn_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='29b46e296b8474721c8a426e756afadecc690676', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_6080c', table='labeling_decisionwithdrawal', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='PeopleDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('opinions', models.PositiveSmallIntegerField(help_text='How many labels agreed.')),
                ('decided_at', models.DateTimeField(default=labeling.clock.now)),
                ('adjudication', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='labeling.adjudication')),
                ('category', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='labeling.category')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='labeling.image')),
                ('replaces', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='replaced_by', to='labeling.decisionwithdrawal')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='labeling.policy')),
                ('policy_version', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.policyversion')),
            ],
            options={
                'verbose_name': 'decision',
                'abstract': False,
                'constraints': [models.UniqueConstraint(condition=models.Q(('replaces', None)), fields=('image', 'policy'), name='decision_first')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='6f2b5ee697f9fe5f5fb46f0fdabe85ad74c7b27e', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_8c0d7', table='labeling_peopledecision', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='RecheckImage',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('likelihood', models.FloatField(help_text='How likely the new text touches it, 0 to 1; the order of the rest.')),
                ('in_sample', models.BooleanField(help_text='Drawn at random, for the estimate.')),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.peopledecision')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.image')),
                ('recheck', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='images', to='labeling.recheck')),
            ],
            options={
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('recheck', 'image'), name='recheck_image_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='72ced69a551df52be59327f2b6a7cffbcae838c6', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_ff23f', table='labeling_recheckimage', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='ReviewRequest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('purpose', models.CharField(choices=[('first', 'first opinion'), ('second', 'further opinion'), ('repeat', 'the same person again'), ('gold', 'gold'), ('adjudication', 'adjudication')], max_length=12)),
                ('why', models.CharField(choices=[('arrival', 'it arrived'), ('opinions', 'more opinions are required'), ('conflict', 'people disagree'), ('unsure', 'somebody is unsure'), ('cannot_judge', 'people cannot judge it'), ('repeat', 'to measure self-consistency'), ('gold', 'to measure against a known answer'), ('model', 'the model is sure of something else'), ('rare', 'a rare category'), ('suspect', 'the label may be wrong'), ('recheck', 'the guideline has changed'), ('copy', 'a copy of it came in later')], max_length=12)),
                ('value', models.FloatField(help_text='The chance that the decision is wrong, times what that costs, in grades.')),
                ('requested_at', models.DateTimeField(default=labeling.clock.now)),
                ('decision', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_requests', to='labeling.peopledecision')),
                ('image', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_requests', to='labeling.image')),
                ('model_category', models.ForeignKey(blank=True, help_text='What the model says instead.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.category')),
                ('model_version', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ml.modelversion')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='review_requests', to='labeling.policy')),
            ],
            options={
                'abstract': False,
                'indexes': [models.Index(fields=['policy', 'requested_at'], name='review_request_by_day')],
                'constraints': [models.CheckConstraint(condition=models.Q(('purpose__in', ['second', 'adjudication'])), name='review_request_purpose'), models.UniqueConstraint(fields=('decision', 'purpose', 'why', 'image'), name='review_request_once')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='60946200088ff94a45a219cca8956e08e6f76ffe', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_49942', table='labeling_reviewrequest', when='BEFORE'))],
            },
        ),
        migrations.CreateModel(
            name='SuspectSearch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('images', models.PositiveIntegerField()),
                ('suspects', models.PositiveIntegerField()),
                ('searched_at', models.DateTimeField(default=labeling.clock.now)),
                ('latest', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='labeling.peopledecision')),
                ('policy', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='suspect_searches', to='labeling.policy')),
            ],
            options={
                'verbose_name_plural': 'suspect searches',
                'abstract': False,
                'indexes': [models.Index(fields=['policy', '-searched_at'], name='suspect_search_latest')],
                'triggers': [pgtrigger.compiler.Trigger(name='fact', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='3f4d086deb5ba421979a02a54e00411908eccaf2', operation='UPDATE OR DELETE', pgid='pgtrigger_fact_40b33', table='labeling_suspectsearch', when='BEFORE'))],
            },
        ),
        migrations.AddField(
            model_name='adjudicationwithdrawal',
            name='adjudication',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.adjudication'),
        ),
        migrations.AddField(
            model_name='assignment',
            name='entry',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='labeling.queueentry'),
        ),
        migrations.AddIndex(
            model_name='assignment',
            index=models.Index(condition=models.Q(('ended_at', None)), fields=['labeler'], name='assignment_live'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('entry',), name='assignment_one_live'),
        ),
        migrations.AddConstraint(
            model_name='assignment',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('outcome', '')), models.Q(('ended_at__isnull', False), models.Q(('outcome', ''), _negated=True)), _connector='OR'), name='assignment_outcome'),
        ),
        migrations.AddField(
            model_name='decisionwithdrawal',
            name='decision',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='labeling.peopledecision'),
        ),
        migrations.RunSQL(TUNE, RESET),
        migrations.RunPython(install_triggers, migrations.RunPython.noop),
    ]
