import pytest
from django.urls import reverse

from labeling.models import ReviewRequest
from labeling.services.reviews import request_review
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = reverse("admin:labeling_reviewrequest_changelist")


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def request_to_look_again(policy):
    image = make.queued("a", policy)
    make.label_next(make.person("lena", "labeler"), policy, "low")
    return request_review(
        decision=image.decisions.get(),
        purpose="second",
        why="model",
        value=2.345,
        model_version=make.classifier(policy),
        model_category=make.category(policy, "harmful"),
    )


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def stands(text):
    return 'alt="True"' in text.split("field-decision_stands")[1].split("</td>")[0]


def test_the_list_says_what_was_decided_what_the_model_says_and_what_became_of_it(admin, policy, request_to_look_again):
    text = admin.get(LIST).content.decode()
    for said in ("Low", "Harmful", "the model is sure of something else", "2.35"):
        assert said in text.split("result_list")[1]
    assert stands(text)
    make.label_next(make.person("omar", "labeler"), policy, "harmful")
    assert not stands(admin.get(LIST).content.decode())


def test_one_request_is_shown_and_nothing_of_it_changes(admin, request_to_look_again):
    address = reverse("admin:labeling_reviewrequest_change", args=[request_to_look_again.pk])
    assert "2.35" in admin.get(address).content.decode()
    assert admin.post(address, {"value": "9"}).status_code == 403
    assert ReviewRequest.objects.get().value == 2.345


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_it_is_for_admins_only(client, role, request_to_look_again):
    client.force_login(make.person("ada", role), backend="labeling.access.RoleBackend")
    assert client.get(LIST).status_code in {302, 403}


EMPTY = {
    "gold": "Nothing is gold yet.",
    "recheck": "Nothing is to be re-checked.",
    "adjudicationcase": "No case waits.",
    "reviewrequest": "Nobody was asked again yet.",
}


@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_list_says_what_will_stand_there(admin, policy, name):
    address = reverse(f"admin:labeling_{name}_changelist")
    assert EMPTY[name] in admin.get(address).content.decode()


def test_a_filtered_list_says_that_it_is_filtered(admin, policy):
    filtered = admin.get(f"{reverse('admin:labeling_adjudicationcase_changelist')}?why=suspect").content.decode()
    assert EMPTY["adjudicationcase"] not in filtered
    assert "Without filters there may be more." in filtered
