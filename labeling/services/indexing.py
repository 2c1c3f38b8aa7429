"""What similar images are found by: a small index of short stand-ins for embeddings, which does not grow for ever.

In it are the images of the last months, and all that people judged. How embeddings are shortened is learnt once there
are enough of them; until then all are looked at one by one, which takes a few milliseconds.
"""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

import numpy as np
from django.db import connection, transaction
from pgvector import HalfVector

from labeling import clock
from labeling.models import IndexedEmbedding
from labeling.selectors.vectors import parse_vector
from ml import services as ml
from ml import versions
from ml.models import ModelVersion

# So many embeddings are learnt from, and at most so many.
FIT_AT, FIT_WITH = 1000, 20_000
WINDOW = timedelta(days=90)
CHUNK = 2000

# Nobody stores an embedding meanwhile, so that whatever is stored is either in the index, or there is none yet.
_LOCK = "LOCK TABLE labeling_embedding IN SHARE ROW EXCLUSIVE MODE"
_COUNT = "SELECT count(*) FROM (SELECT 1 FROM labeling_embedding WHERE model_version_id = %s LIMIT %s) e"
_LATEST = """
SELECT halfvec_send(vector) FROM labeling_embedding WHERE model_version_id = %(embedder)s
ORDER BY id DESC LIMIT %(count)s
"""
_JUDGED = "EXISTS (SELECT 1 FROM labeling_peopledecision d WHERE d.image_id = e.image_id)"
# Locked until they are in the index, so that none is erased in between.
_OF_IMAGES = f"""
SELECT e.id, halfvec_send(e.vector), {_JUDGED} FROM labeling_embedding e
WHERE e.model_version_id = %(embedder)s AND e.image_id = ANY(%(images)s)
ORDER BY e.id FOR KEY SHARE OF e
"""  # noqa: S608 (put together from constants)
_IN_WINDOW = f"""
SELECT e.id, halfvec_send(e.vector), {_JUDGED} FROM labeling_embedding e
WHERE e.model_version_id = %(embedder)s AND e.id > %(after)s AND (e.created_at > %(since)s OR {_JUDGED})
ORDER BY e.id LIMIT %(count)s
"""  # noqa: S608
_NEWLY_JUDGED = """
SELECT DISTINCT e.image_id FROM labeling_peopledecision d
JOIN labeling_embedding e ON e.image_id = d.image_id AND e.model_version_id = %(embedder)s
LEFT JOIN labeling_indexedembedding n ON n.embedding_id = e.id
WHERE n.judged IS NOT TRUE LIMIT %(count)s
"""
_TOO_OLD = """
DELETE FROM labeling_indexedembedding WHERE embedding_id IN (
    SELECT n.embedding_id FROM labeling_indexedembedding n JOIN labeling_embedding e ON e.id = n.embedding_id
    WHERE NOT n.judged AND e.created_at <= %(since)s LIMIT %(count)s)
"""


def index(*, images: list[int]) -> None:
    """Put the embeddings of these images into the index. Called in the transaction that stores them."""
    shortening = versions.shortening()
    if shortening is not None:
        _add(shortening, _rows(_OF_IMAGES, {"images": images}))


def learn() -> bool:
    """Build the index once there are enough embeddings to learn the shortening from; return whether that was now."""
    embedder = versions.active_embedder()
    if embedder is None or versions.shortening() is not None:
        return False
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [embedder.pk, FIT_AT])
        ((count,),) = cursor.fetchall()
    if count < FIT_AT:
        return False
    rebuild()
    return True


@transaction.atomic
def rebuild() -> None:
    """Learn the shortening from the latest embeddings, and build the index with it.

    Worth it where other kinds of pictures come in than those it was learnt from. ValueError where there are too few.
    """
    embedder = versions.active_embedder()
    if embedder is None:
        raise ValueError("There are no embeddings.")
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, {"embedder": embedder.pk, "count": FIT_WITH})
        latest = np.array([parse_vector(sent) for (sent,) in cursor.fetchall()])
    build(versions.record_shortening(ml.fit_shortening(latest), trunk=embedder))


@transaction.atomic
def build(shortening: ModelVersion) -> None:
    """Build the index anew; no embedding is stored meanwhile."""
    with connection.cursor() as cursor:
        cursor.execute(_LOCK)
        cursor.execute("TRUNCATE labeling_indexedembedding")
    with connection.schema_editor() as schema:  # built in bulk, which is many times as fast
        for each in IndexedEmbedding._meta.indexes:
            schema.remove_index(IndexedEmbedding, each)
        _fill(shortening)
        schema.execute("SET CONSTRAINTS ALL IMMEDIATE")  # an index is not built while a check is put off
        for each in IndexedEmbedding._meta.indexes:
            schema.add_index(IndexedEmbedding, each)


def tend(*, count: int) -> int:
    """Take up to `count` of each: what people have judged since into the index, what is too old out of it.

    Return how many it was; 0 when nothing is left.
    """
    shortening = versions.shortening()
    if shortening is None:
        return 0
    judged = [image_id for (image_id,) in _rows(_NEWLY_JUDGED, {"count": count})]
    with transaction.atomic():
        _add(shortening, _rows(_OF_IMAGES, {"images": judged}))
    with connection.cursor() as cursor:
        cursor.execute(_TOO_OLD, {"since": clock.now() - WINDOW, "count": count})
        return len(judged) + cursor.rowcount


def _fill(shortening: ModelVersion) -> None:
    after = 0
    while rows := _rows(_IN_WINDOW, {"after": after, "since": clock.now() - WINDOW, "count": CHUNK}):
        _add(shortening, rows)
        after = rows[-1][0]


def _rows(statement: str, names: dict[str, Any]) -> list[tuple]:
    embedder = versions.active_embedder()
    with connection.cursor() as cursor:
        cursor.execute(statement, names | {"embedder": embedder and embedder.pk})
        return cursor.fetchall()


def _add(shortening: ModelVersion, rows: Iterable[tuple[int, bytes, bool]]) -> None:
    found = list(rows)
    if not found:
        return
    vectors = np.stack([parse_vector(sent) for _, sent, _ in found])
    shorts = ml.shorten(versions.weights_of(shortening), vectors)
    IndexedEmbedding.objects.bulk_create(
        [
            IndexedEmbedding(embedding_id=embedding, vector=HalfVector(short), judged=judged)
            for (embedding, _, judged), short in zip(found, shorts, strict=True)
        ],
        update_conflicts=True,
        unique_fields=["embedding"],
        update_fields=["vector", "judged"],
    )
