"""People and their roles in the admin: somebody can always administer, and no one rises above themself."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.urls import reverse

from labeling.access import ADMIN, roles
from labeling.models import Person
from labeling.services.people import LastAdminError, require_another_admin
from tests import factories as make

pytestmark = pytest.mark.django_db
LAST = "last active admin"


@pytest.fixture
def admin(client):
    client.who = make.person("admin", "admin")
    client.force_login(client.who, backend="labeling.access.RoleBackend")
    return client


def change(client, person, *groups, **fields):
    data = {"username": person.username, "is_active": "on", **fields}
    data["groups"] = [Group.objects.get(name=name).pk for name in groups]
    return client.post(reverse("admin:labeling_person_change", args=[person.pk]), data)


def fresh(person) -> Person:
    return Person.objects.get(pk=person.pk)


def test_an_admin_gives_and_takes_roles(admin):
    lena = make.person("lena", "labeler")
    assert change(admin, lena, "adjudicator").status_code == 302
    assert roles(fresh(lena)) == {"adjudicator"}


def test_the_last_admin_keeps_the_role(admin):
    answer = change(admin, admin.who, "labeler")
    assert LAST in answer.content.decode()
    assert roles(fresh(admin.who)) == {ADMIN}


def test_the_last_admin_stays_active(admin):
    make.person("sleeper", "admin", is_active=False)
    make.person("sim", "admin", simulated=True)
    answer = change(admin, admin.who, "admin", is_active="")
    assert LAST in answer.content.decode()
    assert fresh(admin.who).is_active


def test_an_admin_beside_another_may_go(admin):
    make.person("eve", "admin")
    assert change(admin, admin.who, "labeler").status_code == 302
    assert roles(fresh(admin.who)) == {"labeler"}


@pytest.mark.django_db(transaction=True)
def test_of_two_admins_who_leave_at_once_one_stays():
    people = [make.person(name, "admin") for name in ("eve", "max")]

    def leave(person):
        try:
            with transaction.atomic():
                require_another_admin(person=person)
                person.groups.clear()
        except LastAdminError:
            return "stays"
        finally:
            connection.close()
        return "leaves"

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(leave, people)) == ["leaves", "stays"]


def test_a_person_is_added_with_roles_in_one_step(admin):
    data = {"username": "nina", "password1": "winnow-demo-1", "password2": "winnow-demo-1"}
    data["groups"] = [Group.objects.get(name="labeler").pk]
    assert admin.post(reverse("admin:labeling_person_add"), data).status_code == 302
    nina = Person.objects.get(username="nina")
    assert nina.check_password("winnow-demo-1")
    assert roles(nina) == {"labeler"}


def test_an_admin_sets_a_new_password(admin):
    lena = make.person("lena", "labeler")
    data = {"password1": "another-1-demo", "password2": "another-1-demo", "usable_password": "true"}
    assert admin.post(reverse("admin:auth_user_password_change", args=[lena.pk]), data).status_code == 302
    assert fresh(lena).check_password("another-1-demo")


def test_an_admin_cannot_take_over_or_become_a_superuser(admin):
    root = Person.objects.create_superuser("root", password="stays-as-it-is")
    assert change(admin, root, "labeler").status_code == 403
    data = {"password1": "another-1-demo", "password2": "another-1-demo"}
    assert admin.post(reverse("admin:auth_user_password_change", args=[root.pk]), data).status_code == 403
    change(admin, admin.who, "admin", is_superuser="on", is_staff="on")
    assert fresh(root).check_password("stays-as-it-is")
    assert not fresh(admin.who).is_superuser


def test_nobody_is_deleted(client):
    client.force_login(Person.objects.create_superuser("root"), backend="labeling.access.RoleBackend")
    lena = make.person("lena", "labeler")
    assert client.post(reverse("admin:labeling_person_delete", args=[lena.pk]), {"post": "yes"}).status_code == 403
    assert Person.objects.filter(pk=lena.pk).exists()
