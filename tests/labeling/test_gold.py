"""Gold: what may become it, how it is given out and withdrawn, and when a person learns of their misses."""

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from labeling.models import AdjudicationWithdrawal, Gold, GoldWithdrawal, Image, QueueEntry
from labeling.selectors.cases import read_case
from labeling.selectors.gold import GOLD_BATCH, gold_results, gold_share, standing_gold
from labeling.selectors.reach import UNDO_REACH
from labeling.services.gold import CannotBeGold, make_gold, withdraw_gold
from labeling.services.queueing import settle
from labeling.services.undoing import withdraw_label
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


@pytest.fixture
def settled(policy, ada):
    return make.adjudicated(make.queued("a", policy), policy, "safe", by=ada)


def test_made_twice_it_is_made_once(settled, ada):
    assert make_gold(adjudication=settled, person=ada) == make_gold(adjudication=settled, person=ada)
    assert standing_gold().get().made_by == ada


def test_an_erased_image_cannot_be_gold(settled, ada):
    Image.objects.update(erased_at=START)
    settled.image.refresh_from_db()
    with pytest.raises(CannotBeGold, match="erased"):
        make_gold(adjudication=settled, person=ada)


def test_nor_a_truth_from_outside_which_explains_no_miss(policy, ada):
    truth = make.adjudicated(make.queued("a", policy), policy, "safe", by=ada, cause="")
    with pytest.raises(CannotBeGold, match="without a reason"):
        make_gold(adjudication=truth, person=ada)


def test_nor_what_was_taken_back_or_settled_anew(policy, settled, ada):
    AdjudicationWithdrawal.objects.create(adjudication=settled, cause="undone")
    with pytest.raises(CannotBeGold, match="taken back"):
        make_gold(adjudication=settled, person=ada)
    former = make.adjudicated(make.queued("b", policy), policy, "safe", by=ada)
    make.adjudicated(former.image, policy, "low", by=ada)
    with pytest.raises(CannotBeGold, match="Another decision"):
        make_gold(adjudication=former, person=ada)


def gold_entry(gold, lena, state="open"):
    adjudication = gold.adjudication
    return QueueEntry.objects.create(
        image=adjudication.image, policy=adjudication.policy, purpose="gold", why="gold", reserved_for=lena,
        priority=0.5, strategy="random", state=state,
    )  # fmt: skip


def test_withdrawn_nobody_is_asked_about_it_any_more_and_it_stays_withdrawn(settled, ada, lena):
    gold = make_gold(adjudication=settled, person=ada)
    entry = gold_entry(gold, lena)
    assert withdraw_gold(gold=gold, person=ada) == withdraw_gold(gold=gold, person=ada)
    entry.refresh_from_db()
    assert entry.state == "void"
    assert make.label_next(lena, settled.policy) is None
    assert not standing_gold().exists()
    with pytest.raises(CannotBeGold, match="withdrawn"):
        make_gold(adjudication=settled, person=ada)


def test_gold_falls_with_its_adjudication(settled, ada):
    make_gold(adjudication=settled, person=ada)
    make.adjudicated(settled.image, settled.policy, "low", by=ada)
    assert not standing_gold().exists()


def settled_anew_on_a_copy(settled, ada):
    copy = make.copy_of(settled.image, "copy")
    return make.adjudicated(copy, settled.policy, "harmful", by=ada)


def test_settled_anew_on_a_copy_it_is_asked_of_nobody_from_that_moment(settled, ada, lena):
    entry = gold_entry(make_gold(adjudication=settled, person=ada), lena)
    settled_anew_on_a_copy(settled, ada)
    entry.refresh_from_db()
    assert entry.state == "void"
    assert make.label_next(lena, settled.policy) is None
    assert not standing_gold().exists()


def test_nor_is_it_when_the_adjudication_is_taken_back(settled, ada, lena):
    entry = gold_entry(make_gold(adjudication=settled, person=ada), lena)
    AdjudicationWithdrawal.objects.create(adjudication=settled, cause="undone")
    settle(read_case(image_id=settled.image_id, policy_id=settled.policy_id))
    entry.refresh_from_db()
    assert entry.state == "void"
    assert not standing_gold().exists()


def test_it_does_not_come_back_when_what_overruled_it_is_taken_back(settled, ada):
    make_gold(adjudication=settled, person=ada)
    later = settled_anew_on_a_copy(settled, ada)
    AdjudicationWithdrawal.objects.create(adjudication=later, cause="undone")
    settle(read_case(image_id=settled.image_id, policy_id=settled.policy_id))
    assert not standing_gold().exists()  # the image is in doubt: an adjudicator is asked once more


def test_an_answer_that_is_taken_back_is_not_asked_anew_once_it_is_gold_no_more(settled, ada, lena):
    entry = gold_entry(make_gold(adjudication=settled, person=ada), lena)
    label = make.label_next(lena, settled.policy)
    settled_anew_on_a_copy(settled, ada)
    assert withdraw_label(person=lena, label_id=label.pk) is None
    entry.refresh_from_db()
    assert entry.state == "void"


def test_other_gold_is_asked_as_before(settled, ada, lena):
    other = make.adjudicated(make.queued("b", settled.policy), settled.policy, "safe", by=ada)
    entry = gold_entry(make_gold(adjudication=other, person=ada), lena)
    make_gold(adjudication=settled, person=ada)
    settled_anew_on_a_copy(settled, ada)
    entry.refresh_from_db()
    assert (entry.state, standing_gold().get().adjudication) == ("open", other)


