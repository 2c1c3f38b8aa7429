# Key words are computed anew every ten minutes, so that none has to be carried over.

import django.db.models.deletion
from django.db import migrations, models


def forget(apps, _schema_editor):
    apps.get_model('labeling', 'KeyWord').objects.all().delete()


class Migration(migrations.Migration):

    dependencies = [
        ('labeling', '0018_bank_per_source'),
    ]

    operations = [
        migrations.RunPython(forget, migrations.RunPython.noop),
        migrations.RemoveConstraint(
            model_name='keyword',
            name='key_word_once',
        ),
        migrations.AddField(
            model_name='keyword',
            name='policy',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='key_words', to='labeling.policy'),
        ),
        migrations.AlterField(
            model_name='keyword',
            name='category',
            field=models.ForeignKey(blank=True, help_text='Empty where the guideline names it, and it speaks for no category alone.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='key_words', to='labeling.category'),
        ),
        migrations.AlterField(
            model_name='keyword',
            name='in_category',
            field=models.PositiveIntegerField(help_text='How many of them were decided as this category.', null=True),
        ),
        migrations.AlterField(
            model_name='keyword',
            name='in_guideline',
            field=models.BooleanField(default=False, help_text='The guideline names it: for this category, or in its introduction.'),
        ),
        migrations.AlterField(
            model_name='keyword',
            name='log_odds',
            field=models.FloatField(help_text='Smoothed log odds ratio: how much oftener the word is in this category.', null=True),
        ),
        migrations.AlterField(
            model_name='keyword',
            name='standard_error',
            field=models.FloatField(null=True),
        ),
        migrations.AddConstraint(
            model_name='keyword',
            constraint=models.UniqueConstraint(fields=('policy', 'domain', 'word'), name='key_word_once'),
        ),
        migrations.AddConstraint(
            model_name='keyword',
            constraint=models.CheckConstraint(condition=models.Q(('category__isnull', False), ('in_category__isnull', False), ('log_odds__isnull', False), ('standard_error__isnull', False)) | models.Q(('category', None), ('in_category', None), ('in_guideline', True), ('log_odds', None), ('standard_error', None)), name='key_word_figures'),
        ),
        migrations.AlterField(
            model_name='policy',
            name='help_mode',
            field=models.CharField(choices=[('blind', 'never: people judge blind'), ('on_asking', 'on asking'), ('always', 'always open')], default='on_asking', help_text='Always: caption and similar images stand open; the heatmap, which covers the image and is asked for by category, stays on its key. Unless it is never, a random tenth of the images comes without help, so that its effect is known.', max_length=9),
        ),
        migrations.RunPython(migrations.RunPython.noop, forget),
    ]
