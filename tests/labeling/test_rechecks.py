"""Re-checks: what a new text most likely touches is proposed, and a sample of it says whether the rest pays."""

import pytest
from django.urls import reverse

from labeling.models import PeopleDecision, Recheck, ReviewRequest
from labeling.selectors.rechecks import progress
from labeling.services import rechecks
from labeling.services.policies import CategoryText, publish_version
from labeling.touched import Seen, likelihood
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def admin():
    return make.person("admin", "admin")


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def decided(policy, who, key, count, name=""):
    images = [make.queued(f"{name}{key}{number}", policy) for number in range(count)]
    for _ in images:
        make.label_next(who, policy, key)
    return images


def publish(policy, *changed, kind="substantive"):
    texts = {each: CategoryText(f"What {each} is.", changed=each.key in changed) for each in policy.categories.all()}
    return publish_version(policy=policy, author=None, kind=kind, texts=texts, based_on=policy.versions.first().number)


@pytest.fixture
def small_sample(monkeypatch):
    monkeypatch.setattr(rechecks, "SAMPLE", 3)


def test_decisions_of_the_changed_category_are_proposed_once(policy, lena):
    harmful = decided(policy, lena, "harmful", 2)
    decided(policy, lena, "safe", 2)
    version = publish(policy, "harmful")
    [recheck] = rechecks.propose(version=version)
    assert {each.image for each in recheck.images.all()} == set(harmful)
    assert rechecks.propose(version=version) == []
    assert not ReviewRequest.objects.exists()  # proposed, not sent


def test_what_was_decided_since_by_the_earlier_text_is_among_them(policy, lena):
    before = decided(policy, lena, "harmful", 1)
    version = publish(policy, "harmful")
    since = decided(policy, lena, "harmful", 1, name="unread ")
    by_the_new = decided(policy, make.person("new", "labeler"), "harmful", 1, name="new ")
    [recheck] = rechecks.propose(version=version)
    assert {each.image for each in recheck.images.all()} == {*before, *since}
    assert by_the_new[0].decisions.get().policy_version == version


def test_nothing_is_proposed_for_wording_or_where_nothing_is_decided(policy, lena):
    decided(policy, lena, "safe", 1)
    assert rechecks.propose(version=publish(policy, kind="editorial")) == []
    assert rechecks.propose(version=publish(policy, "harmful")) == []


def test_the_sample_goes_first_and_says_how_many_of_the_rest_would_change(policy, lena, admin, small_sample):
    decided(policy, lena, "harmful", 9)
    [recheck] = rechecks.propose(version=publish(policy, "harmful"))
    with pytest.raises(rechecks.RecheckError):
        rechecks.send(recheck=recheck, part="rest", person=admin)
    assert rechecks.send(recheck=recheck, part="sample", person=admin) == 3
    assert rechecks.send(recheck=recheck, part="sample", person=admin) == 0
    assert PeopleDecision.objects.filter(withdrawal=None).count() == 9  # they stand meanwhile
    omar, ada = make.person("omar", "labeler"), make.person("ada", "adjudicator")
    first = make.label_next(omar, policy, "low")
    make.label_next(omar, policy, "harmful")
    make.label_next(omar, policy, "harmful")
    assert make.label_next(omar, policy) is None
    assert progress(recheck).changed.n == 2  # the third one waits for an adjudicator
    make.adjudicated(first.image, policy, "low", by=ada)
    found = progress(recheck)
    assert (found.changed.hits, found.changed.n, found.rest, found.expected) == (1, 3, 6, 2)
    assert rechecks.send(recheck=recheck, part="rest", person=admin) == 6
    assert make.label_next(omar, policy, "harmful")


def test_other_categories_are_proposed_only_where_something_speaks_for_it():
    nothing = Seen(decided_so=False)
    assert likelihood(nothing) == 0
    assert likelihood(Seen(decided_so=True)) > likelihood(Seen(decided_so=False, nearness=0.9))
    sure, unsure = (Seen(True, probabilities=p, place=1) for p in ((0.0, 1.0, 0.0), (0.3, 0.4, 0.3)))
    assert likelihood(sure) != likelihood(unsure)
    assert likelihood(Seen(True, 1.0, (0.0, 1.0), 1)) <= 1
    assert likelihood(Seen(True, nearness=0.8)) > likelihood(Seen(True, nearness=0.2))


def test_an_admin_sends_it_from_its_page_and_reads_what_it_says(client, policy, lena, admin, small_sample):
    decided(policy, lena, "harmful", 3)
    [recheck] = rechecks.propose(version=publish(policy, "harmful"))
    client.force_login(admin)
    page = reverse("admin:labeling_recheck_change", args=[recheck.pk])
    assert "Send the sample to people (3)" in client.get(page).content.decode()
    answer = client.post(reverse("admin:labeling_recheck_send", args=[recheck.pk, "sample"]), follow=True)
    assert "3 images go to people again." in answer.content.decode()
    omar = make.person("omar", "labeler")
    while make.label_next(omar, policy, "harmful"):
        pass
    text = client.get(page).content.decode()
    assert "None of 3 decisions changed" in text
    assert "Send the" not in text
    assert "None of 3" in client.get(reverse("admin:labeling_recheck_changelist")).content.decode()


def test_where_the_sample_says_none_would_change_the_rest_is_sent_only_if_that_is_confirmed(
    client, policy, lena, admin, small_sample
):
    decided(policy, lena, "harmful", 5)
    [recheck] = rechecks.propose(version=publish(policy, "harmful"))
    rechecks.send(recheck=recheck, part="sample", person=admin)
    omar = make.person("omar", "labeler")
    while make.label_next(omar, policy, "harmful"):
        pass
    client.force_login(admin)
    page = client.get(reverse("admin:labeling_recheck_change", args=[recheck.pk])).content.decode()
    assert 'name="confirmed" required' in page
    send = reverse("admin:labeling_recheck_send", args=[recheck.pk, "rest"])
    assert "none of the rest would change" in client.post(send, follow=True).content.decode()
    assert not recheck.steps.filter(part="rest").exists()
    answer = client.post(send, {"confirmed": "on"}, follow=True)
    assert "2 images go to people again." in answer.content.decode()


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_nobody_else_does(client, policy, lena, role):
    decided(policy, lena, "harmful", 1)
    [recheck] = rechecks.propose(version=publish(policy, "harmful"))
    client.force_login(make.person("somebody", role))
    answer = client.post(reverse("admin:labeling_recheck_send", args=[recheck.pk, "sample"]), follow=True)
    assert answer.status_code == 403
    assert not ReviewRequest.objects.exists()


def test_publishing_proposes_it(client, policy, lena, eager, django_capture_on_commit_callbacks):
    decided(policy, lena, "harmful", 1)
    with django_capture_on_commit_callbacks(execute=True):
        publish(policy, "harmful")
    assert Recheck.objects.get().images.count() == 1
