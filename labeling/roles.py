"""Makes the groups of the three roles, with their permissions, after every migration.

What a site adds to a group by itself stays; what is written here comes back. Labelers need no permission: theirs are
the screens, which ask for the role. Django's admin asks for permissions, which is why the other two have some.
"""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Any

from django.apps import AppConfig
from django.apps.registry import Apps
from django.apps.registry import apps as global_apps
from django.contrib.auth.management import create_permissions
from django.db.models.signals import post_migrate

from labeling.access import ADJUDICATOR, ADMIN, ROLES

# Role -> patterns of codenames within one app.
Grants = Mapping[str, Sequence[str]]

# Facts are made by their services only, and nobody deletes: what is over is made inactive.
LABELING: Grants = {
    ADMIN: [
        "view_*",
        *("add_policy", "change_policy", "add_category", "change_category", "add_policyversion"),
        *("add_source", "change_source", "add_person", "change_person"),
        "change_machinework",  # to have it tried again
        "add_gold",  # and to withdraw it
        "add_erasure",  # which nobody can take back
    ],
    # Their list alone: an adjudicator judges blind, so who said what stays closed to them.
    ADJUDICATOR: ["view_adjudicationcase"],
}
AUTH: Grants = {ADMIN: ["view_group"]}


def connect(app: AppConfig, grants: Grants) -> None:
    """Give the roles these permissions of `app` whenever it has been migrated."""
    post_migrate.connect(partial(_give, grants), sender=app, weak=False, dispatch_uid=f"roles.{app.label}")


def _give(grants: Grants, *, app_config: AppConfig, using: str, apps: Apps = global_apps, **_: Any) -> None:
    """Add what is missing. Rows are made in bulk, so that no signal takes it for a person's change."""
    try:
        group_model, permission_model = apps.get_model("auth", "Group"), apps.get_model("auth", "Permission")
    except LookupError:  # only some apps are migrated, and auth is not among them yet
        return
    create_permissions(app_config, verbosity=0, using=using, apps=apps)
    group_model.objects.using(using).bulk_create([group_model(name=role) for role in ROLES], ignore_conflicts=True)
    groups = dict(group_model.objects.using(using).filter(name__in=ROLES).values_list("name", "pk"))
    found = permission_model.objects.using(using).filter(content_type__app_label=app_config.label)
    through = group_model.permissions.through
    wanted = [
        through(group_id=groups[role], permission_id=pk)
        for pk, codename in found.values_list("pk", "codename")
        for role, patterns in grants.items()
        if any(fnmatchcase(codename, pattern) for pattern in patterns)
    ]
    through.objects.using(using).bulk_create(wanted, ignore_conflicts=True)
