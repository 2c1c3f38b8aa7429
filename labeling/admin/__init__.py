"""Django's admin, arranged for the work: one module a subject."""

from labeling.admin import (
    arrivals,
    captions,
    decisions,
    erasing,
    gold,
    images,
    labels,
    machine_work,
    models,
    people,
    policies,
    queue,
    rechecks,
    reviews,
    training,
    versions,
)

__all__ = [
    "arrivals",
    "captions",
    "decisions",
    "erasing",
    "gold",
    "images",
    "labels",
    "machine_work",
    "models",
    "people",
    "policies",
    "queue",
    "rechecks",
    "reviews",
    "training",
    "versions",
]
