"""Key words of a policy: from captions and what people decided on the images, and from the guideline's text."""

from datetime import timedelta

import pytest

from labeling import clock, tasks
from labeling.models import Caption, Category, KeyWord, Source
from labeling.services import policies
from labeling.services.key_words import measure_key_words
from labeling.services.policies import CategoryText
from labeling.words import SUPPORT
from ml.models import ModelVersion
from moderation.services.demo import policy as demo
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy()


def model(kind="captioner", domain=""):
    return ModelVersion.objects.get_or_create(
        kind=kind, name=f"{kind}{domain}", domain=domain, defaults={"state": "active", "weights_digest": "0"}
    )[0]


def judged(policy, key, count, text, *, source="shop", by=None, first=0):
    """So many images of a category whose captions say this."""
    images = [make.image(f"{text} {key} {n}", of=make.source(source)) for n in range(first, first + count)]
    for image in images:
        captioned(image, text, by or model())
        make.decided(image, policy, key)
    return images


def captioned(image, text, by):
    words = [[word, [0, 9]] for word in text.split()]
    return Caption.objects.create(image=image, model_version=by, rows=1, columns=2, words=words)


def found(policy, **which):
    rows = KeyWord.objects.filter(policy=policy, category__isnull=False, **which).select_related("category")
    return {row.word: row.category.key for row in rows}


def neutral(policy, domain=""):
    """What the guideline names for no category alone."""
    rows = KeyWord.objects.filter(policy=policy, domain=domain, category=None)
    return set(rows.values_list("word", flat=True))


def publish(policy, introduction="", **texts):
    latest = policy.versions.latest("number").number
    said = {category: CategoryText(texts.get(category.key, "-")) for category in policy.categories.all()}
    return policies.publish_version(
        policy=policy, author=None, kind="editorial", texts=said, introduction=introduction, based_on=latest
    )


def test_a_word_speaks_for_the_category_that_has_it_oftener(policy):
    judged(policy, "harmful", 12, "a man holds two knives")
    judged(policy, "safe", 12, "a man eats the bread")
    assert measure_key_words(policy=policy)
    assert found(policy) == {"hold": "harmful", "knife": "harmful", "eat": "safe", "bread": "safe"}
    knife = KeyWord.objects.get(word="knife")
    assert (knife.images, knife.in_category, knife.in_guideline, knife.domain) == (12, 12, False, "")
    assert knife.log_odds > 1.96 * knife.standard_error


def test_too_few_images_mean_nothing(policy):
    judged(policy, "harmful", SUPPORT - 1, "knife")
    judged(policy, "safe", 40, "bread")
    measure_key_words(policy=policy)
    assert "knife" not in found(policy)


def test_the_guideline_names_words_before_anybody_has_decided(policy):
    publish(policy, safe="Toys on a table.", harmful="A knife in somebody's hand, or on a table.")
    measure_key_words(policy=policy)
    assert (
        found(policy, domain="")
        == found(policy, domain="drawn")
        == {
            "toy": "safe",
            "knife": "harmful",
            "hand": "harmful",
        }
    )
    row = KeyWord.objects.get(word="knife", domain="")
    assert (row.in_guideline, row.images) == (True, 0)


def test_what_the_introduction_or_several_categories_name_is_marked_for_none(policy):
    publish(
        policy, introduction="Look for knives and rifles.", safe="A knife on a board is safe.", low="A case on a board."
    )
    measure_key_words(policy=policy)
    for domain in ("", "drawn"):
        assert neutral(policy, domain) == {"knife", "rifle", "board"}
    assert found(policy, domain="") == {"safe": "safe", "case": "low"}
    row = KeyWord.objects.get(word="rifle", domain="")
    assert (row.in_guideline, row.images, row.log_odds, row.in_category) == (True, 0, None, None)


def test_a_word_that_decisions_measure_has_its_category_also_if_the_introduction_names_it(policy):
    publish(policy, introduction="Look for knives.", safe="A knife on a board.")
    judged(policy, "harmful", 12, "knife")
    judged(policy, "safe", 12, "bread")
    measure_key_words(policy=policy)
    row = KeyWord.objects.get(word="knife", domain="")
    assert (row.category.key, row.in_guideline) == ("harmful", True)
    assert neutral(policy) == set()


def test_a_word_that_one_category_names_turns_neutral_before_decisions_refute_it(policy):
    publish(policy, safe="A rope is safe.")
    judged(policy, "safe", 20, "bread")
    judged(policy, "harmful", 20, "fire")
    measure_key_words(policy=policy)
    assert found(policy, domain="")["rope"] == "safe"
    judged(policy, "harmful", 3, "rope")
    measure_key_words(policy=policy)
    assert "rope" not in found(policy, domain="")
    assert "rope" in neutral(policy)


