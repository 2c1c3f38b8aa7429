"""The arms: about a tenth without help, the same whenever asked, and independent of everything else that is drawn."""

import pytest

from labeling import help
from labeling.help import AIDS, arm, offer
from labeling.sampling import draw

N = 10_000
# Five standard deviations of a binomial draw.
FIVE_SIGMA = 5 * (N * 0.1 * 0.9) ** 0.5


@pytest.fixture(autouse=True)
def real_share(help_with_every_image, monkeypatch):
    monkeypatch.setattr(help, "WITHOUT_SHARE", 0.1)


def without(arms):
    return sum(each == "without" for each in arms)


def test_an_arm_is_the_same_for_ever():
    # Written down: a change of the method would silently move images from one arm to the other.
    arms = [arm(group, 1, 1, key="key") for group in range(60)]
    assert [group for group, each in enumerate(arms) if each == "without"] == [24, 40, 54, 57]


def test_about_a_tenth_of_the_images_come_without_for_each_person_and_policy():
    for person, policy in [(1, 1), (2, 1), (1, 2)]:
        arms = [arm(group, person, policy, key="key") for group in range(N)]
        assert abs(without(arms) - N / 10) < FIVE_SIGMA


def test_about_a_tenth_of_the_people_get_an_image_without():
    assert abs(without(arm(1, person, 1, key="key") for person in range(N)) - N / 10) < FIVE_SIGMA


@pytest.mark.parametrize("other", [(1, 2, "key"), (2, 1, "key"), (1, 1, "another key")])
def test_arms_of_another_person_policy_or_key_are_independent(other):
    person, policy, key = other
    ours = [group for group in range(N) if arm(group, 1, 1, key="key") == "without"]
    both = without(arm(group, person, policy, key=key) for group in ours)
    assert both == pytest.approx(len(ours) / 10, abs=5 * (len(ours) * 0.09) ** 0.5)


def test_the_arm_is_independent_of_the_random_slice():
    inside = [group for group in range(N) if draw(f"{group:064x}", key="key").u < 0.1]
    found = without(arm(group, 1, 1, key="key") for group in inside)
    assert found == pytest.approx(len(inside) / 10, abs=5 * (len(inside) * 0.09) ** 0.5)


@pytest.mark.parametrize(
    ("mode", "drawn", "offered"),
    [
        ("on_asking", "with", AIDS),
        ("always", "with", AIDS),
        ("on_asking", "without", ()),
        ("always", "without", ()),
        ("blind", "with", ()),
        ("blind", "without", ()),
    ],
)
def test_aids_are_offered_in_the_arm_with_unless_people_judge_blind(mode, drawn, offered):
    assert offer(mode, drawn).offered == offered
