"""The adjudicator's screen: who may see it, and what it tells before and after their own answer."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from labeling import clock
from labeling.access import neighbour_token, precedent_token
from labeling.models import Adjudication, CopyMatchWithdrawal, ExemplarProposal, Gold, Label
from labeling.services import copies, leases
from tests import factories as make

pytestmark = pytest.mark.django_db
VOTES = ("Looked", "lena", "omar", "Person 1", "disagree")


@pytest.fixture
def policy():
    policy = make.policy(slice_opinions=2)
    make.queued("disputed", policy)
    make.label_next(make.person("lena", "labeler"), policy, "safe")
    make.label_next(make.person("omar", "labeler"), policy, "harmful")
    return policy


@pytest.fixture
def ada(client):
    ada = make.person("ada", "adjudicator")
    client.force_login(ada)
    return ada


def page(client, policy):
    return client.get(reverse("adjudicate", args=[policy.slug]))


def judge(client, policy, answer="category:harmful"):
    case = page(client, policy).context["case"]
    client.post(reverse("adjudicate_judge", args=[policy.slug]), {"assignment": case.pk, "answer": answer})
    return case


def settle(client, policy, case, **more):
    said = {"assignment": case.pk, "category": "harmful", "cause": "gap", "reason": "Held is harmful."} | more
    return client.post(reverse("adjudicate_settle", args=[policy.slug]), said, follow=True)


@pytest.mark.parametrize("role", ["labeler", "admin"])
def test_it_is_for_adjudicators_only(client, policy, role):
    client.force_login(make.person("somebody", role))
    assert page(client, policy).status_code == 403
    for name in ("judge", "settle", "undo", "leave"):
        assert client.post(reverse(f"adjudicate_{name}", args=[policy.slug])).status_code == 403


def test_before_the_own_answer_it_tells_nothing_of_what_others_said(client, policy, ada):
    text = page(client, policy).content.decode()
    assert not [word for word in VOTES if word in text]
    assert "settle" not in text.replace("The image to settle", "").replace("adjudicate", "")


def test_after_it_the_answers_without_names(client, policy, ada):
    judge(client, policy)
    text = page(client, policy).content.decode()
    assert "Person 1" in text
    assert "Person 2" in text
    assert "lena" not in text
    assert "omar" not in text


def test_the_first_page_says_whether_a_case_waits(client, policy, ada):
    assert "Nothing waits" not in client.get(reverse("home")).content.decode()
    settle(client, policy, judge(client, policy))
    assert "Nothing waits" in client.get(reverse("home")).content.decode()


def test_with_names_where_the_policy_shows_them(client, policy, ada):
    policy.names_shown = True
    policy.save()
    judge(client, policy)
    text = page(client, policy).content.decode()
    assert "lena" in text
    assert "omar" in text


def test_settled_with_an_exemplar_and_gold_the_next_case_comes(client, policy, ada):
    case = judge(client, policy)
    answer = settle(client, policy, case, exemplar="on", gold="on")
    assert "Settled: Harmful (guideline gap)." in answer.content.decode()
    assert "No case waits for you" in answer.content.decode()
    made = Adjudication.objects.get()
    assert ExemplarProposal.objects.get().adjudication == made
    assert Gold.objects.get().adjudication == made


def test_what_lacks_a_reason_is_said_and_stored_not(client, policy, ada):
    case = judge(client, policy)
    assert "Write the reason" in settle(client, policy, case, reason="").content.decode()
    assert not Adjudication.objects.exists()


def test_a_case_of_somebody_else_does_not_exist(client, policy, ada):
    case = judge(client, policy)
    client.force_login(make.person("otto", "adjudicator"))
    assert settle(client, policy, case).status_code == 404
    assert client.get(reverse("precedent", args=[case.pk, "x"])).status_code == 404
    assert client.get(reverse("picture", args=[case.pk])).status_code == 404


def test_undo_brings_the_case_back(client, policy, ada):
    settle(client, policy, judge(client, policy))
    client.post(reverse("adjudicate_undo", args=[policy.slug]))
    assert page(client, policy).context["case"] is not None
    answer = client.post(reverse("adjudicate_undo", args=[policy.slug]), follow=True)
    assert "nothing to take back" in answer.content.decode()


def test_similar_settled_images_are_shown_after_the_own_answer_with_their_reasons(client, policy, ada):
    case = page(client, policy).context["case"]
    before = make.image("before")
    make.queue_image(image=before, policy=policy)
    for image in (case.entry.image, before):
        make.embedding(image, (1.0, 0.1))
    make.adjudicated(before, policy, "low", by=ada)
    assert "It is low because." not in page(client, policy).content.decode()
    token = precedent_token(case, before.pk)
    assert client.get(reverse("precedent", args=[case.pk, token])).status_code == 404
    judge(client, policy)
    assert "It is low because." in page(client, policy).content.decode()
    assert client.get(reverse("precedent", args=[case.pk, token])).status_code == 410  # its bytes are nowhere
    other = precedent_token(case, case.entry.image_id)
    assert client.get(reverse("precedent", args=[case.pk, other])).status_code == 404  # it is settled by nobody


def test_the_first_page_leads_adjudicators_there(client, policy, ada):
    text = client.get(reverse("home")).content.decode()
    assert reverse("adjudicate", args=[policy.slug]) in text
    client.force_login(make.person("nina", "labeler"))
    assert reverse("adjudicate", args=[policy.slug]) not in client.get(reverse("home")).content.decode()


AIDS = [("similar", ()), ("caption", ()), ("heatmap", ("harmful",))]


@pytest.mark.parametrize(("aid", "more"), AIDS)
def test_help_comes_after_the_own_answer_and_never_before(client, policy, ada, aid, more):
    case = page(client, policy).context["case"]
    address = reverse(aid, args=[case.pk, *more])
    assert address not in page(client, policy).content.decode()
    refused = client.get(address)
    assert (refused.status_code, refused.content.decode()) == (404, "Your own answer first.")
    judge(client, policy)
    assert client.get(address).content.decode() != "Your own answer first."
    client.force_login(make.person("otto", "adjudicator"))
    assert client.get(address).status_code == 404


def test_the_similar_images_beside_a_case_can_be_seen(client, policy, ada):
    case = judge(client, policy)
    near = make.image("near")
    make.embedding(case.entry.image, (1.0, 0.0))
    make.embedding(near, (1.0, 0.1))
    make.decided(near, policy, "safe")
    strip = client.get(reverse("similar", args=[case.pk]), headers={"HX-Request": "true"}).content.decode()
    token = neighbour_token(case, near.pk)
    assert strip.count("<li>") == 1
    # Allowed, but the tests' picture has no bytes.
    assert client.get(reverse("neighbour_thumb", args=[case.pk, token])).content.decode() != "Your own answer first."


def test_an_answer_that_comes_after_the_lease_was_swept_is_kept(client, policy, ada):
    case = page(client, policy).context["case"]
    with clock.at(timezone.now() + timedelta(hours=1)):
        leases.expire_leases()
    client.post(reverse("adjudicate_judge", args=[policy.slug]), {"assignment": case.pk, "answer": "category:harmful"})
    assert Label.objects.get(labeler=ada).category.key == "harmful"
    assert page(client, policy).context["blind"].category.key == "harmful"  # under the new lease, not asked again


def test_what_cannot_be_an_exemplar_is_said_and_leaves_the_image_settled(client, policy, ada):
    policy.categories.filter(key="harmful").update(restricted=True)
    case = judge(client, policy)
    text = settle(client, policy, case, exemplar="on", gold="on").content.decode()
    assert "Settled: Harmful (guideline gap)." in text
    assert "never shown as exemplars" in text
    assert Gold.objects.get().adjudication == Adjudication.objects.get()


def test_copies_are_shown_beside_the_case_and_can_be_parted(client, policy, ada):
    case = page(client, policy).context["case"]
    copy = make.queued("copy", policy)
    match = make.copy_match(copy, case.entry.image)
    copies.join(match)
    part = {"assignment": case.pk, "match": match.pk}
    client.post(reverse("adjudicate_part", args=[policy.slug]), part)
    assert not CopyMatchWithdrawal.objects.exists()  # not before the own answer
    judge(client, policy)
    seen = page(client, policy)
    [(token, found)] = seen.context["copies"]
    assert (found.image_id, found.joined) == (copy.pk, True)
    assert reverse("precedent", args=[case.pk, token]) in seen.content.decode()
    answer = client.post(reverse("adjudicate_part", args=[policy.slug]), part, follow=True)
    assert "two pictures from now on" in answer.content.decode()
    assert CopyMatchWithdrawal.objects.get().withdrawn_by == ada
    assert page(client, policy).context["copies"] == []


def test_a_match_of_other_images_cannot_be_parted_from_a_case(client, policy, ada):
    case = judge(client, policy)
    one, other = make.image("one"), make.image("other")
    match = make.copy_match(other, one)
    for sent in (match.pk, "x", ""):
        answer = client.post(reverse("adjudicate_part", args=[policy.slug]), {"assignment": case.pk, "match": sent})
        assert answer.status_code == 404
    assert not CopyMatchWithdrawal.objects.exists()
