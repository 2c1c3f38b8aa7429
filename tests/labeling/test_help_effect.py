"""Which labels are compared: first answers of real people, on the slice where several decided, each in its arm."""

import uuid
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from labeling import clock, help
from labeling.effect import Measure
from labeling.help import Used
from labeling.models import Adjudication, Label, PeopleDecision, QueueEntry
from labeling.selectors.answers import Which, read_answers
from labeling.selectors.help_effect import help_effect
from labeling.services import copies
from labeling.services.labels import Answer, submit_label
from labeling.services.leases import lease_entry
from labeling.services.repeats import ask_again
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db
START = timezone.now()


@pytest.fixture
def policy():
    return make.policy(required_opinions=2, slice_opinions=2)


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


def say(who, image, policy, key="safe", *, seconds=2.0, away=0.0, at=START, arm="with", entry=None, **opened):
    """An answer of a person who sees the image at a moment, in this arm."""
    entry = entry or make.open_entries(policy).exclude(purpose="adjudication").get(image=image)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(help, "WITHOUT_SHARE", float(arm == "without"))
        with clock.at(at):
            lease = lease_entry(person=who, entry_id=entry.pk, page=uuid.uuid4())
        times = {aid: timedelta(seconds=time) for aid, time in opened.items()}
        used = Used(opened=times, away=timedelta(seconds=away))
        category = "" if key == "unsure" else key
        verdict = "category" if category else "unsure"
        answer = Answer(verdict, category, looked=timedelta(seconds=seconds), used=used)
        with clock.at(at + timedelta(seconds=seconds)):
            return submit_label(person=who, assignment_id=lease.assignment_id, answer=answer)


def adjudicate(image, policy, key):
    """What an adjudicator's answer leaves behind."""
    about = {"image": image, "policy": policy, "policy_version": policy.versions.get()}
    about |= {"category": make.category(policy, key)}
    ada = make.person(f"ada {image.pk}", "adjudicator")
    case = Adjudication.objects.create(**about, adjudicator=ada, cause="slip", reason="Tests.")
    PeopleDecision.objects.create(**about, opinions=0, adjudication=case)
    QueueEntry.objects.filter(image=image, purpose="adjudication").update(state="done")


def found(policy, measure, **options):
    effect = help_effect(policy, **options)
    return next(each for each in effect.comparisons if each.measure == measure)


def counts(policy, measure):
    """(n, hits) with help, and without."""
    each = found(policy, measure)
    return [(arm.n, round(arm.n * arm.value)) for arm in (each.with_help, each.without)]


def test_answers_are_compared_with_what_several_or_an_adjudicator_decided(policy, lena, omar):
    agreed, disputed, single = (make.queued(name, policy) for name in "abc")
    for image, key in ((agreed, "safe"), (disputed, "harmful"), (single, "low")):
        say(lena, image, policy, key, arm="without")
    say(omar, agreed, policy, "safe")
    say(omar, disputed, policy, "low")
    assert counts(policy, Measure.ACCURACY) == [(1, 1), (1, 1)]
    assert found(policy, Measure.ACCURACY).waiting == 2
    adjudicate(disputed, policy, "low")
    assert counts(policy, Measure.ACCURACY) == [(2, 2), (2, 1)]
    assert found(policy, Measure.ACCURACY).waiting == 0
    assert counts(policy, Measure.AGREEMENT) == [(0, 0), (2, 1)]
    assert counts(policy, Measure.NAMED) == [(2, 2), (3, 3)]


def test_outside_the_slice_and_on_one_opinion_nothing_counts_for_accuracy(lena, omar):
    outside = make.policy("outside", slice_share=1e-9, required_opinions=2, slice_opinions=2)
    image = make.queued("a", outside)
    say(lena, image, outside)
    say(omar, image, outside)
    single = make.policy("single")
    say(lena, make.queued("b", single), single)
    for policy in (outside, single):
        assert PeopleDecision.objects.filter(policy=policy).exists()
        assert counts(policy, Measure.ACCURACY) == [(0, 0), (0, 0)]


def test_first_answers_count_even_if_they_were_taken_back_and_later_ones_never(policy, lena, omar):
    image = make.queued("a", policy)
    first = say(lena, image, policy, "harmful")
    withdraw_label(person=lena, label_id=first.pk)
    say(lena, image, policy, "safe")
    second = say(omar, image, policy, "safe", arm="without")
    say(omar, image, policy, "low", entry=ask_again(label=second))
    assert Label.objects.count() == 4
    assert counts(policy, Measure.ACCURACY) == [(1, 0), (1, 1)]
    assert help_effect(policy).n == 2


