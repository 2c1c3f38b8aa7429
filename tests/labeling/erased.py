"""What tests of erasing share: a storage of their own, people at work, and what is asked of them."""

import uuid

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from labeling.models import Image, QueueEntry
from labeling.services import leases
from labeling.services.erasing import erase
from labeling.services.labels import submit_label
from tests import factories as make


def use_storage(settings, folder):
    """Keep this test's files in a folder of its own."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}
    settings.STORAGES = settings.STORAGES | {"default": disk}


def labelers():
    return [make.person(name, "labeler") for name in ("anna", "boris", "chen")]


def stored(name, *policies):
    """An image that is asked about, and whose files are in the storage."""
    image = make.queued(name, *policies)
    for key in (image.original_key, image.view_key, image.thumb_key):
        default_storage.save(key, ContentFile(b"bytes"))
    return image


def left(folder):
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def gone(image, by=None, why="asked for"):
    return erase(image=Image.objects.get(pk=image.pk), by=by, why=why)


def asked(*images):
    found = QueueEntry.objects.filter(state="open", image__in=images).order_by("id")
    return [(entry.image_id, entry.purpose) for entry in found]


def lease(person, policy):
    return leases.claim_next(person=person, policy_id=policy.pk, page=uuid.uuid4())


def answer(person, leased, policy, key="safe"):
    return submit_label(person=person, assignment_id=leased.assignment_id, answer=make.answer(policy, key))
