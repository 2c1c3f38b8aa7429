"""The queue is consumed at its head: vacuum it early, and leave room on its pages for leases (HOT updates)."""

from django.db import migrations

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


class Migration(migrations.Migration):
    dependencies = [("labeling", "0001_initial")]
    operations = [migrations.RunSQL(TUNE, RESET)]
