"""`manage.py agreement` on small files: what it prints, and what it says about files that it cannot use."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from moderation import embedded

KEYS = [
    "items",
    "labelers",
    "labels",
    "alpha",
    "alpha_interval",
    "raw",
    "positive",
    "negative",
    "fleiss",
    "ac1",
    "self",
]
ACCURACIES = ["majority_accuracy", "dawid_skene_accuracy"]
LABELS = """item,labeler,label
1,ann,G
1,bob,G
2,ann,X
2,bob,P
3,ann,G
3,bob,G
3,ann,X
4,bob,X
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str | bytes, name: str = "labels.csv") -> str:
        path = tmp_path / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return str(path)

    return written


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("agreement", *arguments, stdout=out)
    return out.getvalue()


def refused(*arguments: str) -> str:
    with pytest.raises(CommandError) as caught:
        run(*arguments)
    return str(caught.value)


def test_it_prints_just_these_numbers_as_json(write):
    numbers = json.loads(run("--labels", write(LABELS), "--json"))
    assert list(numbers) == [*KEYS, *ACCURACIES]
    assert list(numbers["self"]) == ["pairs", "raw", "kappa"]
    assert (numbers["items"], numbers["labelers"], numbers["labels"]) == (4, 2, 8)
    assert numbers["raw"] == pytest.approx(2 / 3)
    assert numbers["self"]["raw"] == 0.0
    assert (numbers["majority_accuracy"], numbers["dawid_skene_accuracy"]) == (None, None)


def test_truth_tells_how_often_the_majority_is_right_ties_in_part(write):
    truth = write("item,truth\n1,G\n2,X\n3,P\n9,X\n", "truth.csv")
    numbers = json.loads(run("--labels", write(LABELS), "--truth", truth, "--json"))
    assert numbers["majority_accuracy"] == pytest.approx((1 + 0.5 + 0) / 3)
    assert 0 <= numbers["dawid_skene_accuracy"] <= 1


def test_positive_collapses_labels_and_truth_before_everything(write):
    truth = write("item,truth\n1,G\n2,R\n3,P\n", "truth.csv")
    numbers = json.loads(run("--labels", write(LABELS), "--truth", truth, "--positive", "P,X,R", "--json"))
    assert (numbers["raw"], numbers["positive"], numbers["negative"]) == (1.0, 1.0, 1.0)
    assert numbers["majority_accuracy"] == pytest.approx(2 / 3)


def test_of_two_labels_the_later_in_the_alphabet_is_the_positive_one(write):
    labels = write("item,labeler,label\n1,a,yes\n1,b,no\n2,a,no\n2,b,no\n")
    numbers = json.loads(run("--labels", labels, "--json"))
    assert (numbers["positive"], numbers["negative"]) == (0.0, pytest.approx(2 / 3))


def test_with_an_order_near_misses_count_less(write):
    near = "".join(
        f"{item},{rater},{'GPRX'[(item + shift) % 4]}\n" for item in (0, 1, 2) for rater, shift in (("a", 0), ("b", 1))
    )
    path = write(f"item,labeler,label\n{near}")
    plain, ordered = (
        json.loads(run("--labels", path, "--json", *more))["alpha"] for more in ((), ("--ordinal", "G,P,R,X"))
    )
    assert ordered > plain


def test_the_table_gives_numbers_with_intervals(write):
    rows = "".join(f"{item},{rater},{'no' if item % 3 else 'yes'}\n" for item in range(30) for rater in "ab")
    out = run("--labels", write(f"item,labeler,label\n{rows}40,a,yes\n40,b,no\n"))
    assert "62 labels by 2 labelers on 31 items" in out
    raw = next(line for line in out.splitlines() if line.startswith("raw agreement"))
    assert raw.split()[:3] == ["raw", "agreement", "0.9677"]
    assert raw.endswith("to 1.0000")
    assert "agreement on yes" in out


def test_the_table_says_how_many_pairs_are_missing(write):
    out = run("--labels", write(LABELS))
    assert "too few pairs: 17 more are needed" in out
    assert "The same person again: 1 pairs" not in out
    assert "The same person again: 1 pair\n" in out


def test_more_columns_another_order_and_a_spreadsheets_mark_do_no_harm(write):
    text = "\ufeffwhen,label,item,labeler\r\nmon,G,1,ann\r\n\r\ntue,G,1,bob\r\n"
    numbers = json.loads(run("--labels", write(text), "--json"))
    assert (numbers["items"], numbers["labelers"], numbers["labels"], numbers["raw"]) == (1, 2, 2, 1.0)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("item,person,label\n1,ann,G\n", "line 1: the column labeler is missing. There are: item, person, label."),
        ("", "line 1: the column item, labeler, label is missing. There are: none."),
        ("item,labeler,label\n", "has no labels"),
        ("item,labeler,label\n1,ann,G\n2,,G\n", "line 3: labeler is empty"),
        ("item,labeler,label\n1,ann,G\n\n2,bob\n", "line 4: label is empty"),
        (b"item,labeler,label\n1,ann,\xff\n", "is not a text file in UTF-8"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_its_line(write, text, problem):
    said = refused("--labels", write(text))
    assert "labels.csv" in said
    assert problem in said


def test_truth_that_contradicts_itself_is_refused(write):
    truth = write("item,truth\n1,G\n2,X\n1,X\n", "truth.csv")
    assert "truth.csv, line 4: item 1 is X here and G further up" in refused(
        "--labels", write(LABELS), "--truth", truth
    )


def test_a_file_that_is_not_there_is_refused(tmp_path):
    assert "cannot be read" in refused("--labels", str(tmp_path / "none.csv"))


def test_labels_that_do_not_occur_are_refused(write):
    labels = write(LABELS)
    assert "There is no category Q. There are: G, P, X." in refused("--labels", labels, "--positive", "X,Q")
    assert "Some categories must be positive" in refused("--labels", labels, "--positive", "G,P,X")
    assert "The scale G, P lacks X." in refused("--labels", labels, "--ordinal", "G,P")


def test_no_database_is_started_for_it():
    assert not embedded.needed_by(["manage.py", "agreement", "--labels", "x.csv"])
