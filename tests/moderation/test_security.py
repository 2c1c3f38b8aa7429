"""What strangers, labelers and adjudicators are refused, and what protects everybody's browser."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from labeling.models import QueueEntry
from tests import factories as make

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parent.parent.parent
PASSWORD = "winnow-demo"
# The only pages for strangers. Static files are no views.
OPEN = {"login"}
SAMPLES = {"int": "1", "uuid": "5f0c1f9e-8a52-4c3b-9f5e-1f2f3f4f5f6f"}
BACKEND = "labeling.access.RoleBackend"


def addresses(patterns, prefix: str = "/") -> Iterator[tuple[str, str]]:
    """Every (name, address) of the site, with some value in each place that wants one."""
    for each in patterns:
        route = prefix + filled(str(each.pattern))
        if isinstance(each, URLResolver):
            yield from addresses(each.url_patterns, route)
        elif isinstance(each, URLPattern):
            yield each.name or "", route


def filled(route: str) -> str:
    route = re.sub(r"<(?:(\w+):)?\w+>", lambda place: SAMPLES.get(place[1], "1"), route.replace("(?P<", "(?P@"))
    route = re.sub(r"\(\?P@\w+>([^|()]*)[^()]*\)", lambda place: place[1].replace(".*", "nowhere"), route)
    return re.sub(r"^\^|\\Z$|\$$", "", route).lstrip("/")


ADDRESSES = sorted(set(addresses(get_resolver().url_patterns)))
ADMIN = [address for _, address in ADDRESSES if address.startswith("/admin/")]


def test_the_walk_finds_the_pages():
    names = {name for name, _ in ADDRESSES}
    assert {"login", "home", "index", "labeling_image_picture", "labeling_label_changelist"} <= names
    assert not [address for _, address in ADDRESSES if re.search(r"[<>()?^$]", address)]


def refused(answer) -> bool:
    """Not by 404: that would only say that the sample value names nothing."""
    to_login = answer.status_code == 302 and answer.url.split("?")[0] in {"/login/", "/admin/login/", "/admin/"}
    return to_login or answer.status_code in {401, 403, 405}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_is_refused_everywhere(client, method):
    answers = {address: getattr(client, method)(address) for name, address in ADDRESSES if name not in OPEN}
    assert [address for address, answer in answers.items() if not refused(answer)] == []


def test_a_labeler_gets_no_page_of_the_admin(client):
    client.force_login(make.person("lena", "labeler"), backend=BACKEND)
    answers = {address: client.get(address, follow=True) for address in ADMIN if address != "/admin/logout/"}
    assert [address for address, answer in answers.items() if answer.status_code not in {403, 405}] == []


def case_and_decision() -> tuple[QueueEntry, int]:
    """An image that people disagree on, and one that they do not."""
    policy = make.policy(required_opinions=2, slice_opinions=2)
    people = [make.person(name, "labeler") for name in ("lena", "omar")]
    settled = make.queued("a", policy)
    for who in people:
        make.label_next(who, policy, "safe")
    make.queued("b", policy)
    for who, key in zip(people, ("safe", "harmful"), strict=True):
        make.label_next(who, policy, key)
    return QueueEntry.objects.get(state="open", purpose="adjudication"), settled.pk


def test_an_adjudicator_sees_the_cases_and_nothing_of_who_said_what(client):
    case, _ = case_and_decision()
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    for address in (
        reverse("admin:labeling_adjudicationcase_changelist"),
        reverse("admin:labeling_adjudicationcase_change", args=[case.pk]),
    ):
        text = client.get(address).content.decode()
        assert "people disagree" in text
        assert not re.search(r"\blena\b|\bomar\b|>\s*Safe|Harmful", text)


def test_an_adjudicator_gets_no_other_list(client):
    case_and_decision()
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    own = ("adjudicationcase", "machinedecision", "bankentry")
    found = [(name, address) for name, address in ADDRESSES if name.endswith("_changelist")]
    lists = [address for name, address in found if not any(each in name for each in own)]
    assert len(lists) > 10
    assert {client.get(address).status_code for address in lists} == {403}
    models = [model for section in client.get("/admin/").context["app_list"] for model in section["models"]]
    assert [model["object_name"] for model in models] == [
        "AdjudicationCase",
        "Agreement",
        "Disputes",
        "HelpEffect",
        "BankEntry",
        "MachineDecision",
    ]


def test_an_adjudicator_gets_the_bytes_of_open_cases_only(client, settings, tmp_path):
    from django.core.files.base import ContentFile
    from django.core.files.storage import default_storage

    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    case, settled = case_and_decision()
    default_storage.save(case.image.thumb_key, ContentFile(b"small"))
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    address = reverse("admin:labeling_adjudicationcase_picture", args=[case.pk, "thumb"])
    assert client.get(address).status_code == 200
    for image in (case.image_id, settled):
        assert client.get(reverse("admin:labeling_image_picture", args=[image, "thumb"])).status_code == 403
    QueueEntry.objects.filter(pk=case.pk).update(state="void")
    assert client.get(address).status_code == 404


def assert_protected(answer) -> None:
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy


def test_every_kind_of_answer_protects_the_browser(client):
    admin = make.person("admin", "admin")
    answers = {200: client.get(reverse("login")), 302: client.get("/admin/"), 404: client.get("/nowhere/")}
    client.force_login(make.person("lena", "labeler"), backend=BACKEND)
    answers[403] = client.get("/admin/login/")
    client.force_login(admin, backend=BACKEND)
    answers[405] = client.get(reverse("logout"))
    for status, answer in answers.items():
        assert answer.status_code == status
        assert_protected(answer)
    for address in ("/admin/", reverse("admin:labeling_image_changelist")):
        assert_protected(client.get(address))


def test_a_request_for_another_host_is_refused_with_the_same_headers(client):
    answer = client.get(reverse("login"), headers={"host": "elsewhere.example"})
    assert answer.status_code == 400
    assert "no-store" in answer["Cache-Control"]
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def log_in(client, name: str, password: str, address: str | None = None):
    return client.post(address or reverse("login"), {"username": name, "password": password})


@pytest.mark.parametrize("page", ["login", "admin:login"])
def test_five_wrong_passwords_lock_the_name_for_a_while(client, page):
    for name in ("lena", "omar"):
        make.person(name, "labeler", password=PASSWORD)
    address = client.get(reverse(page), follow=True).request["PATH_INFO"]
    answers = [log_in(client, "lena", "wrong", address) for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 200, 429]
    assert "locked_out.html" in [template.name for template in answers[-1].templates]
    assert log_in(client, "lena", PASSWORD, address).status_code == 429
    assert "_auth_user_id" not in client.session
    assert log_in(client, "omar", PASSWORD, address).status_code == 302
    assert "_auth_user_id" in client.session


def test_the_admin_has_no_login_of_its_own(client):
    make.person("admin", "admin", password=PASSWORD)
    answer = client.get("/admin/labeling/image/", follow=True)
    assert answer.redirect_chain[-1][0] == "/login/?next=/admin/labeling/image/"
    form = {"username": "admin", "password": PASSWORD, "next": "/admin/labeling/image/"}
    assert client.post("/login/", form).url == "/admin/labeling/image/"
    assert client.get("/admin/login/").url == "/admin/"


def test_the_login_leads_nowhere_else(client):
    make.person("admin", "admin", password=PASSWORD)
    answer = client.get("/admin/login/?next=https://elsewhere.example/", follow=True)
    form = {"username": "admin", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert "elsewhere" not in client.post(answer.request["PATH_INFO"], form).url


def test_the_settings_of_production_pass_djangos_own_check():
    production = {
        "DEBUG": "0",
        "SECRET_KEY": "k3-" * 20 + "abcdefghijklmnop",
        "DATABASE_URL": "postgresql://winnow@db.example/winnow",
        "CELERY_BROKER_URL": "redis://broker.example/0",
        "ALLOWED_HOSTS": "winnow.example",
        "DATA_DIR": os.environ["DATA_DIR"],
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=production, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "no issues (0 silenced)" in done.stdout


def test_cookies_are_out_of_reach_of_scripts_and_of_other_sites():
    assert settings.SESSION_COOKIE_HTTPONLY
    assert settings.SESSION_COOKIE_SAMESITE == settings.CSRF_COOKIE_SAMESITE == "Lax"
