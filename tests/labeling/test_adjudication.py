"""Adjudication: judged blind first, settled with a cause and a reason, taken back with all that rests on it."""

import math
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import clock
from labeling.models import Adjudication, Assignment, Embedding, Label, PeopleDecision, QueueEntry
from labeling.selectors import reach
from labeling.selectors.adjudication import next_cases, votes, waiting_cases
from labeling.services import adjudication, disputes, labels
from labeling.services.placing import place_images
from tests import factories as make

pytestmark = pytest.mark.django_db
PAGE = uuid.UUID(int=1)


@pytest.fixture
def policy():
    return make.policy(slice_opinions=2)


@pytest.fixture
def ada():
    return make.person("ada", "adjudicator")


@pytest.fixture
def disputed(policy):
    """Lena and Omar disagree on an image."""
    image = make.queued("disputed", policy)
    make.label_next(make.person("lena", "labeler"), policy, "safe")
    make.label_next(make.person("omar", "labeler"), policy, "harmful")
    return image


def opened(ada, policy):
    return adjudication.open_case(person=ada, policy=policy, page=PAGE)


def judged(ada, policy, key="harmful"):
    case = opened(ada, policy)
    adjudication.judge_blind(person=ada, assignment_id=case.pk, answer=make.answer(policy, key))
    return case


def settle(ada, case, **changed):
    said = {"category": "harmful", "cause": "gap", "reason": "Held is harmful."} | changed
    return adjudication.settle_case(person=ada, assignment_id=case.pk, **said)


def test_a_settled_image_is_decided_and_waits_no_more(policy, ada, disputed):
    case = judged(ada, policy)
    made = settle(ada, case)
    decision = PeopleDecision.objects.get(image=disputed, withdrawal=None)
    assert (decision.adjudication, decision.category.key) == (made, "harmful")
    assert (made.cause, made.reason, made.blind.purpose) == ("gap", "Held is harmful.", "adjudication")
    assert opened(ada, policy) is None
    assert not QueueEntry.objects.filter(state="open").exists()


def test_the_blind_answer_is_no_opinion_and_leaves_the_case_with_its_adjudicator(policy, ada, disputed):
    case = judged(ada, policy, "safe")
    assert not PeopleDecision.objects.exists()
    assert opened(ada, policy) == case
    assert opened(make.person("otto", "adjudicator"), policy) is None
    assert [vote.said for vote in votes(case)] == ["Safe", "Harmful"]


@pytest.mark.parametrize("lacking", [{"category": "nonsense"}, {"cause": ""}, {"reason": "  "}])
def test_nothing_is_settled_without_category_cause_and_reason(policy, ada, disputed, lacking):
    case = judged(ada, policy)
    with pytest.raises(adjudication.AdjudicationError):
        settle(ada, case, **lacking)
    assert not Adjudication.objects.exists()
    assert opened(ada, policy) == case


def test_nor_before_the_own_answer(policy, ada, disputed):
    case = opened(ada, policy)
    with pytest.raises(adjudication.AdjudicationError, match="yourself first"):
        settle(ada, case)


def test_sent_twice_it_is_settled_once(policy, ada, disputed):
    case = judged(ada, policy)
    assert settle(ada, case) == settle(ada, case, category="safe")
    assert Adjudication.objects.count() == 1


def test_taken_back_the_case_waits_again_and_nothing_is_overwritten(policy, ada, disputed):
    settle(ada, judged(ada, policy))
    entry = adjudication.undo(person=ada, policy=policy)
    assert entry.image == disputed
    assert not PeopleDecision.objects.filter(withdrawal=None).exists()
    again = judged(ada, policy, "safe")
    assert again.entry == entry
    settle(ada, again, category="safe")
    assert [each.category.key for each in PeopleDecision.objects.order_by("id")] == ["harmful", "safe"]
    assert Label.objects.filter(labeler=ada, purpose="adjudication").count() == 2


def test_nobody_settles_what_they_voted_on(policy, disputed):
    both = make.person("both", "labeler", "adjudicator")
    image = make.queued("another", policy)
    for who, key in ((both, "safe"), (make.person("third", "labeler"), "harmful")):
        make.label_next(who, policy, key)
    assert [each.image for each in waiting_cases(person=both, policy=policy)] == [disputed]
    assert image in [each.image for each in waiting_cases(person=make.person("x", "adjudicator"), policy=policy)]


def test_nor_what_they_labeled_in_another_window_meanwhile(policy, disputed):
    both = make.person("both", "labeler", "adjudicator")
    case = judged(both, policy)
    own = Assignment.objects.create(
        entry=QueueEntry.objects.create(
            image=disputed, policy=policy, purpose="second", why="opinions", state="void", priority=1, strategy="random"
        ),
        labeler=both,
        page=PAGE,
        expires_at=timezone.now(),
    )
    labels.submit_label(person=both, assignment_id=own.pk, answer=make.answer(policy, "safe"))
    with pytest.raises(adjudication.AdjudicationError, match="labeled this image yourself"):
        settle(both, case)


