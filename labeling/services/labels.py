"""Labels: given once, however often they are sent."""

import uuid
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from labeling import clock
from labeling.help import Used, milliseconds, offer, record
from labeling.models import Assignment, Category, Label, Person, PolicyVersion, QueueEntry
from labeling.selectors.cases import Case, read_case
from labeling.selectors.changes import Due, due, version_known
from labeling.selectors.exposure import PAUSE
from labeling.selectors.given import OPINION_PURPOSES
from labeling.selectors.helping import arm_for
from labeling.services import queueing

# Nobody looks at one image, or has help open beside it, for longer.
LONGEST_LOOK = timedelta(days=1)


class LabelError(Exception):
    """The label cannot be taken; the message is for the person."""


class AlreadyLabeled(LabelError):
    """Another answer to this very showing is stored already, from a second window."""


class InvalidAnswer(LabelError):
    """The answer is none that this policy knows."""


@dataclass(frozen=True)
class Answer:
    """What the person said, and when: `looked` at the image so long, then pressed a key `ago`.

    `category` is a key of the policy, for the verdict "category" only; `reason` is for "cannot_judge" only. `used` is
    what the page says was opened meanwhile.
    """

    verdict: str
    category: str = ""
    reason: str = ""
    looked: timedelta = timedelta()
    ago: timedelta = timedelta()
    used: Used = field(default_factory=Used)


# The group is locked, the rest is read. Written by hand because every label begins with it.
_SHOWING = """
SELECT a.id, a.leased_at, a.ended_at, e.id, e.purpose, e.image_id, e.policy_id, g.id, p.help_mode, c.id, c.action
FROM labeling_assignment a
JOIN labeling_queueentry e ON e.id = a.entry_id
JOIN labeling_policy p ON p.id = e.policy_id
JOIN labeling_image i ON i.id = e.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
LEFT JOIN labeling_category c ON c.policy_id = e.policy_id AND c.key = %s
WHERE a.id = %s AND a.labeler_id = %s
FOR NO KEY UPDATE OF g
"""


class _Showing(NamedTuple):
    """An assignment and what was asked under it."""

    assignment_id: uuid.UUID
    leased_at: datetime
    ended_at: datetime | None
    entry_id: int
    purpose: str
    image_id: int
    policy_id: int
    group_id: int
    help_mode: str
    category_id: int | None  # of the answer's key
    action: str | None  # of that category

    @property
    def is_opinion(self) -> bool:
        return self.purpose in OPINION_PURPOSES


class Given(NamedTuple):
    """A stored answer, and what changed in the rule that the person has not read yet."""

    label: Label
    due: Due | None


def submit_label(*, person: Person, assignment_id: uuid.UUID, answer: Answer) -> Label:
    """Store the answer to an assignment, as `take_answer` does."""
    return take_answer(person=person, assignment_id=assignment_id, answer=answer).label


@transaction.atomic
def take_answer(*, person: Person, assignment_id: uuid.UUID, answer: Answer) -> Given:
    """Store the answer to an assignment; sent again, it is still one label.

    An expired or returned lease still brings its label home: a label that a person gave is never lost. Raises
    `Assignment.DoesNotExist` for somebody else's, `AlreadyLabeled` if this showing has another answer, and
    `InvalidAnswer` for one that the policy does not know.
    """
    showing, case = _locked(person, assignment_id, answer)
    _check(showing, answer)
    unread = due(person, showing.policy_id)
    if stored := _stored(person, showing, case):
        return Given(_same(stored, showing, answer), unread)
    label = _record(person, showing, case, answer, unread)
    if showing.purpose != QueueEntry.Purpose.ADJUDICATION:  # that ends when the adjudicator settles it
        _close(showing)
    if showing.is_opinion:
        queueing.settle(case.with_label(label, closed_entry_id=showing.entry_id))
    return Given(label, unread)


def _locked(person: Person, assignment_id: uuid.UUID, answer: Answer) -> tuple[_Showing, Case]:
    """Lock the copy group and read its case; again where the group was joined with another meanwhile."""
    while True:
        showing = _lock_showing(person, assignment_id, answer)
        case = read_case(image_id=showing.image_id, policy_id=showing.policy_id)
        if case.group_id == showing.group_id:
            return showing, case


def _lock_showing(person: Person, assignment_id: uuid.UUID, answer: Answer) -> _Showing:
    with connection.cursor() as cursor:
        cursor.execute(_SHOWING, [answer.category, assignment_id, person.pk])
        row = cursor.fetchone()
    if row is None:
        raise Assignment.DoesNotExist
    return _Showing(*row)


