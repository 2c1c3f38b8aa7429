"""The plan of the demo: arrivals over some weeks, and who looks at what when."""

from datetime import UTC, datetime, timedelta

import pytest

from moderation.services.demo import plan
from moderation.services.demo.filling import Played
from moderation.services.demo.visits import LOST_FOR

END = datetime(2026, 3, 4, 14, 30, tzinfo=UTC)


@pytest.fixture(scope="module")
def made():
    return plan.make(pictures=600, end=END)


def test_the_same_numbers_give_the_same_plan(made):
    assert plan.make(pictures=600, end=END) == made


def test_600_pictures_arrive_within_five_weeks_mostly_by_day(made):
    names = [arrival.sketch.name for arrival in made.arrivals]
    assert len(set(names)) == len(names) == 600
    assert sum(arrival.sketch.is_copy for arrival in made.arrivals) == 40
    assert all(made.begin <= arrival.at < END for arrival in made.arrivals)
    by_day = sum(8 <= arrival.at.hour < 20 for arrival in made.arrivals) / 600
    assert 0.7 < by_day < 0.9


def test_the_adjudicator_settles_part_of_what_people_dispute(made):
    looked_at = {visit.sketch for visit in made.visits if visit.purpose == "opinion"}
    assert 0.4 < len(made.settlements) / len(looked_at) < 0.8


def test_a_copy_comes_after_its_original(made):
    at = {arrival.sketch: arrival.at for arrival in made.arrivals}
    copies = [sketch for sketch in at if sketch.is_copy]
    assert all(at[sketch] > at[plan.Sketch(sketch.scene)] for sketch in copies)


def test_a_third_is_visited_after_it_arrived_and_before_the_end(made):
    at = {arrival.sketch: arrival.at for arrival in made.arrivals}
    assert len({visit.sketch for visit in made.visits}) == 200
    assert all(at[visit.sketch] < visit.at < END for visit in made.visits)
    assert not {visit.sketch for visit in made.visits} & {arrival.sketch for arrival in made.first}
    in_hours = sum(plan.OPENS <= visit.at.hour <= plan.CLOSES for visit in made.visits) / len(made.visits)
    assert in_hours > 0.9


@pytest.mark.parametrize("pictures", range(600, 1200, 100))
def test_there_is_time_to_ask_somebody_before_the_visit(pictures):
    made = plan.make(pictures=pictures, end=END)
    at = {arrival.sketch: arrival.at for arrival in made.arrivals}
    assert all(visit.at - LOST_FOR > at[visit.sketch] for visit in made.visits)


def test_a_visit_that_found_nothing_to_do_is_over(made):
    """Later it might find something, and an interrupted demo would end otherwise than one that was not."""
    names = {arrival.sketch.name: 1 for arrival in made.arrivals}
    nothing, done, *rest = [visit for visit in made.visits if visit.purpose == "opinion"]
    played = Played(names, {(done.labeler.name, done.sketch.name, False)})
    left = played.left([nothing, done, *rest])
    assert left == rest


def test_nobody_is_sent_twice_for_an_opinion_on_one_picture(made):
    opinions = [(visit.sketch, visit.labeler.name) for visit in made.visits if visit.purpose == "opinion"]
    opinions += [(visit.sketch, visit.late.name) for visit in made.visits if visit.late]
    assert len(set(opinions)) == len(opinions)


def test_those_who_work_more_come_first_more_often(made):
    first = {}
    for visit in made.visits:
        first.setdefault(visit.sketch, visit.labeler.name)
    count = list(first.values()).count
    assert count("sim-chen") > count("sim-dora") > 10


def test_repeats_are_the_first_persons_own_and_ten_days_later(made):
    first = {}
    for visit in made.visits:
        if visit.purpose == "repeat":
            assert visit.labeler == first[visit.sketch].labeler
            assert visit.at - first[visit.sketch].at >= timedelta(days=10)
        first.setdefault(visit.sketch, visit)
    assert 30 < sum(visit.purpose == "repeat" for visit in made.visits) < 60


@pytest.mark.parametrize("pictures", [1, 2, 24, 25, 40])
def test_small_demos_have_a_plan_too(pictures):
    made = plan.make(pictures=pictures, end=END)
    assert len(made.arrivals) == pictures
    assert len(made.first) == min(pictures, plan.FIRST)
    assert len({visit.sketch for visit in made.visits}) <= max(0, pictures - plan.FIRST)
