"""The three groups and their permissions are there after a migration, whatever a site has done to them."""

import pytest
from django.apps import apps
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.db.models.signals import post_migrate

from tests import factories as make

pytestmark = pytest.mark.django_db


def migrated() -> None:
    """What every `migrate` ends with, here without anything left to migrate."""
    for name in ("auth", "labeling", "ml", "moderation", "auditlog"):
        app = apps.get_app_config(name)
        create_permissions(app, verbosity=0)
        post_migrate.send(sender=app, app_config=app, verbosity=0, interactive=False, using="default")


def codenames(role: str) -> set[str]:
    return set(Group.objects.get(name=role).permissions.values_list("codename", flat=True))


def test_every_role_has_its_group_after_a_migration():
    assert set(Group.objects.values_list("name", flat=True)) >= {"labeler", "adjudicator", "admin"}


def test_labelers_need_no_permission_and_adjudicators_few():
    assert codenames("labeler") == set()
    of_machines = {"view_machinedecision", "view_bankentry", "add_machinedecisionwithdrawal"}
    assert codenames("adjudicator") == {"view_adjudicationcase"} | of_machines


def test_admins_see_everything_and_change_what_people_arrange():
    given = codenames("admin")
    ours = Permission.objects.filter(content_type__app_label__in=["labeling", "moderation", "ml", "auditlog"])
    assert given >= set(ours.filter(codename__startswith="view_").values_list("codename", flat=True))
    assert "add_erasure" in given
    assert given >= {"add_policy", "change_policy", "add_policyversion", "add_source", "change_person"}


def test_no_role_deletes_or_changes_facts():
    assert not [name for name in codenames("admin") if name.startswith("delete_")]
    assert not codenames("admin") & {"change_label", "add_label", "change_image", "change_logentry", "change_group"}


def test_what_a_site_has_added_stays_and_what_is_missing_comes_back():
    labelers, admins = Group.objects.get(name="labeler"), Group.objects.get(name="admin")
    extra = Permission.objects.get(codename="view_policy")
    labelers.permissions.add(extra)
    admins.permissions.remove(extra)
    migrated()
    assert list(labelers.permissions.all()) == [extra]
    assert extra in admins.permissions.all()


def test_a_second_migration_changes_nothing():
    before = {role: codenames(role) for role in ("labeler", "adjudicator", "admin")}
    migrated()
    assert {role: codenames(role) for role in before} == before
    assert Group.objects.count() == 3


def test_the_groups_come_into_being_when_they_were_lost():
    Group.objects.all().delete()
    migrated()
    assert make.person("ada", "adjudicator").has_perm("labeling.view_adjudicationcase")


def test_no_migration_is_missing():
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)
