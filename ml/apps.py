"""Models as artefacts."""

from django.apps import AppConfig


class MlConfig(AppConfig):
    """The room of machines: model versions and training runs."""

    name = "ml"
    verbose_name = "Machine learning"
