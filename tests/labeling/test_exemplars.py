"""Exemplars: proposed by adjudicators, taken or left by who publishes, shown with the guideline unless forbidden."""

import pytest
from django.urls import reverse

from labeling import clock
from labeling.models import AdjudicationWithdrawal, Exemplar, ExemplarProposal, Image
from labeling.selectors.cases import read_case
from labeling.selectors.changes import changes
from labeling.selectors.exemplars import open_proposals, shown_exemplars
from labeling.services import adjudication
from labeling.services.policies import CategoryText, publish_version
from labeling.services.queueing import settle
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def proposal(policy):
    ada = make.person("ada", "adjudicator")
    settled = make.adjudicated(make.queued("held", policy), policy, "harmful", by=ada)
    return ExemplarProposal.objects.create(adjudication=settled, proposed_by=ada, proposed_at=clock.now())


def publish(policy, **more):
    latest = policy.versions.first()
    texts = {each: CategoryText(f"What {each} is.", changed=True) for each in policy.categories.all()}
    return publish_version(policy=policy, author=None, kind="substantive", texts=texts, based_on=latest.number, **more)


def test_a_proposal_that_is_taken_becomes_an_exemplar_of_its_category_with_the_reason(policy, proposal):
    assert list(open_proposals(policy)) == [proposal]
    exemplar = shown_exemplars(publish(policy, proposals=[proposal])).get()
    assert (exemplar.image, exemplar.guideline.category.key) == (proposal.adjudication.image, "harmful")
    assert exemplar.note == "It is harmful because."
    assert not open_proposals(policy)


def test_it_stays_in_later_versions_until_it_is_left_out(policy, proposal):
    publish(policy, proposals=[proposal])
    assert shown_exemplars(publish(policy)).get().image == proposal.adjudication.image
    later = publish(policy, without=[proposal.adjudication.image_id])
    assert not Exemplar.objects.filter(guideline__version=later).exists()


def test_restricted_and_erased_images_are_never_shown(policy, proposal):
    version = publish(policy, proposals=[proposal])
    policy.categories.update(restricted=True)
    assert not shown_exemplars(version)
    policy.categories.update(restricted=False)
    Image.objects.update(erased_at=clock.now())
    assert not shown_exemplars(version)
    assert not open_proposals(policy)


def decide_otherwise_on_a_copy(proposal):
    made = proposal.adjudication
    make.adjudicated(make.copy_of(made.image, "copy"), made.policy, "low", by=made.adjudicator)


def take_back(proposal):
    made = proposal.adjudication
    AdjudicationWithdrawal.objects.create(adjudication=made, cause="undone")
    settle(read_case(image_id=made.image_id, policy_id=made.policy_id))


@pytest.mark.parametrize("overturn", [decide_otherwise_on_a_copy, take_back])
def test_an_exemplar_that_was_overturned_is_shown_to_no_labeler(client, policy, proposal, overturn):
    version = publish(policy, proposals=[proposal])
    exemplar = shown_exemplars(version).get()
    client.force_login(make.person("lena", "labeler"))
    assert exemplar in changes(make.person("omar", "labeler"), version)[-1].exemplars
    overturn(proposal)
    assert not shown_exemplars(version)
    address = reverse("exemplar", args=[policy.slug, exemplar.pk])
    assert address not in client.get(reverse("label_guideline", args=[policy.slug])).content.decode()
    assert client.get(address).status_code == 404
    assert [each.exemplars for each in changes(make.person("olga", "labeler"), version)] == [[], [], []]


def test_nor_does_a_later_version_take_it(policy, proposal):
    decide_otherwise_on_a_copy(proposal)
    assert not open_proposals(policy)


def test_confirmed_by_a_later_adjudication_it_stays(policy, proposal):
    version = publish(policy, proposals=[proposal])
    made = proposal.adjudication
    make.adjudicated(make.copy_of(made.image, "copy"), policy, "harmful", by=made.adjudicator)
    assert shown_exemplars(version).exists()


def test_who_publishes_is_warned_and_leaves_it_out_unless_they_tick_it(client, policy, proposal):
    publish(policy, proposals=[proposal])
    client.force_login(make.person("admin", "admin", is_staff=True))
    page = f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}"
    keep = f"keep_{Exemplar.objects.get().pk}"
    answer = client.get(page)
    assert (answer.context["form"][keep].initial, "Warning:" in answer.content.decode()) == (True, False)
    decide_otherwise_on_a_copy(proposal)
    answer = client.get(page)
    assert (answer.context["form"][keep].initial, "Warning:" in answer.content.decode()) == (False, True)


def test_adjudicators_are_told_how_many_are_hidden(client, policy, proposal):
    publish(policy, proposals=[proposal])
    decide_otherwise_on_a_copy(proposal)
    make.queued("doubted", policy)
    make.label_next(make.person("lena", "labeler"), policy, "unsure")
    bo = make.person("bo", "adjudicator")
    case = adjudication.open_case(person=bo, policy=policy, page=make.uuid.uuid4())
    adjudication.judge_blind(person=bo, assignment_id=case.pk, answer=make.answer(policy, "low"))
    client.force_login(bo)
    page = client.get(reverse("adjudicate", args=[policy.slug])).content.decode()
    assert "One exemplar is not shown" in page


def test_the_publishing_page_takes_what_is_ticked(client, policy, proposal):
    client.force_login(make.person("admin", "admin", is_staff=True))
    page = f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}"
    assert "It is harmful because." in client.get(page).content.decode()
    said = {"based_on": 1, "kind": "substantive", "introduction": ""}
    for each in policy.categories.all():
        said |= {f"text_{each.pk}": "A text.", f"changed_{each.pk}": "on"}
    assert client.post(page, said | {f"take_{proposal.pk}": "on"}).status_code == 302
    assert shown_exemplars(policy.versions.first()).count() == 1
    assert client.post(page, said | {"based_on": 2}).status_code == 302  # its tick to keep is left out
    assert not shown_exemplars(policy.versions.first())


def test_labelers_see_them_with_the_guideline_and_only_those_that_it_shows(client, policy, proposal):
    version = publish(policy, proposals=[proposal])
    exemplar = shown_exemplars(version).get()
    address = reverse("exemplar", args=[policy.slug, exemplar.pk])
    client.force_login(make.person("lena", "labeler"))
    assert address in client.get(reverse("label_guideline", args=[policy.slug])).content.decode()
    assert client.get(address).status_code == 410  # allowed, but its bytes are nowhere
    publish(policy, without=[proposal.adjudication.image_id])
    assert client.get(address).status_code == 404
