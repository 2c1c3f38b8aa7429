"""Who may do what: roles come from groups, and only active, real people have any."""

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.test import RequestFactory

from labeling.access import ADJUDICATOR, ADMIN, LABELER, RoleBackend, role_required, roles
from labeling.models import Person
from tests import factories as make

pytestmark = pytest.mark.django_db


@role_required(LABELER)
def view(request):
    return HttpResponse("the page")


def request_by(who, *, script: bool = False):
    request = RequestFactory().get("/page/?x=1")
    request.user, request.htmx = who, script
    return request


def test_roles_are_the_groups():
    assert roles(make.person("lena", "labeler", "adjudicator")) == {LABELER, ADJUDICATOR}


def test_a_group_that_is_no_role_gives_none():
    who = make.person("mona", "visitors")
    assert roles(RoleBackend().get_user(who.pk)) == set()


def test_a_superuser_has_every_role():
    assert ADMIN in roles(Person.objects.create_superuser("root"))


def test_strangers_and_inactive_people_have_none():
    assert roles(AnonymousUser()) == set()
    assert roles(make.person("lena", "labeler", is_active=False)) == set()


def test_a_view_lets_its_role_in_and_refuses_another():
    assert view(request_by(make.person("lena", "labeler"))).content == b"the page"
    with pytest.raises(PermissionDenied):
        view(request_by(make.person("ada", "adjudicator")))


def test_a_logged_out_page_goes_to_the_login_and_a_script_gets_401():
    answer = view(request_by(AnonymousUser()))
    assert (answer.status_code, answer.url) == (302, "/login/?next=/page/%3Fx%3D1")
    assert view(request_by(AnonymousUser(), script=True)).status_code == 401


def test_simulated_people_never_log_in():
    make.person("sim", "labeler", password="winnow-demo", simulated=True)
    make.person("lena", "labeler", password="winnow-demo")
    request = RequestFactory().post("/login/")
    assert authenticate(request, username="sim", password="winnow-demo") is None
    assert authenticate(request, username="lena", password="winnow-demo") is not None


def test_an_inactive_person_is_logged_out_at_once(client):
    who = make.person("lena", "labeler")
    assert RoleBackend().get_user(who.pk) == who
    Person.objects.filter(pk=who.pk).update(is_active=False)
    assert RoleBackend().get_user(who.pk) is None


def test_person_and_roles_are_one_query(django_assert_num_queries):
    who = make.person("lena", "labeler")
    with django_assert_num_queries(1):
        assert roles(RoleBackend().get_user(who.pk)) == {LABELER}
