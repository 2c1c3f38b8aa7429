"""People, with the groups that say what they may do."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import UserChangeForm, UserCreationForm
from django.core.exceptions import ValidationError
from django.db.models import ManyToManyField, Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from labeling.access import ADMIN
from labeling.admin.base import WorkAdmin
from labeling.models import Person
from labeling.services.people import LastAdminError, require_another_admin


class PersonForm(UserChangeForm):
    """Refuses what would leave nobody to administer."""

    def clean(self) -> dict[str, Any]:
        """Hold the new groups and the new state against the last admin."""
        super().clean()
        if "groups" in self.cleaned_data and not self._stays_admin():
            try:
                require_another_admin(person=self.instance)
            except LastAdminError as error:
                raise ValidationError(str(error)) from None
        return self.cleaned_data

    def _stays_admin(self) -> bool:
        """Whether the person is no admin, or remains one. Asks the database: `instance` is half changed by now."""
        before = Person.objects.filter(pk=self.instance.pk, is_active=True, simulated=False)
        if not before.filter(Q(is_superuser=True) | Q(groups__name=ADMIN)).exists():
            return True
        has_role = self.instance.is_superuser or any(group.name == ADMIN for group in self.cleaned_data["groups"])
        return has_role and self.cleaned_data.get("is_active", False)


@admin.register(Person)
class PersonAdmin(UserAdmin, WorkAdmin):
    """Whoever works here. Roles are groups; nobody is deleted, for their labels stay."""

    form = PersonForm
    add_form = UserCreationForm
    list_display = ["username", "first_name", "last_name", "roles", "is_active", "simulated", "last_login"]
    list_filter = ["groups", "is_active", "simulated"]
    readonly_fields = ["simulated", "last_login", "date_joined"]
    filter_horizontal = []
    actions = None
    fieldsets = [
        (None, {"fields": ["username", "password", "is_active"]}),
        (_("Roles"), {"fields": ["groups"]}),
        (_("Personal info"), {"fields": ["first_name", "last_name", "email"]}),
        (_("For the record"), {"fields": ["simulated", "last_login", "date_joined"]}),
    ]
    add_fieldsets = [(None, {"classes": ["wide"], "fields": ["username", "password1", "password2", "groups"]})]

    def get_queryset(self, request: HttpRequest) -> Any:
        """Fetch everybody's groups at once."""
        return super().get_queryset(request).prefetch_related("groups")

    def has_change_permission(self, request: HttpRequest, obj: Person | None = None) -> bool:
        """Let only a superuser change one: else an admin could take over what is above them."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def formfield_for_manytomany(self, db_field: ManyToManyField, request: HttpRequest, **kwargs: Any) -> Any:
        """Show the few groups as checkboxes."""
        return super().formfield_for_manytomany(db_field, request, **kwargs | {"widget": forms.CheckboxSelectMultiple})

    @admin.display(description=_("roles"))
    def roles(self, person: Person) -> str:
        """Return the names of the person's groups."""
        return ", ".join(group.name for group in person.groups.all())