def test_taken_back_as_a_first_opinion_and_given_as_a_second_it_is_no_first_answer(policy, lena, omar):
    image = make.queued("a", policy)
    first = say(lena, image, policy, "harmful")
    withdraw_label(person=lena, label_id=first.pk)
    say(omar, image, policy, "safe")
    again = say(lena, image, policy, "safe")
    assert (again.purpose, again.round) == ("second", 1)
    assert help_effect(policy).n == 2


def test_blind_answers_are_in_no_arm(policy, lena):
    policy.help_mode = "blind"
    policy.save()
    say(lena, make.queued("a", policy), policy)
    policy.help_mode = "always"
    policy.save()
    say(lena, make.queued("b", policy), policy)
    assert help_effect(policy).n == 1


def test_the_model_is_the_one_of_then_and_for_older_labels_the_one_of_now(policy, lena, omar):
    old, image = make.queued("old", policy), make.queued("new", policy)
    for who in (lena, omar):
        say(who, old, policy, "low", arm="without")
    then = make.classifier(policy, "then")
    make.prediction(image, then, [0.1, 0.2, 0.7])
    for who, key in ((lena, "harmful"), (omar, "low")):
        say(who, image, policy, key)
    adjudicate(image, policy, "low")
    then.state = "retired"
    then.save()
    now = make.classifier(policy, "now")
    for each, probabilities in ((old, [0.7, 0.2, 0.1]), (image, [0.1, 0.8, 0.1])):
        make.prediction(each, now, probabilities)
    assert counts(policy, Measure.MODEL) == [(2, 1), (2, 0)]


def test_real_people_alone_count_where_there_are_any(policy, lena, django_assert_num_queries):
    simulated = make.person("sim", "labeler", simulated=True)
    say(simulated, make.queued("a", policy), policy)
    only = help_effect(policy)
    assert (only.simulated, only.both, only.n) == (True, False, 1)
    for name in "bc":
        say(lena, make.queued(name, policy), policy)
    with django_assert_num_queries(4):
        real = help_effect(policy)
    assert (real.simulated, real.both, real.n) == (False, True, 2)
    assert (help_effect(policy, simulated=True).simulated, help_effect(policy, simulated=True).n) == (True, 1)


def test_a_policy_without_labels_has_no_numbers(policy):
    effect = help_effect(policy, simulated=True)
    assert (effect.simulated, effect.n, effect.pace.per_hour, effect.two_steps.n) == (False, 0, None, 0)


def test_only_the_latest_labels_are_read(policy, lena, monkeypatch):
    for name in "abc":
        say(lena, make.queued(name, policy), policy)
    monkeypatch.setattr("labeling.selectors.help_effect.LATEST", 2)
    assert help_effect(policy).n == 2


def test_two_steps_and_openings_count_where_help_was_offered_on_asking(policy, lena):
    opened = [{}, {"guideline": 4.0}, {"heatmap": 1.0}, {"heatmap": 3.0, "similar": 5.0}]
    for number, each in enumerate(opened):
        say(lena, make.queued(f"{number}", policy), policy, seconds=10, **each)
    say(lena, make.queued("without", policy), policy, arm="without", seconds=10, guideline=2.0)
    effect = help_effect(policy)
    assert (effect.two_steps.hits, effect.two_steps.n) == (2, 4)
    found = {each.aid: (each.share.hits, each.share.n, each.seconds) for each in effect.openings}
    assert found == {"caption": (0, 4, 0), "heatmap": (2, 4, 2.0), "similar": (1, 4, 5.0), "guideline": (2, 5, 3.0)}


def test_pauses_are_no_work(policy, lena, omar):
    moments = [0, 10, 40, 40 + 301, 40 + 331]
    for number, moment in enumerate(moments):
        say(lena, make.queued(f"{number}", policy), policy, at=START + timedelta(seconds=moment), seconds=1)
    say(omar, make.queued("omar's", policy), policy, at=START + timedelta(seconds=5), seconds=1)
    pace = help_effect(policy).pace
    assert (pace.labels, pace.hours * 3600) == (3, pytest.approx(70))
    assert pace.per_hour == pytest.approx(3 / 70 * 3600)