def test_an_answer_to_gold_changes_no_decision(settled, ada, lena):
    gold_entry(make_gold(adjudication=settled, person=ada), lena)
    label = make.label_next(lena, settled.policy, "harmful")
    assert label.purpose == "gold"
    assert settled.image.decisions.get(withdrawal=None).category.key == "safe"
    assert not make.open_entries(settled.policy).exists()


@pytest.fixture
def answer_gold(policy, ada, lena):
    """Answer gold, all of it safe, by these keys; then, with `reach`, give as many other answers as undo reaches."""

    def run(*keys, reach=True):
        labels = []
        for key in keys:
            name = f"gold {QueueEntry.objects.count()}"
            adjudication = make.adjudicated(make.queued(name, policy), policy, "safe", by=ada)
            gold_entry(make_gold(adjudication=adjudication, person=ada), lena)
            labels.append(make.label_next(lena, policy, key))
        for number in range(UNDO_REACH if reach else 0):
            make.queued(f"other {number} {QueueEntry.objects.count()}", policy)
            make.label_next(lena, policy)
        return labels

    return run


def test_misses_are_told_when_a_batch_is_complete(answer_gold, lena):
    miss, *_ = answer_gold("harmful", *["safe"] * (GOLD_BATCH - 2))
    assert gold_results(lena) == []
    answer_gold("safe")
    [batch] = gold_results(lena)
    assert (batch.number, batch.counted, batch.policy) == (1, GOLD_BATCH, miss.policy)
    [told] = batch.misses
    assert told.label == miss
    assert (told.right.category.key, told.reason) == ("safe", "It is safe because.")


def test_nobody_learns_of_a_miss_while_it_can_be_taken_back(answer_gold, lena):
    labels = answer_gold("harmful", *["safe"] * (GOLD_BATCH - 1), reach=False)
    assert gold_results(lena) == []
    withdraw_label(person=lena, label_id=labels[0].pk)
    answer_gold()
    assert gold_results(lena) == []  # one answer short


def test_a_batch_that_was_told_stays_as_it_was(answer_gold, lena):
    answer_gold(*["harmful"] * GOLD_BATCH)
    first = gold_results(lena)
    answer_gold(*["safe"] * (GOLD_BATCH - 1))
    assert gold_results(lena) == first
    answer_gold("unsure")
    assert [(batch.number, len(batch.misses)) for batch in gold_results(lena)] == [(2, 1), (1, GOLD_BATCH)]
    assert [batch.number for batch in gold_results(lena, most=1)] == [2]


def test_withdrawn_gold_and_cannot_judge_count_for_and_against_nobody(answer_gold, ada, lena):
    wrong, *_ = answer_gold("harmful", "cannot_judge", *["safe"] * (GOLD_BATCH - 2))
    withdraw_gold(gold=Gold.objects.get(adjudication__image=wrong.image), person=ada)
    [batch] = gold_results(lena)
    assert (batch.counted, batch.misses) == (GOLD_BATCH - 2, ())


def test_overruled_gold_counts_for_and_against_nobody(answer_gold, ada, lena):
    missed, on_a_copy, *_ = answer_gold("harmful", "harmful", *["safe"] * (GOLD_BATCH - 2))
    assert (gold_share(lena.pk, missed.policy).hits, len(gold_results(lena)[0].misses)) == (GOLD_BATCH - 2, 2)
    make.adjudicated(missed.image, missed.policy, "low", by=ada)
    make.adjudicated(make.copy_of(on_a_copy.image, "copy"), missed.policy, "harmful", by=ada)
    [batch] = gold_results(lena)
    assert (batch.counted, batch.misses) == (GOLD_BATCH - 2, ())
    assert gold_share(lena.pk, missed.policy).n == GOLD_BATCH - 2


def test_others_see_nothing_of_it(answer_gold):
    answer_gold(*["harmful"] * GOLD_BATCH)
    assert gold_results(make.person("omar", "labeler")) == []


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def act(client, model, action, *rows):
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:labeling_{model}_changelist"), sent, follow=True).content.decode()


def test_admins_make_and_withdraw_gold(admin, policy, settled, ada):
    truth = make.adjudicated(make.queued("b", policy), policy, "safe", by=ada, cause="")
    page = act(admin, "adjudication", "make_gold", settled, truth)
    assert "1 image is gold." in page
    assert f"Image {truth.image_id} cannot be gold." in page
    gold = Gold.objects.get()
    listed = admin.get(reverse("admin:labeling_gold_changelist"), {"q": settled.image_id})
    assert list(listed.context["cl"].result_list) == [gold]
    assert 'alt="True"' in admin.get(reverse("admin:labeling_gold_changelist")).content.decode()
    assert "It is safe because." in admin.get(reverse("admin:labeling_gold_change", args=[gold.pk])).content.decode()
    assert "1 image is gold no more." in act(admin, "gold", "withdraw", gold)
    assert GoldWithdrawal.objects.get(withdrawn_by__username="admin").gold == gold


def test_the_list_says_which_gold_was_overruled(admin, settled, ada):
    make_gold(adjudication=settled, person=ada)
    make.adjudicated(settled.image, settled.policy, "low", by=ada)
    page = admin.get(reverse("admin:labeling_gold_changelist")).content.decode()
    assert 'alt="False"' in page
    assert 'alt="True"' not in page


def test_who_may_only_look_makes_none(client, settled):
    from django.contrib.auth.models import Permission

    viewer = make.person("viewer", is_staff=True)
    viewer.user_permissions.add(*Permission.objects.filter(codename__in=["view_adjudication", "view_gold"]))
    client.force_login(viewer, backend="labeling.access.RoleBackend")
    act(client, "adjudication", "make_gold", settled)
    assert not Gold.objects.exists()
