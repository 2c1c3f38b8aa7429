"""What an import of labels is about where its options do not say it: the only one there is, or an error with all."""

import pytest
from django.core.management import CommandError

from labeling.models import Adjudication, Label
from tests import factories as make
from tests.labeling.outside import current, lines_in, numbers, run, two_must_agree

pytestmark = pytest.mark.django_db
NOTHING = {"policy": None, "source": None}


@pytest.fixture
def policy():
    return two_must_agree()


@pytest.fixture
def file(tmp_path):
    return lines_in(tmp_path)


@pytest.fixture
def labels(file):
    return file("a,ann,safe", "b,ann,safe")


@pytest.fixture
def truth(file):
    return file("a,harmful", header="item,truth", name="truth.csv")


def test_the_only_policy_and_the_only_source_need_not_be_named(policy, labels):
    assert numbers(run(labels, **NOTHING)) == [2, 2, 0, 0]
    assert set(Label.objects.values_list("labeler__username", "policy")) == {("shop:ann", policy.pk)}


def test_an_inactive_policy_and_a_source_without_the_question_leave_no_doubt(policy, labels):
    make.policy("faces", active=False)
    make.source("other")
    assert numbers(run(labels, **NOTHING)) == [2, 2, 0, 0]


def test_the_source_that_is_named_says_which_policy_and_the_policy_which_source(policy, labels):
    make.source("other", make.policy("faces"))
    assert numbers(run(labels, policy=None, source="shop")) == [2, 2, 0, 0]
    assert numbers(run(labels, policy="weapons", source=None)) == [2, 0, 2, 0]


def test_in_doubt_the_choices_are_listed_and_nothing_is_taken(policy, labels):
    make.source("other", policy, make.policy("faces"))
    with pytest.raises(CommandError, match=r"Say with --policy .* There are: faces, weapons\."):
        run(labels, **NOTHING)
    with pytest.raises(CommandError, match=r"Say with --source .* There are: other, shop\."):
        run(labels, policy="weapons", source=None)
    assert not Label.objects.exists()


def test_without_any_it_says_so(file):
    with pytest.raises(CommandError, match=r"Say with --policy .* There are: none\."):
        run(file("a,ann,safe"), **NOTHING)


def test_the_only_one_who_may_answers_for_the_truth(policy, labels, truth):
    make.person("lena", "labeler")
    make.person("gone", "admin", is_active=False)
    make.person("drawn", "adjudicator", simulated=True)
    ada = make.person("ada", "adjudicator", "admin")
    run(labels, truth=truth, **NOTHING)
    assert (current("a").category.key, Adjudication.objects.get().adjudicator) == ("harmful", ada)


def test_of_several_one_must_be_named(policy, labels, truth):
    make.person("ada", "adjudicator")
    make.person("root", is_superuser=True)
    with pytest.raises(CommandError, match=r"Say with --by who answers for the truth\. There are: ada, root\."):
        run(labels, truth=truth, **NOTHING)
    assert not Label.objects.exists()