def test_the_demos_guideline_marks_the_dangers_that_it_names_and_gives_none_of_them_a_wrong_colour():
    risky = demo.make_policy()
    measure_key_words(policy=risky)
    dangers = {"knife", "axe", "sword", "pistol", "rifle", "broken", "bottle"}  # of those that are drawn
    assert dangers <= neutral(risky, "drawn")
    assert found(risky, domain="drawn").items() >= {"toy": "safe", "case": "low_exposure", "smile": "harmful"}.items()
    assert not {"look", "judge", "guess", "count", "worst"} & neutral(risky, "drawn")


def test_publishing_a_guideline_wakes_a_worker_and_the_task_measures_every_policy(
    policy, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr("labeling.wake._send", lambda task, ids: sent.append((task, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        publish(policy, harmful="A knife.")
    assert (tasks.measure_key_words, ()) in sent
    clothes = make.policy("clothes")
    publish(clothes, harmful="A coat.")
    tasks.measure_key_words()
    assert (found(policy), found(clothes)) == ({"knife": "harmful"}, {"coat": "harmful"})


def test_what_decisions_say_comes_before_what_the_guideline_names(policy):
    publish(policy, safe="Bread and a knife.", low="A board.")
    judged(policy, "harmful", 12, "knife")
    judged(policy, "safe", 30, "bread")
    measure_key_words(policy=policy)
    rows = {row.word: (row.category.key, row.in_guideline) for row in KeyWord.objects.filter(domain="")}
    assert rows == {"knife": ("harmful", False), "bread": ("safe", True), "board": ("low", True)}


def test_a_new_guideline_replaces_the_words_of_the_old_one(policy):
    publish(policy, harmful="A knife.")
    measure_key_words(policy=policy)
    publish(policy, harmful="An axe.")
    measure_key_words(policy=policy)
    assert found(policy) == {"axe": "harmful"}


def test_drawn_pictures_and_others_are_measured_apart(policy):
    judged(policy, "harmful", 12, "knife", source="drawn", by=model(domain="drawn"))
    judged(policy, "safe", 12, "beach", source="drawn", by=model(domain="drawn"))
    judged(policy, "safe", 12, "knife", by=model())
    judged(policy, "harmful", 12, "gun", by=model())
    Source.objects.filter(name="drawn").update(demo=True)
    measure_key_words(policy=policy)
    assert found(policy, domain="drawn") == {"knife": "harmful", "beach": "safe"}
    assert found(policy, domain="") == {"knife": "safe", "gun": "harmful"}


def test_what_is_taken_back_restricted_or_a_copy_does_not_count(policy):
    knives = judged(policy, "harmful", 12, "knife")
    judged(policy, "safe", 30, "bread")
    measure_key_words(policy=policy)
    assert KeyWord.objects.get(word="knife").images == 12
    make.undecided(knives[0].decisions.get())
    for copy in knives[2:5]:
        type(copy).objects.filter(pk=copy.pk).update(group=knives[1].group)
    assert measure_key_words(policy=policy)
    assert KeyWord.objects.get(word="knife").images == 8
    Category.objects.filter(policy=policy, key="harmful").update(restricted=True)
    measure_key_words(policy=policy)
    assert "knife" not in found(policy)


def test_a_sentence_counts_and_not_the_key_words_that_stood_in_for_it(policy):
    for image in judged(policy, "harmful", 12, "knife"):
        captioned(image, "cleaver", model("tagger"))
    judged(policy, "safe", 12, "loaf", by=model("tagger"))
    measure_key_words(policy=policy)
    assert found(policy) == {"knife": "harmful", "loaf": "safe"}


def test_when_nothing_has_changed_nothing_is_written(policy):
    judged(policy, "harmful", 12, "knife")
    judged(policy, "safe", 12, "bread")
    assert measure_key_words(policy=policy)
    before = list(KeyWord.objects.order_by("pk").values_list("pk", "measured_at"))
    with clock.at(clock.now() + timedelta(minutes=10)):
        assert not measure_key_words(policy=policy)
    assert list(KeyWord.objects.order_by("pk").values_list("pk", "measured_at")) == before


def test_another_policys_words_stay_as_they_are(policy):
    clothes = make.policy("clothes")
    publish(clothes, harmful="A knife.")
    measure_key_words(policy=clothes)
    measure_key_words(policy=policy)
    assert found(clothes) == {"knife": "harmful"}


def test_words_that_are_too_long_to_be_words_are_left_out(policy):
    judged(policy, "harmful", 12, "x" * 61)
    judged(policy, "safe", 12, "bread")
    measure_key_words(policy=policy)
    assert found(policy) == {"bread": "safe"}
