"""The project's own app, and Django's admin arranged for the work."""

from django.apps import AppConfig, apps
from django.contrib.admin.apps import AdminConfig

WRONG = "add_machinedecisionwithdrawal"  # to call a match wrong, and to reverse what machines decided
GRANTS = {
    "admin": ["view_*", "change_incomingfile", "change_bankentry", "change_bankfinding", WRONG],
    "adjudicator": ["view_machinedecision", "view_bankentry", WRONG],
}


class ModerationConfig(AppConfig):
    """The room that routes what arrives, with the help of people and machines."""

    name = "moderation"

    def ready(self) -> None:
        """Follow changes in the audit log, and give admins their permissions on what is stored here."""
        from labeling import roles
        from moderation import audit, celery

        celery.app.set_default()  # else the web server's wake-ups go to a queue of Celery's, which nobody reads
        audit.register()
        roles.connect(self, GRANTS)
        roles.connect(apps.get_app_config("ml"), {roles.ADMIN: ["view_*", "change_modelversion"]})
        roles.connect(apps.get_app_config("auditlog"), {roles.ADMIN: ["view_*"]})


class WinnowAdminConfig(AdminConfig):
    """Django's admin, open to the roles that need it."""

    default_site = "moderation.admin_site.WinnowAdminSite"
