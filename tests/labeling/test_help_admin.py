"""Admins choose when help is offered, and read of a label what help it had."""

import pytest
from auditlog.models import LogEntry
from django.forms.models import model_to_dict
from django.urls import reverse

from labeling import help
from tests import factories as make
from tests.labeling.test_help_effect import say

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def test_the_mode_is_changed_and_the_change_is_in_the_audit_log(admin, policy):
    address = reverse("admin:labeling_policy_change", args=[policy.pk])
    assert 'name="help_mode"' in admin.get(address).content.decode()
    fields = {name: value for name, value in model_to_dict(policy).items() if value not in {None, False}}
    categories = {f"categories-{name}": value for name, value in [("TOTAL_FORMS", 3), ("INITIAL_FORMS", 3)]}
    for number, category in enumerate(policy.categories.order_by("grade")):
        values = model_to_dict(category) | {"restricted": ""}
        categories |= {f"categories-{number}-{name}": value for name, value in values.items()}
    response = admin.post(address, fields | categories | {"help_mode": "blind"})
    assert response.status_code == 302
    policy.refresh_from_db()
    assert policy.help_mode == "blind"
    entry = LogEntry.objects.get_for_object(policy).first()
    assert (entry.changes["help_mode"], entry.actor.username) == (["on_asking", "blind"], "admin")


def shown(admin, label):
    text = admin.get(reverse("admin:labeling_label_change", args=[label.pk])).content.decode()
    names = ("help_given", "help_opened", "model_said")
    return [text.split(f"field-{name}")[1].split('<div class="readonly">')[1].split("</div>")[0] for name in names]


def test_a_labels_help_is_told_in_words(admin, policy):
    lena, image = make.person("lena", "labeler"), make.queued("a", policy)
    make.prediction(image, make.classifier(policy, "Waffen 2"), [0.1, 0.8, 0.1])
    label = say(lena, image, policy, "harmful", seconds=3, heatmap=1.5, guideline=0.2)
    assert shown(admin, label) == [
        "offered: caption, heatmap, similar images (on asking)",
        "heatmap, 1.5 s; guideline, 0.2 s",
        "Low (Waffen 2)",
    ]


@pytest.mark.parametrize(
    ("mode", "share", "told"),
    [
        ("blind", 0.0, "none: the queue was judged blind"),
        ("on_asking", 1.0, "none: this image was drawn to come without"),
    ],
)
def test_a_label_without_help_says_why(admin, policy, monkeypatch, mode, share, told):
    policy.help_mode = mode
    policy.save()
    make.queued("a", policy)
    monkeypatch.setattr(help, "WITHOUT_SHARE", share)
    label = make.label_next(make.person("lena", "labeler"), policy)
    assert shown(admin, label)[:3] == [told, "-", "none had judged the image"]
