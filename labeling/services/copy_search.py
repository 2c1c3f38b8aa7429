"""Looking for copies of what came in: candidates by hash and by embedding, and a test on the pictures themselves.

A similar image is not the same image, so a candidate that the test has not confirmed decides nothing. Of two images the
one that is searched later finds the other, whichever that is: both are indexed before either is searched.
"""

from collections.abc import Container, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from django.core.files.storage import default_storage
from django.db import connection

from labeling import clock
from labeling.models import CopyMatch, CopySearch, Image, MachineWork
from labeling.selectors.nearest import Vector, near_hashes, nearest_images
from labeling.services import copies
from labeling.services.machine_work import Job, work_on_next
from ml import services as ml
from ml import versions
from ml.models import ModelVersion
from ml.results import CopyCheck, Unreadable

BATCH = 16
# So many of the nearest by embedding are held against the picture itself. What escapes by it: docs/copies.md.
NEAREST = 10

_UNSEARCHED = """
SELECT i.id
FROM labeling_image i
JOIN labeling_embedding e ON e.image_id = i.id AND e.model_version_id = %(embedder)s
WHERE i.view_key <> ''
  AND NOT EXISTS (SELECT 1 FROM labeling_copysearch s WHERE s.image_id = i.id AND s.rule = %(rule)s)
  AND NOT EXISTS (
        SELECT 1 FROM labeling_machinework w
        WHERE w.image_id = i.id AND w.stage = 'copies' AND w.model_version_id = %(embedder)s)
ORDER BY i.id LIMIT %(count)s
"""


class Candidate(NamedTuple):
    """An image that may be a copy; `pdq_distance` in bits, None where the hashes are far apart or say little."""

    image_id: int
    pdq_distance: int | None


class Found(NamedTuple):
    """What a search came to: how many pictures were compared, and which are the same picture."""

    candidates: int
    matches: list[tuple[Candidate, CopyCheck]]


def search_next(*, count: int = BATCH) -> int:
    """Look for copies of the next images, and join the groups of what is the same picture; return how many were tried.

    0 when nothing is left, or nothing is embedded yet.
    """
    embedder = versions.active_embedder()
    if embedder is None:
        return 0
    stored: list[CopyMatch] = []
    job = Job(
        stage=MachineWork.Stage.COPIES,
        model=embedder,
        find=partial(_unsearched, embedder),
        compute=_search,
        store=partial(_store, stored),
    )
    tried = work_on_next(job, count=count)
    for match in stored:  # each in a transaction of its own: people wait for the locks of groups
        copies.join(match)
    return tried


def _unsearched(embedder: ModelVersion, count: int) -> Sequence[int]:
    with connection.cursor() as cursor:
        cursor.execute(_UNSEARCHED, {"embedder": embedder.pk, "rule": ml.COPY_RULE, "count": count})
        return [image_id for (image_id,) in cursor.fetchall()]


def _search(images: Sequence[Image], files: Sequence[bytes]) -> list[Found | Unreadable]:
    looks = zip(images, files, ml.embed_inside(files), strict=True)
    return [_search_one(image, file, inside) for image, file, inside in looks]


def _search_one(image: Image, file: bytes, inside: Vector | Unreadable | None) -> Found | Unreadable:
    return inside if isinstance(inside, Unreadable) else _compare(file, _candidates(image, inside))


def search_deeply(*, image: Image, count: int, apart_from: Container[int]) -> Found | Unreadable:
    """Compare an image with `count` of the nearest by hash and as many by embedding, of all that there ever was.

    Unlike the search for copies of what comes in, it does not stop at the ten nearest nor at the index, which old
    images leave. Images `apart_from` are passed over. Stores nothing.
    """
    file = _view_of(image.pk)
    if file is None:
        return Unreadable("The image has been erased.")
    found = _candidates(image, None, count=count, everywhere=True)
    return _compare(file, [each for each in found if each.image_id not in apart_from])


def _compare(file: bytes, candidates: Sequence[Candidate]) -> Found | Unreadable:
    pictures = [(each, data) for each in candidates if (data := _view_of(each.image_id)) is not None]
    try:
        checks = ml.check_copies(picture=file, others=[data for _, data in pictures])
    except OSError as error:
        return Unreadable(str(error))
    found = [(each, check) for (each, _), check in zip(pictures, checks, strict=True) if check and check.is_copy]
    return Found(len(pictures), found)


def _candidates(
    image: Image, inside: Vector | None, *, count: int = NEAREST, everywhere: bool = False
) -> list[Candidate]:
    hashes = {near.image_id: near.distance for near in near_hashes(image=image, count=count)}
    near = nearest_images(image=image, inside=inside, count=count, everywhere=everywhere)
    nearest = [each.image_id for each in near]
    return [Candidate(image_id, hashes.get(image_id)) for image_id in dict.fromkeys([*hashes, *nearest])]


def _view_of(image_id: int) -> bytes | None:
    """Return what browsers get of the image; None where it is erased by now."""
    key = Image.objects.values_list("view_key", flat=True).get(pk=image_id)
    if not key:
        return None
    try:
        with default_storage.open(key) as file:
            data: bytes = file.read()
    except FileNotFoundError:
        return None
    return data


def _store(stored: list[CopyMatch], searched: Iterable[tuple[Image, Found]]) -> None:
    now, rows = clock.now(), list(searched)
    CopySearch.objects.bulk_create(
        [
            CopySearch(image=image, rule=ml.COPY_RULE, candidates=found.candidates, searched_at=now)
            for image, found in rows
        ],
        ignore_conflicts=True,
    )
    for image, found in rows:
        for candidate, check in found.matches:
            other, later = sorted((image.pk, candidate.image_id))
            match, _ = CopyMatch.objects.get_or_create(
                image_id=later,
                other_id=other,
                defaults={
                    "rule": ml.COPY_RULE,
                    "pdq_distance": candidate.pdq_distance,
                    "inliers": check.inliers,
                    "mirrored": check.mirrored,
                    "agreement": check.agreement,
                    "found_at": now,
                },
            )
            stored.append(match)
