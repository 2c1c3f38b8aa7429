"""Images, people and their decisions."""

from django.apps import AppConfig, apps


class LabelingConfig(AppConfig):
    """The room of people: images, queue, labels, decisions."""

    name = "labeling"

    def ready(self) -> None:
        """Keep the roles' permissions complete."""
        from labeling import roles

        roles.connect(self, roles.LABELING)
        roles.connect(apps.get_app_config("auth"), roles.AUTH)
