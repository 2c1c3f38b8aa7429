import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labeling.ordering import Doubt, place

unit = st.floats(0, 1, exclude_max=True)
doubts = st.none() | st.builds(Doubt, st.just(7), st.floats(0, math.log(3)), st.just(3))


def test_the_slice_stands_before_the_rest_whatever_a_model_says():
    sure, unsure = Doubt(7, 0.0, 3), Doubt(7, math.log(3), 3)
    assert place(u=0.05, p=0.1, doubt=sure) == ("slice", 1.95, None, 0.1)
    assert place(u=0.05, p=0.1, doubt=unsure) == place(u=0.05, p=0.1, doubt=None)


def test_with_a_model_the_least_sure_comes_first_and_the_model_is_named():
    half = place(u=0.5, p=0.1, doubt=Doubt(7, math.log(3) / 2, 3))
    assert half == ("entropy", pytest.approx(0.5), 7, None)
    assert place(u=0.5, p=0.1, doubt=Doubt(7, math.log(3), 3)).priority > half.priority


def test_without_a_model_chance_orders_the_rest():
    assert place(u=0.4, p=0.1, doubt=None) == ("random", 0.6, None, None)


def test_what_is_asked_again_stands_behind_the_slice_however_sure_the_model_is():
    sure = Doubt(7, 0.0, 3)
    assert place(u=0.5, p=0.1, doubt=sure, again=True) == ("mixed", 1.0, None, None)
    assert place(u=0.05, p=0.1, doubt=sure, again=True) == place(u=0.05, p=0.1, doubt=sure)


def test_doubt_counts_as_a_share_of_the_highest_possible():
    assert place(u=0.5, p=0.1, doubt=Doubt(7, math.log(10), 10)).priority == 1.0
    assert place(u=0.5, p=0.1, doubt=Doubt(7, 0.0, 1)).priority == 0.0


@given(u=unit, p=st.floats(0.001, 1), doubt=doubts)
def test_the_bands_never_overlap(u, p, doubt):
    placed = place(u=u, p=p, doubt=doubt)
    assert (placed.priority > 1) == (placed.strategy == "slice") == (placed.inclusion_probability is not None)
    assert 0 <= placed.priority <= 2
