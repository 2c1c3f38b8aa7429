"""The project's own app, and Django's admin arranged for the work."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class ModerationConfig(AppConfig):
    """The room that routes what arrives, with the help of people and machines."""

    name = "moderation"


class WinnowAdminConfig(AdminConfig):
    """Django's admin, open to the roles that need it."""

    default_site = "moderation.admin_site.WinnowAdminSite"