def test_a_case_that_was_left_for_long_goes_to_somebody_else_and_is_settled_once(policy, ada, disputed):
    case = judged(ada, policy)
    otto = make.person("otto", "adjudicator")
    with clock.at(timezone.now() + adjudication.LEASE + timedelta(seconds=1)):
        settle(otto, judged(otto, policy, "safe"), category="safe")
        with pytest.raises(adjudication.CaseClosedError):
            settle(ada, case)
    assert Adjudication.objects.get().adjudicator == otto


def test_given_back_it_waits_for_others_at_once(policy, ada, disputed):
    case = opened(ada, policy)
    adjudication.leave_case(person=ada, assignment_id=case.pk)
    assert Assignment.objects.get(pk=case.pk).outcome == "returned"
    assert opened(make.person("otto", "adjudicator"), policy) is not None


def test_similar_cases_come_together(policy, ada):
    people = [make.person(name, "labeler") for name in ("lena", "omar")]
    images = []
    for number, angle in enumerate((0.0, 1.2, 0.2, 0.6)):
        image = make.queued(f"{number}", policy)
        make.embedding(image, (math.cos(angle), math.sin(angle)))
        for who, key in zip(people, ("safe", "harmful"), strict=True):
            make.label_next(who, policy, key)
        images.append(image)
    QueueEntry.objects.filter(image=images[0]).update(priority=99)  # the most valuable
    case = judged(ada, policy)
    settle(ada, case)
    order = [QueueEntry.objects.get(pk=pk).image for pk in next_cases(person=ada, policy=policy)]
    assert [case.entry.image, *order] == [images[0], images[2], images[3], images[1]]


def differ(policy, people, name, *keys):
    image = make.queued(name, policy)
    make.embedding(image, (1.0, 0.0))
    for who, key in zip(people, keys, strict=True):
        make.label_next(who, policy, key)
    return image


@pytest.mark.parametrize("share", [1e-9, 1.0])
def test_the_dearest_conflict_comes_first_however_alike_others_are(ada, share):
    policy = make.policy("other", slice_share=share, required_opinions=2, slice_opinions=2)
    people = [make.person(name, "labeler") for name in ("lena", "omar")]
    last = differ(policy, people, "last", "safe", "low")
    settle(ada, judged(ada, policy), category="low")
    assert Adjudication.objects.get().image == last
    mild = differ(policy, people, "mild", "safe", "low")
    grave = differ(policy, people, "grave", "safe", "harmful")
    Embedding.objects.filter(image=grave).delete()  # nothing says that it is like the last one
    order = [QueueEntry.objects.get(pk=pk).image for pk in next_cases(person=ada, policy=policy)]
    assert order == [grave, mild]


def test_what_a_confident_model_contradicts_is_placed_by_what_it_would_cost(ada):
    policy = make.policy("other", slice_share=1e-9, required_opinions=2, slice_opinions=2, dispute_share=1)
    people = [make.person(name, "labeler") for name in ("lena", "omar")]
    model = make.classifier(policy)
    mild = differ(policy, people, "mild", "safe", "low")
    with clock.at(timezone.now() + timedelta(hours=1)):
        contradicted = differ(policy, people, "contradicted", "safe", "safe")
        make.prediction(contradicted, model, [0.01, 0.01, 0.98], entropy=0.01)
        make.prediction(mild, model, [0.4, 0.3, 0.3], entropy=1.0)
        place_images(image_ids=[mild.pk, contradicted.pk], policy=policy)
        assert disputes.find(policy=policy) == 1
        order = [QueueEntry.objects.get(pk=pk).image for pk in next_cases(person=ada, policy=policy)]
    assert order == [contradicted, mild]


def test_the_blind_answer_is_not_taken_back_on_the_labeling_screen(policy, disputed):
    ada = make.person("ada", "adjudicator", "labeler")
    judged(ada, policy)
    assert not reach.within_reach(person=ada, policy_id=policy.pk).exists()


def test_an_exemplar_is_proposed_once_and_never_of_a_restricted_category(policy, ada, disputed):
    made = settle(ada, judged(ada, policy))
    one = adjudication.propose_exemplar(adjudication=made, person=ada)
    assert adjudication.propose_exemplar(adjudication=made, person=ada) == one
    policy.categories.update(restricted=True)
    made.category.refresh_from_db()
    with pytest.raises(adjudication.AdjudicationError):
        adjudication.propose_exemplar(adjudication=made, person=ada)