def _check(showing: _Showing, answer: Answer) -> None:
    """Refuse what the table's constraint would refuse, with words for the person."""
    known: dict[str, bool] = {
        Label.Verdict.CATEGORY: showing.category_id is not None,
        Label.Verdict.UNSURE: not answer.category,
        Label.Verdict.CANNOT_JUDGE: not answer.category and answer.reason in Label.Reason.values,
    }
    if not known.get(answer.verdict) or (answer.reason and answer.verdict != Label.Verdict.CANNOT_JUDGE):
        raise InvalidAnswer(
            _("This policy does not know that answer. Reload the page: its categories may have changed.")
        )


def _stored(person: Person, showing: _Showing, case: Case) -> Label | None:
    """Return what already answers this showing: its own label, or the person's standing opinion on the image.

    The second comes from two windows, or from a lease that ran out and came again: one person is one opinion.
    """
    for label in case.labels:
        own = label.assignment_id == str(showing.assignment_id)
        standing = showing.is_opinion and label.is_opinion and label.standing and label.labeler_id == person.pk
        if own or (standing and label.image_id == showing.image_id):
            return Label.objects.select_related("category").get(pk=label.id)
    return None


def _same(stored: Label, showing: _Showing, answer: Answer) -> Label:
    if (stored.verdict, stored.category_id) != (answer.verdict, showing.category_id):
        said = stored.category or stored.get_verdict_display()
        raise AlreadyLabeled(_("You have answered this image already, in another window: %(said)s.") % {"said": said})
    return stored


def _record(person: Person, showing: _Showing, case: Case, answer: Answer, unread: Due | None) -> Label:
    now = clock.now()
    # The person's clock is not trusted beyond the time of the lease.
    decided = max(now - max(answer.ago, timedelta()), showing.leased_at)
    shown = max(decided - max(answer.looked, timedelta()), showing.leased_at)
    longest = min(decided - showing.leased_at, LONGEST_LOOK)
    used = replace(answer.used, away=min(answer.used.away, decided - shown))
    asked = (person.pk, showing.purpose, showing.image_id)
    before = [label for label in case.labels if (label.labeler_id, label.purpose, label.image_id) == asked]
    return Label.objects.create(
        assignment_id=showing.assignment_id,
        image_id=showing.image_id,
        labeler=person,
        policy_id=showing.policy_id,
        policy_version_id=_version_of(person, showing, case, shown, unread),
        purpose=showing.purpose,
        round=len(before) + 1,
        verdict=answer.verdict,
        category_id=showing.category_id,
        reason=answer.reason,
        shown_at=shown,
        decided_at=decided,
        recorded_at=now,
        help=_help(person, showing, case, used, longest=longest),
        exposure_ms=_exposure_ms(person, showing, used, looked=decided - shown - used.away, longest=longest),
    )


def _help(person: Person, showing: _Showing, case: Case, used: Used, *, longest: timedelta) -> dict[str, Any]:
    """Return what was offered and opened, and the active model's answer, so that the two can be compared for ever."""
    drawn = arm_for(group_id=showing.group_id, person_id=person.pk, policy_id=showing.policy_id)
    answered_before = any(label.labeler_id == person.pk for label in case.labels)
    stored = record(offer(showing.help_mode, drawn), used, longest=longest, answered_before=answered_before)
    return stored | ({"model": case.model_answer._asdict()} if case.model_answer else {})


def _exposure_ms(person: Person, showing: _Showing, used: Used, *, looked: timedelta, longest: timedelta) -> int:
    """Return how long harmful pixels were seen as they are: of this image, if the answer blocks it, and of others.

    Neither counts for longer than a pause: the page cannot see that somebody went to lunch in front of it.
    """
    longest = min(longest, PAUSE)
    unsaid = looked if person.softening == Person.Softening.NONE else timedelta()
    plain = unsaid if used.plain is None else used.plain
    own = min(plain, longest) if showing.action == Category.Action.BLOCK else timedelta()
    return milliseconds(own) + milliseconds(min(used.harm, longest))


def _version_of(person: Person, showing: _Showing, case: Case, shown: datetime, unread: Due | None) -> int:
    """Return the guideline by which the person answers; nearly always the latest.

    Who has not read yet what changed goes by what they knew. Adjudicators have the guideline before them.
    """
    if unread and unread.is_unread(shown) and showing.purpose != QueueEntry.Purpose.ADJUDICATION:
        return version_known(person, unread, shown).pk
    if case.published_at <= shown:
        return case.policy_version_id
    earlier = PolicyVersion.objects.filter(policy_id=case.policy_id, published_at__lte=shown).first()
    return earlier.pk if earlier else case.policy_version_id


def _close(showing: _Showing) -> None:
    """End the entry and the lease, unless they have ended already. Locks in the order entry, assignment."""
    QueueEntry.objects.filter(pk=showing.entry_id, state=QueueEntry.State.OPEN).update(
        state=QueueEntry.State.DONE, leased_until=None
    )
    if showing.ended_at is None:
        Assignment.objects.filter(pk=showing.assignment_id, ended_at=None).update(
            ended_at=clock.now(), outcome=Assignment.Outcome.LABELED
        )
