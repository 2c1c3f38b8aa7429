from django.contrib.postgres.indexes import GinIndex
from django.db import migrations
from django.db.models import F, Func

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


class Migration(migrations.Migration):
    dependencies = [("labeling", "0015_short_index")]

    operations = [
        migrations.RemoveIndex(model_name="image", name="image_near_hash"),
        migrations.RunSQL(PIECES, NO_PIECES),
        migrations.AddIndex(
            model_name="image",
            index=GinIndex(Func(F("pdq"), function="pdq_pieces"), fastupdate=False, name="image_hash_pieces"),
        ),
    ]
