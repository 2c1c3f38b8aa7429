"""Images, people and their decisions."""

from django.apps import AppConfig


class LabelingConfig(AppConfig):
    """The room of people: images, queue, labels, decisions."""

    name = "labeling"
