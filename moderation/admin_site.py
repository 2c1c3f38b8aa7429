"""Django's admin, open by role instead of by a flag beside the role."""

from django.contrib.admin import AdminSite
from django.contrib.auth.forms import AuthenticationForm
from django.http import HttpRequest

from labeling.access import ADJUDICATOR, ADMIN, roles


class WinnowAdminSite(AdminSite):
    """Admins see everything; adjudicators see what the permissions of their group let them see."""

    site_header = "Winnow"
    site_title = "Winnow"
    index_title = "Administration"
    login_form = AuthenticationForm

    def has_permission(self, request: HttpRequest) -> bool:
        """Return whether the person has a role that works here."""
        return bool(roles(request.user) & {ADMIN, ADJUDICATOR})
