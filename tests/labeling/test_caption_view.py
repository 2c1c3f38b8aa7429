"""The caption as it is shown: to whom, from which model, with which words marked."""

import uuid

import pytest

from labeling.models import Caption, Image, KeyWord, Source
from labeling.selectors.captions import Missing, caption_of
from labeling.services.leases import claim_next
from ml.models import ModelVersion
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db
SENTENCE = ("On", "a", "table", "lie", "two", "knives,", "a", "man", "holds", "a", "knife.")


@pytest.fixture
def policy():
    return make.policy(slice_share=1.0)


@pytest.fixture
def image(policy):
    return make.queued("shown", policy)


def model(kind="captioner", domain="", **fields):
    return ModelVersion.objects.create(
        kind=kind, name=f"{kind}-{uuid.uuid4()}", domain=domain, weights_digest="0", **{"state": "active"} | fields
    )


def captioned(image, by, words=SENTENCE):
    return Caption.objects.create(
        image=image, model_version=by, rows=1, columns=3, words=[[word, [0, 4, 9]] for word in words]
    )


def key_word(policy, key, word, *, domain="", log_odds=2.0, images=20, in_guideline=False):
    return KeyWord.objects.create(
        policy=policy,
        category=make.category(policy, key),
        domain=domain,
        word=word,
        log_odds=log_odds,
        standard_error=0.5,
        images=images,
        in_category=15,
        in_guideline=in_guideline,
    )


def test_the_words_come_with_their_places_and_with_what_they_speak_for(policy, image):
    by = model()
    captioned(image, by)
    key_word(policy, "harmful", "knife")
    key_word(policy, "safe", "table", log_odds=0.1, in_guideline=True)
    key_word(make.policy("clothes"), "harmful", "man")
    shown = caption_of(image=image, policy=policy)
    assert [word.text for word in shown.words] == list(SENTENCE)
    assert (shown.kind, shown.model, shown.rows, shown.columns) == ("captioner", by.name, 1, 3)
    assert {word.grid for word in shown.words} == {"049"}
    marked = {word.text: word.key for word in shown.words if word.key}
    assert list(marked) == ["table", "knives,", "knife."]
    assert (marked["table"].category.key, marked["table"].measured, marked["table"].in_guideline) == ("safe", 0, 1)
    knife = marked["knife."]
    assert knife == marked["knives,"]
    assert (knife.category.key, knife.images, knife.in_category, knife.measured) == ("harmful", 20, 15, True)
    assert [word.text for word in shown.keys] == ["table", "knives"]


def test_what_the_guideline_names_for_no_category_alone_comes_last_and_under_no_categorys_name(policy, image):
    captioned(image, model())
    machine.named_word(policy, "table")
    machine.named_word(policy, "man")
    key_word(policy, "harmful", "knife")
    key_word(policy, "safe", "hold")
    shown = caption_of(image=image, policy=policy)
    meant = [(each.category and each.category.key, [word.text for word in each.words]) for each in shown.meanings]
    assert meant == [("safe", ["holds"]), ("harmful", ["knives"]), (None, ["table", "man"])]
    table = next(word.key for word in shown.words if word.text == "table")
    assert (table.measured, table.in_guideline) == (False, True)


def test_a_sentence_is_preferred_to_key_words_and_a_newer_one_to_an_older(policy, image):
    captioned(image, model(), ("old",))
    captioned(image, model(state="retired"), ("new",))
    captioned(image, model("tagger"), ("cleaver",))
    captioned(image, model(domain="drawn"), ("drawn",))
    assert [word.text for word in caption_of(image=image, policy=policy).words] == ["new"]
    Caption.objects.filter(model_version__kind="captioner").delete()
    shown = caption_of(image=image, policy=policy)
    assert (shown.kind, [word.text for word in shown.words]) == ("tagger", ["cleaver"])


def test_a_drawn_picture_has_the_words_and_the_marks_of_drawn_pictures(policy, image):
    Source.objects.update(demo=True)
    captioned(image, model(), ("real", "knife"))
    captioned(image, model(domain="drawn"), ("drawn", "knife"))
    key_word(policy, "safe", "knife")
    key_word(policy, "harmful", "knife", domain="drawn")
    shown = caption_of(image=image, policy=policy)
    assert shown.words[0].text == "drawn"
    assert shown.words[1].key.category.key == "harmful"


def test_it_says_why_there_is_none(policy, image):
    assert caption_of(image=image, policy=policy) == Missing.WAITING
    machine.set_aside(image, stage="caption")
    assert caption_of(image=image, policy=policy) == Missing.FAILED


@pytest.fixture
def lena(client):
    made = make.person("lena", "labeler")
    client.force_login(made)
    return made


@pytest.fixture
def assignment(lena, policy, image):
    return claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4()).assignment_id


@pytest.fixture
def offered(monkeypatch):
    monkeypatch.setattr("labeling.help.WITHOUT_SHARE", 0.0)


def get(client, assignment, **headers):
    return client.get(f"/images/{assignment}/caption", headers=headers)


def test_the_panel_gets_a_fragment_and_nothing_in_it_ranks_the_categories(client, offered, policy, image, assignment):
    captioned(image, model())
    key_word(policy, "harmful", "knife")
    response = get(client, assignment, HX_Request="true")
    text = response.content.decode()
    assert response.status_code == 200
    assert "<html" not in text
    assert "knives" in text
    assert "Harmful" in text
    assert 'data-grid="049"' in text
    assert "judged so more often than other images" in text
    assert "15 of 20" not in text
    assert "Safe" not in text
    assert "no-store" in response["Cache-Control"]
    for secret in (image.sha256, "shop", "style=", "<script"):
        assert secret not in text


def test_without_a_script_it_is_a_page(client, offered, image, assignment):
    captioned(image, model("tagger"), ("cleaver",))
    text = get(client, assignment).content.decode()
    assert "<html" in text
    assert "No caption model is installed here" in text


def test_while_there_is_none_it_says_so(client, offered, image, assignment):
    assert b"not ready yet" in get(client, assignment).content
    machine.set_aside(image, stage="caption")
    assert b"No caption could be made" in get(client, assignment).content


def test_where_help_is_not_offered_there_is_none(client, monkeypatch, policy, image, assignment):
    captioned(image, model())
    monkeypatch.setattr("labeling.help.WITHOUT_SHARE", 1.0)
    assert get(client, assignment).status_code == 404
    monkeypatch.setattr("labeling.help.WITHOUT_SHARE", 0.0)
    assert get(client, assignment).status_code == 200
    type(policy).objects.update(help_mode="blind")
    assert get(client, assignment).status_code == 404


@pytest.mark.parametrize(("roles", "code"), [(["labeler"], 404), (["adjudicator"], 404), ([], 403)])
def test_nobody_else_sees_it(client, offered, assignment, roles, code):
    client.force_login(make.person("other", *roles))
    assert get(client, assignment).status_code == code


def test_it_takes_few_queries_whatever_the_length(
    client, offered, policy, image, assignment, django_assert_max_num_queries
):
    captioned(image, model(), SENTENCE * 5)
    key_word(policy, "harmful", "knife")
    with django_assert_max_num_queries(9):
        assert get(client, assignment).status_code == 200
    assert Image.objects.count() == 1
