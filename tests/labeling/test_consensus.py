import pytest

from labeling.consensus import Next, Opinion, weigh

SAFE, HARMFUL = Opinion("category", 1), Opinion("category", 3)
UNSURE, CANNOT = Opinion("unsure"), Opinion("cannot_judge")


@pytest.mark.parametrize(
    ("opinions", "required", "expected", "why"),
    [
        ([], 1, Next.OPINION, "arrival"),
        ([SAFE], 1, Next.DECISION, "agreement"),
        ([SAFE], 2, Next.OPINION, "opinions"),
        ([SAFE, SAFE], 2, Next.DECISION, "agreement"),
        ([SAFE, HARMFUL], 1, Next.ADJUDICATION, "conflict"),
        ([SAFE, HARMFUL], 2, Next.ADJUDICATION, "conflict"),
        ([UNSURE], 1, Next.ADJUDICATION, "unsure"),
        ([SAFE, SAFE, UNSURE], 2, Next.ADJUDICATION, "unsure"),
        ([CANNOT], 1, Next.OPINION, "arrival"),
        ([CANNOT, SAFE], 1, Next.DECISION, "agreement"),
        ([CANNOT, SAFE], 2, Next.OPINION, "opinions"),
        ([CANNOT, CANNOT], 1, Next.ADJUDICATION, "cannot_judge"),
        ([CANNOT, CANNOT, SAFE], 1, Next.DECISION, "agreement"),
    ],
)
def test_what_follows_from_opinions(opinions, required, expected, why):
    outcome = weigh(opinions, required=required, second_on_unsure=False, tie_break=False)
    assert (outcome.next, outcome.why) == (expected, why)


def test_a_decision_names_its_category_and_how_many_agreed():
    outcome = weigh([HARMFUL, HARMFUL], required=2, second_on_unsure=False, tie_break=False)
    assert (outcome.category_id, outcome.opinions) == (3, 2)
