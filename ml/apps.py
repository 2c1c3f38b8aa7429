"""Models as artefacts."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MlConfig(AppConfig):
    """The room of machines: model versions and training runs."""

    name = "ml"
    verbose_name = _("Machine learning")
