from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('labeling', '0002_queue_storage'),
    ]

    operations = [
        migrations.CreateModel(
            name='AdjudicationCase',
            fields=[
            ],
            options={
                'verbose_name': 'case for adjudication',
                'verbose_name_plural': 'needs adjudication',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('labeling.queueentry',),
        ),
        migrations.AlterModelOptions(
            name='peopledecision',
            options={'verbose_name': 'decision'},
        ),
        migrations.AlterModelOptions(
            name='policyversion',
            options={'ordering': ['policy', '-number'], 'verbose_name': 'guideline version'},
        ),
    ]
