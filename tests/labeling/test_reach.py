"""How far undo reaches: the last ten images, one answered anew in the place of its newest answer."""

import uuid

import pytest

from labeling.selectors import reach
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import lease_entry
from labeling.services.undoing import OutOfReach, withdraw_label
from tests import factories as make
from tests.labeling.test_labels import lena, policy  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


def test_undo_reaches_the_last_ten_and_no_further(policy, lena):  # noqa: F811
    for n in range(reach.UNDO_REACH + 1):
        make.queued(f"{n}", policy)
    given = [make.label_next(lena, policy) for _ in range(reach.UNDO_REACH + 1)]
    with pytest.raises(OutOfReach):
        withdraw_label(person=lena, label_id=given[0].pk)
    assert withdraw_label(person=lena, label_id=given[1].pk)


def test_an_image_answered_anew_takes_one_place_within_reach(policy, lena):  # noqa: F811
    for n in range(reach.UNDO_REACH):
        make.queued(f"{n}", policy)
    given = [make.label_next(lena, policy) for _ in range(reach.UNDO_REACH)]
    for _ in range(3):
        entry = withdraw_label(person=lena, label_id=given[-1].pk)
        lease = lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4())
        given[-1] = submit_label(person=lena, assignment_id=lease.assignment_id, answer=Answer("unsure"))
    labels = reach.within_reach(person=lena, policy_id=policy.pk)
    assert set(labels) == set(given)
    assert withdraw_label(person=lena, label_id=given[0].pk)


def test_what_is_out_of_reach_stays_so_whatever_is_taken_back(policy, lena):  # noqa: F811
    for n in range(reach.UNDO_REACH + 1):
        make.queued(f"{n}", policy)
    first, *given = [make.label_next(lena, policy) for _ in range(reach.UNDO_REACH + 1)]
    for label in given:
        withdraw_label(person=lena, label_id=label.pk)
    assert not reach.within_reach(person=lena, policy_id=policy.pk).exists()
    with pytest.raises(OutOfReach):
        withdraw_label(person=lena, label_id=first.pk)