def test_repeats_gold_and_an_adjudicators_blind_answers_are_no_pace(policy, lena, omar):
    def at(seconds):
        return {"at": START + timedelta(seconds=seconds), "seconds": 1}

    first = say(lena, make.queued("a", policy), policy, "safe", **at(0))
    say(lena, make.queued("b", policy), policy, **at(10))
    say(lena, first.image, policy, entry=ask_again(label=first), **at(30))
    say(lena, make.queued("c", policy), policy, **at(44))
    known = make.queued("gold", policy)
    gold = make.open_entries(policy).get(image=known)
    gold.pk, gold.purpose, gold.reserved_for = None, "gold", lena
    gold.save()
    say(lena, known, policy, entry=gold, **at(100))
    say(omar, first.image, policy, "low", **at(200))
    case = make.open_entries(policy).get(purpose="adjudication")
    ada = make.person("ada", "labeler", "adjudicator")
    say(ada, make.queued("d", policy), policy, **at(300))
    say(ada, first.image, policy, entry=case, **at(310))
    assert Label.objects.count() == 8
    pace = help_effect(policy).pace
    assert (pace.labels, pace.hours * 3600) == (2, pytest.approx(10 + 14))


def test_labels_from_elsewhere_are_none_of_the_screen_and_push_none_out(policy, lena, monkeypatch, tmp_path):
    monkeypatch.setattr("labeling.selectors.help_effect.LATEST", 3)
    make.source("shop", policy)
    simulated = make.person("sim", "labeler", simulated=True)
    for number in range(2):
        say(simulated, make.queued(f"{number}", policy), policy, at=START + timedelta(seconds=30 * number))
    lines = [f"{number},somebody,safe" for number in range(20)]
    for number in range(2, 20):
        make.image(f"{number}")
    path = tmp_path / "labels.csv"
    path.write_text("\n".join(["item,labeler,label", *lines]))
    call_command("import_labels", str(path), policy="weapons", source="shop", stdout=StringIO())
    assert Label.objects.filter(assignment=None).count() == 20
    effect = help_effect(policy)
    assert (effect.simulated, effect.both, effect.n, effect.pace.labels) == (True, False, 2, 1)
    say(lena, make.queued("hers", policy), policy)
    effect = help_effect(policy)
    assert (effect.simulated, effect.both, effect.n, effect.pace.labels) == (False, True, 1, 0)


def test_copies_are_one_picture_for_the_decision_and_for_pairs(policy, lena, omar):
    image, copy = make.queued("a", policy), make.queued("copy", policy)
    say(lena, image, policy, "safe", arm="without")
    say(omar, copy, policy, "safe")
    assert counts(policy, Measure.ACCURACY) == [(0, 0), (0, 0)]
    copies.join(make.copy_match(copy, image))
    assert PeopleDecision.objects.get().image == copy  # where the last who agrees saw it
    assert counts(policy, Measure.ACCURACY) == [(1, 1), (1, 1)]
    assert counts(policy, Measure.AGREEMENT) == [(0, 0), (1, 1)]


def test_a_picture_that_waits_for_an_adjudicator_waits_in_all_its_copies(policy, lena, omar):
    image, copy = make.queued("a", policy), make.queued("copy", policy)
    say(lena, image, policy, "safe")
    say(omar, copy, policy, "low")
    copies.join(make.copy_match(copy, image))
    assert make.open_entries(policy).get(purpose="adjudication").image == image
    assert found(policy, Measure.ACCURACY).waiting == 2


def test_a_first_answer_is_the_first_to_any_of_the_copies(policy, lena):
    image, copy = make.queued("a", policy), make.queued("copy", policy)
    say(lena, image, policy, "safe")
    say(lena, copy, policy, "low")
    copies.join(make.copy_match(copy, image))
    assert help_effect(policy).n == 1
    assert counts(policy, Measure.AGREEMENT) == [(0, 0), (0, 0)]


def test_time_runs_from_shown_to_decided(policy, lena):
    for number in range(30):
        image = make.queued(f"{number}", policy)
        say(lena, image, policy, seconds=1 + number)
        say(make.person(f"p{number}", "labeler"), image, policy, seconds=4, arm="without")
    seconds = found(policy, Measure.SECONDS)
    assert (seconds.with_help.value, seconds.without.value) == (15.5, 4.0)
    assert seconds.is_shown


def test_the_time_out_of_sight_is_left_out(policy, lena):
    for number in range(30):
        image = make.queued(f"{number}", policy)
        say(lena, image, policy, seconds=3600 + number, away=3590)
        say(make.person(f"p{number}", "labeler"), image, policy, seconds=4, arm="without")
    assert found(policy, Measure.SECONDS).with_help.value == 24.5
    answers = read_answers(policy, Which(until=START + timedelta(days=1)))
    assert sorted(each.seconds for each in answers.said if each.person == lena.pk) == [10.0 + n for n in range(30)]
