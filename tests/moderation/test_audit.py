"""Every change of policy, role, setting or decision is in the audit log, with who made it, and stays there."""

import pytest
from auditlog.context import set_actor
from auditlog.models import LogEntry
from django.contrib.auth.models import Group
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse

from labeling.models import Guideline, Label, LabelWithdrawal, Person, Policy, PolicyVersion, Source
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.who = make.person("admin", "admin")
    client.force_login(client.who, backend="labeling.access.RoleBackend")
    return client


def entries(model, **conditions):
    """The log's entries about a model, the newest first."""
    kind = ContentType.objects.get_for_model(model)
    return LogEntry.objects.filter(content_type=kind, **conditions).order_by("-id")


def test_a_change_of_roles_is_logged_with_who_made_it(admin):
    lena = make.person("lena", "labeler")
    data = {"username": "lena", "is_active": "on", "groups": [Group.objects.get(name="adjudicator").pk]}
    admin.post(reverse("admin:labeling_person_change", args=[lena.pk]), data)
    logged = entries(Person, object_pk=str(lena.pk), actor=admin.who)
    changes = [entry.changes["groups"] for entry in logged]
    assert {(each["operation"], *each["objects"]) for each in changes} == {
        ("add", "adjudicator"),
        ("delete", "labeler"),
    }


def test_a_new_policy_and_its_first_guideline_are_logged(admin):
    data = {"name": "New", "slug": "new", "question": "?", "required_opinions": "1", "slice_opinions": "1"}
    data |= {"slice_share": "0.1", "help_mode": "on_asking"} | make.QUALITY_FIELDS
    data |= {"categories-TOTAL_FORMS": "1", "categories-INITIAL_FORMS": "0", "categories-0-key": "safe"}
    data |= {"categories-0-name": "Safe", "categories-0-grade": "0", "categories-0-action": "allow"}
    assert admin.post(reverse("admin:labeling_policy_add"), data | {"categories-0-hotkey": "1"}).status_code == 302
    policy = Policy.objects.get(slug="new")
    assert entries(Policy, object_pk=str(policy.pk)).get().actor == admin.who
    text = {f"text_{policy.categories.get().pk}": "About it.", "based_on": "0"}
    admin.post(f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}", text)
    for model in (PolicyVersion, Guideline):
        assert entries(model).first().actor == admin.who


def test_the_policies_of_a_source_are_logged(admin):
    source, policy = make.source("shop"), make.policy()
    data = {"policies": [policy.pk]}
    assert admin.post(reverse("admin:labeling_source_change", args=[source.pk]), data).status_code == 302
    entry = entries(Source, actor=admin.who).first()
    assert entry.changes["policies"]["objects"] == ["Weapons"]


def test_how_long_a_source_keeps_images_is_logged(admin):
    source = make.source("shop")
    address = reverse("admin:labeling_source_change", args=[source.pk])
    assert admin.post(address, {"retention_days": "30"}).status_code == 302
    source.refresh_from_db()
    assert source.retention_days == 30
    assert entries(Source, actor=admin.who).first().changes["retention_days"] == ["None", "30"]


def test_a_label_taken_back_is_logged_and_the_label_itself_is_not():
    policy, lena = make.policy(), make.person("lena", "labeler")
    make.queued("a", policy)
    label = make.label_next(lena, policy)
    with set_actor(lena):
        withdraw_label(person=lena, label_id=label.pk)
    assert entries(LabelWithdrawal).get().actor == lena
    assert not entries(Label).exists()


def test_passwords_and_logins_never_reach_the_log(client):
    lena = make.person("lena", "labeler", password="winnow-demo")
    count = entries(Person).count()
    lena.set_password("another-1-demo")
    lena.save()
    client.force_login(lena, backend="labeling.access.RoleBackend")
    assert entries(Person).count() == count
    assert not [entry for entry in entries(Person) if {"password", "last_login"} & set(entry.changes_dict)]


def test_what_a_browser_says_of_itself_does_not_reach_the_log(admin):
    source = make.source("shop")
    address = reverse("admin:labeling_source_change", args=[source.pk])
    headers = {"X-Forwarded-For": "no address", "X-Correlation-Id": "x" * 1000}
    assert admin.post(address, {"demo": "on"}, headers=headers).status_code == 302
    entry = entries(Source, actor=admin.who).get()
    assert (entry.changes["demo"], entry.remote_addr, entry.cid) == (["False", "True"], None, None)


def test_the_log_is_shown_searched_and_filtered(admin):
    make.policy()
    log = reverse("admin:auditlog_logentry_changelist")
    kind = ContentType.objects.get_for_model(Policy).pk
    page = admin.get(log, {"content_type": kind, "q": "Weapons", "actor__isnull": "True"})
    assert [entry.object_repr for entry in page.context["cl"].result_list] == ["Weapons"]
    assert admin.get(reverse("admin:auditlog_logentry_change", args=[entries(Policy).get().pk])).status_code == 200


def test_the_history_of_a_thing_is_its_part_of_the_log(admin):
    policy = make.policy()
    page = admin.get(reverse("admin:labeling_policy_history", args=[policy.pk]), follow=True)
    assert [entry.object_repr for entry in page.context["cl"].result_list] == ["Weapons"]


def test_nobody_changes_or_deletes_entries(client):
    client.force_login(Person.objects.create_superuser("root"), backend="labeling.access.RoleBackend")
    make.policy()
    pk = entries(Policy).get().pk
    for what in ("change", "delete"):
        address = reverse(f"admin:auditlog_logentry_{what}", args=[pk])
        assert client.post(address, {"post": "yes"}).status_code == 403
    assert client.post(reverse("admin:auditlog_logentry_add")).status_code == 403
    actions = {"action": "delete_selected", "_selected_action": [pk], "post": "yes"}
    client.post(reverse("admin:auditlog_logentry_changelist"), actions)
    assert entries(Policy).get().pk == pk
