"""Truths from elsewhere, and files that cannot be imported at all."""

import pytest
from django.core.management import CommandError

from labeling.models import Adjudication, AdjudicationWithdrawal, Label, Policy
from tests import factories as make
from tests.labeling.outside import current, entry, lines_in, numbers, run, two_must_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return two_must_agree()


@pytest.fixture
def file(tmp_path):
    return lines_in(tmp_path)


@pytest.fixture
def truth(file):
    return lambda *lines: file(*lines, header="item,truth", name="truth.csv")


@pytest.fixture
def ada():
    return make.person("ada", "adjudicator")


@pytest.fixture
def labels(policy, file):
    return file("a,ann,safe", "a,bob,harmful", "b,ann,safe", "b,bob,safe")


def test_it_settles_conflicts_and_outranks_a_majority(policy, labels, truth, ada):
    said = run(labels, truth=truth("a,harmful", "b,harmful", "c,safe"), by="ada")
    assert numbers(said, "truths") == [3, 3, 0, 0]
    assert [current(name).category.key for name in "abc"] == ["harmful", "harmful", "safe"]
    assert [current(name).opinions for name in "abc"] == [1, 0, 0]
    assert not make.open_entries(policy).exists()
    adjudication = current("a").adjudication
    assert (adjudication.adjudicator, adjudication.reason, adjudication.cause) == (ada, "Imported truth.", "")


def test_run_again_it_changes_nothing(policy, labels, truth, ada):
    lines = truth("a,harmful", "c,safe")
    run(labels, truth=lines, by="ada")
    assert numbers(run(labels, truth=lines, by="ada"), "truths") == [2, 0, 2, 0]
    assert Adjudication.objects.count() == 2


def test_what_cannot_be_taken_is_listed(policy, labels, truth, ada):
    run(labels, truth=truth("a,harmful"), by="ada")
    said = run(labels, truth=truth("a,safe", "b,unsure", "nowhere,safe", "c"), by="ada")
    assert numbers(said, "truths") == [4, 0, 0, 4]
    assert "line 2 of truth.csv not taken: It is settled as 'harmful' by an adjudicator" in said
    assert "line 3 of truth.csv not taken: 'unsure' is none of safe, low, harmful." in said


def test_what_was_taken_back_here_does_not_come_again(policy, labels, truth, ada):
    run(labels, truth=truth("a,harmful"), by="ada")
    AdjudicationWithdrawal.objects.create(adjudication=Adjudication.objects.get(), cause="tests")
    make.undecided(current("a"))
    assert numbers(run(labels, truth=truth("a,harmful"), by="ada"), "truths") == [1, 0, 1, 0]
    assert current("a") is None
    assert entry(policy, "a").why == "conflict"


@pytest.mark.parametrize("by", [None, "nobody", "lena", "gone"])
def test_somebody_who_may_must_answer_for_it(policy, labels, truth, by):
    make.person("lena", "labeler")
    make.person("gone", "adjudicator", is_active=False)
    with pytest.raises(CommandError, match=r"Say with --by .* There are: none|no active adjudicator"):
        run(labels, truth=truth("a,harmful"), by=by)
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    ("header", "message"),
    [
        ("item,who,label", "there is no labeler"),
        ("item,label,labeler,label", "names label twice"),
    ],
)
def test_a_file_with_other_columns_is_refused(policy, file, header, message):
    with pytest.raises(CommandError, match=message):
        run(file(header=header))


def test_a_file_that_is_no_text_is_refused(policy, tmp_path):
    (tmp_path / "labels.csv").write_bytes(b"item,labeler,label\na,ann,\xff\xfe\n")
    with pytest.raises(CommandError, match="not a CSV file in UTF-8"):
        run(tmp_path / "labels.csv")
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "nowhere.csv")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"policy": "none"}, "no policy 'none'. There are: draft, faces, weapons"),
        ({"source": "none"}, "no source 'none'. There are: shop"),
        ({"policy": "draft"}, "no guideline yet"),
        ({"policy": "faces"}, "not asked about the source 'shop'"),
    ],
)
def test_wrong_options_are_named(policy, file, options, message):
    make.policy("faces")
    Policy.objects.create(slug="draft", name="Draft", question="?")
    with pytest.raises(CommandError, match=message):
        run(file("a,ann,safe"), **options)
    assert not Label.objects.exists()
