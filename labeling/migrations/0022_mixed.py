"""What is asked again is mixed by chance into what comes next; two opinions in the slice, unless told otherwise."""

from django.db import migrations, models


def mix(apps, schema_editor):
    apps.get_model("labeling", "QueueEntry").objects.filter(strategy="review").update(strategy="mixed")


class Migration(migrations.Migration):
    dependencies = [("labeling", "0021_loss")]

    operations = [
        migrations.RunPython(mix, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="queueentry",
            name="strategy",
            field=models.CharField(
                choices=[
                    ("slice", "random slice"),
                    ("loss", "highest expected loss"),
                    ("random", "at random: no model has judged it"),
                    ("entropy", "highest entropy"),
                    ("mixed", "by chance among what comes next"),
                ],
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="policy",
            name="slice_opinions",
            field=models.PositiveSmallIntegerField(
                default=2,
                help_text="The same inside the random slice, the ground of every estimate; at least as many.",
            ),
        ),
    ]
