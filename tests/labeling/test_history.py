"""The history of a picture: everything that was said and done about it and its copies, by whom, under which rule."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling import clock
from labeling.models import AdjudicationWithdrawal, CopyMatchWithdrawal, Image
from labeling.selectors.history import image_history
from labeling.services import rechecks
from labeling.services.adjudication import propose_exemplar, withdraw_exemplar
from labeling.services.gold import make_gold, withdraw_gold
from labeling.services.policies import CategoryText, publish_version
from labeling.services.reviews import request_review
from tests import factories as make

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def ada():
    return make.person("ada", "adjudicator")


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def lines(image, *kinds):
    """What the history says of these kinds of lines: what, policy, who, detail."""
    return [(each.what, each.policy, each.who, each.detail) for each in image_history(image) if each.what in kinds]


def publish(policy, author, **more):
    texts = {each: CategoryText(f"What {each} is.", changed=True) for each in policy.categories.all()}
    based_on = policy.versions.first().number
    return publish_version(policy=policy, author=author, kind="substantive", texts=texts, based_on=based_on, **more)


def test_a_request_to_look_again_says_what_asked_and_why(policy, lena):
    image = make.queued("a", policy)
    make.label_next(lena, policy, "low")
    model = make.classifier(policy, name="heads-7")
    request_review(
        decision=image.decisions.get(), purpose="second", why="model", value=1.0,
        model_version=model, model_category=make.category(policy, "harmful"),
    )  # fmt: skip
    [(_, version, who, detail)] = lines(image, "to be looked at again")
    assert (version, who) == ("Weapons v1", "heads-7")
    assert detail == "Low, further opinion: the model is sure of something else (Harmful)"


def test_gold_and_what_became_of_it(policy, ada):
    settled = make.adjudicated(make.queued("a", policy), policy, "safe", by=ada)
    withdraw_gold(gold=make_gold(adjudication=settled, person=ada), person=make.person("bo"), cause="too easy")
    assert lines(settled.image, "made gold", "gold no more") == [
        ("made gold", "Weapons v1", "ada", "Safe"),
        ("gold no more", "Weapons v1", "bo", "Safe: too easy"),
    ]


def test_an_exemplar_with_the_versions_that_took_it_and_left_it_out(policy, ada):
    settled = make.adjudicated(make.queued("a", policy), policy, "safe", by=ada)
    proposal = propose_exemplar(adjudication=settled, person=ada)
    bo = make.person("bo")
    publish(policy, bo, proposals=[proposal])
    publish(policy, ada)  # keeps it
    publish(policy, bo, without=[settled.image_id])
    withdraw_exemplar(proposal=proposal, person=ada)
    kinds = ("proposed as exemplar", "exemplar in the guideline", "exemplar no more", "proposal taken back")
    assert lines(settled.image, *kinds) == [
        ("proposed as exemplar", "Weapons v1", "ada", "Safe"),
        ("exemplar in the guideline", "Weapons v2", "bo", "Safe: It is safe because."),
        ("exemplar no more", "Weapons v4", "bo", ""),
        ("proposal taken back", "Weapons v1", "ada", "Safe: withdrawn"),
    ]


def test_a_re_check_that_touched_it_and_who_sent_it(policy, ada, lena):
    image = make.queued("a", policy)
    make.label_next(lena, policy, "low")
    found = rechecks.propose(version=publish(policy, ada))
    for each in found:
        rechecks.send(recheck=each, part="sample", person=ada)
    assert ("sent to be judged again", "Weapons v2", "ada", "decided as Low; the text of Low has changed") in lines(
        image, "sent to be judged again"
    )
    assert [who for _, _, who, _ in lines(image, "proposed for a re-check")] == [""] * len(found)
    [(_, version, _, detail)] = lines(image, "to be looked at again")
    assert (version, "the guideline has changed" in detail) == ("Weapons v2", True)


def test_what_was_said_of_a_copy_is_told_with_its_number(client, policy, ada, lena):
    first, copy = make.queued("a", policy), make.queued("b", policy)
    make.label_next(lena, policy, "low")
    Image.objects.filter(pk=copy.pk).update(group=first.group)
    copy.refresh_from_db()
    told = {(each.what, each.image_id) for each in image_history(copy)}
    assert {("arrived", first.pk), ("arrived", copy.pk), ("label", first.pk), ("decision", first.pk)} <= told
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    page = client.get(reverse("admin:labeling_image_change", args=[copy.pk])).content.decode()
    other = reverse("admin:labeling_image_change", args=[first.pk])
    assert f'<a href="{other}">image {first.pk}</a>' in page
    assert f">image {copy.pk}</a>" not in page.split('class="history"')[-1]


def test_a_match_of_copies_is_told_also_after_they_were_parted(policy, lena):
    first, copy = make.queued("a", policy), make.queued("b", policy)
    CopyMatchWithdrawal.objects.create(match=make.copy_match(copy, first), withdrawn_by=lena, cause="another picture")
    for image in (first, copy):
        assert lines(image, "found to be a copy", "no copy after all") == [
            ("found to be a copy", "", "tests", f"of image {first.pk}"),
            ("no copy after all", "", "lena", f"of image {first.pk}: another picture"),
        ]


def test_each_line_names_the_guideline_under_which_it_happened(policy, ada, lena):
    with clock.at(START):
        image = make.queued("a", policy)
    with clock.at(START + timedelta(days=1)):
        publish(policy, ada)
        make.label_next(lena, policy, "low")
        settled = make.adjudicated(image, policy, "safe", by=ada)
    with clock.at(START + timedelta(days=2)):
        AdjudicationWithdrawal.objects.create(adjudication=settled, withdrawn_by=ada, cause="undone")
    found = {(what, version) for what, version, _, _ in lines(image, "queued", "label", "decision", "adjudication")}
    assert found == {
        ("queued", "Weapons v1"),
        *((what, "Weapons v2") for what in ("label", "decision", "adjudication")),
    }
    assert lines(image, "adjudication taken back") == [
        ("adjudication taken back", "Weapons v2", "ada", "Safe: undone"),
    ]


def test_a_longer_history_takes_no_more_queries(policy, ada, lena):
    image = make.queued("a", policy)

    def happen(name):
        copy = make.copy_of(image, name)
        made = make.adjudicated(copy, policy, "safe", by=ada)
        withdraw_gold(gold=make_gold(adjudication=made, person=ada), person=ada)
        proposal = propose_exemplar(adjudication=made, person=ada)
        version = publish(policy, ada, proposals=[proposal])
        for each in rechecks.propose(version=version):
            rechecks.send(recheck=each, part="sample", person=ada)
        make.copy_match(copy, image)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            image_history(image)
        return len(captured)

    happen("b")
    happen("c")  # the first one had no decision for a re-check to touch
    before, length = queries(), len(image_history(image))
    for name in ("d", "e", "f"):
        happen(name)
    assert len(image_history(image)) > length
    assert queries() == before
