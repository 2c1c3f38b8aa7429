"""Who sees what of agreement: names and votes only for who may, and of no image that somebody is still to judge."""

from datetime import timedelta

import pytest
from django.urls import reverse

from labeling import clock
from labeling.models import Category, Label, QueueEntry
from tests import factories as make
from tests.labeling.agreement_pages import BACKEND, FILES, file, page, part
from tests.labeling.opinions import KEYS, opinion, table

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy(slice_opinions=2)


@pytest.fixture
def people():
    return [make.person(name, "labeler") for name in ("ruth", "lena", "omar")]


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend=BACKEND)
    return client


def yesterday():
    return clock.at(clock.now() - timedelta(days=1))


@pytest.fixture
def adjudicator(client):
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    return client


def test_adjudicators_see_no_names_unless_the_policy_shows_them(adjudicator, policy, people):
    with yesterday():
        table(policy, people, 30)
    text = page(adjudicator)
    assert "Person 1" in part(text, "people")
    assert "Person 3" in part(text, "matrix")
    person = reverse("admin:agreement_person", args=[people[0].pk])
    everything = [text, adjudicator.get(person).content.decode()]
    everything += [str(file(adjudicator, name)) for name in FILES]
    assert not [name for name in ("ruth", "lena", "omar") for each in everything if name in each]
    policy.names_shown = True
    policy.save()
    assert "lena" in part(page(adjudicator), "matrix")
    assert "lena" in str(file(adjudicator, "pairs"))


def differing(policy, people, count=3):
    """Images on which people differ, the first by two grades; nothing waits for anybody."""
    images = [make.queued(f"differing {number}", policy) for number in range(count)]
    for number, image in enumerate(images):
        for who, key in zip(people, ("safe", "low" if number else "harmful"), strict=False):
            opinion(who, image, policy, key).save()
    QueueEntry.objects.update(state="done")
    return images


def test_images_by_disagreement_most_first(admin, policy, people):
    images = differing(policy, people)
    agreed = make.queued("agreed", policy)
    Label.objects.bulk_create([opinion(who, agreed, policy, "safe") for who in people])
    most = make.queued("most", policy)
    Label.objects.bulk_create([opinion(who, most, policy, key) for who, key in zip(people, KEYS, strict=True)])
    QueueEntry.objects.update(state="done")
    expected = [most, images[0], images[2], images[1]]
    assert [int(each["image"]) for each in file(admin, "images")] == [each.pk for each in expected]
    listed = part(page(admin), "images")
    assert reverse("admin:labeling_image_change", args=[most.pk]) in listed
    assert reverse("admin:labeling_image_picture", args=[most.pk, "thumb"]) in listed
    assert "Safe: 1, Low: 1, Harmful: 1" in listed


def test_who_is_still_to_judge_an_image_must_not_find_it_here(adjudicator, policy, people):
    with yesterday():
        waiting, shown = differing(policy, people, 2)
    entry = QueueEntry.objects.get(image=waiting)
    entry.state, entry.purpose = "open", "adjudication"
    entry.save()
    text = page(adjudicator)
    assert "1 more is left out while somebody is still to judge it" in text
    assert [int(each["image"]) for each in file(adjudicator, "images")] == [shown.pk]


def test_adjudicators_get_no_links_to_pages_that_are_closed_to_them(adjudicator, policy, people):
    with yesterday():
        differing(policy, people)
    assert "<a" not in part(page(adjudicator), "images")
    assert "<img" not in part(page(adjudicator), "images")


def test_adjudicators_label_too_so_todays_answers_tell_them_nothing_before_midnight(client, policy, people):
    both = make.person("both", "adjudicator", "labeler")
    client.force_login(both, backend=BACKEND)
    table(policy, [both, *people], 30, missing=0)
    pages = (reverse("admin:agreement"), reverse("admin:agreement_person", args=[both.pk]))
    assert [row["answers"] for row in file(client, "people")] == []
    assert "20 more pairs are needed" in part(page(client), "number-raw")
    for address in pages:
        assert "They are those up to last midnight." in client.get(address).content.decode()
    with clock.at(clock.now() + timedelta(days=1)):
        assert [row["answers"] for row in file(client, "people")] == ["30"] * 4


def test_what_anybody_called_restricted_is_not_shown_small(admin, policy, people):
    Category.objects.filter(key="harmful").update(restricted=True)
    differing(policy, people, 2)
    assert part(page(admin), "images").count("<img") == 1


def test_a_snapshot_on_demand_is_for_admins(admin, policy, monkeypatch):
    asked = []
    monkeypatch.setattr("labeling.admin.agreement.wake", lambda task, *ids: asked.append((task.name, ids)))
    response = admin.post(reverse("admin:agreement_measure"), follow=True)
    assert "A snapshot is being taken." in response.content.decode()
    assert asked == [("labeling.tasks.measure_agreement", (policy.pk,))]
    assert admin.get(reverse("admin:agreement_measure")).status_code == 405
    admin.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    assert admin.post(reverse("admin:agreement_measure")).status_code == 403
    assert reverse("admin:agreement_measure") not in page(admin)


@pytest.mark.parametrize(("roles", "status"), [(["admin"], 200), (["adjudicator"], 200), (["labeler"], 403), ([], 403)])
def test_admins_and_adjudicators_see_it(client, policy, roles, status):
    client.force_login(make.person("somebody", *roles), backend=BACKEND)
    assert client.get(reverse("admin:agreement")).status_code == status
    for name in FILES:
        assert client.get(reverse("admin:agreement_table", args=[name])).status_code == status
    if status == 200:
        assert client.get(reverse("admin:agreement_table", args=["votes"])).status_code == 404
        assert reverse("admin:agreement") in client.get("/admin/").content.decode()


def test_strangers_are_sent_to_the_login(client, policy):
    assert client.get(reverse("admin:agreement")).url.startswith("/login/")
