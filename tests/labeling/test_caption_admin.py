"""Captions and key words in the admin: shown with their figures, changed by nobody."""

import pytest
from django.urls import reverse

from labeling.models import KeyWord
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def page(client, table, what="changelist", *arguments, **query):
    answer = client.get(reverse(f"admin:labeling_{table}_{what}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def key_word(policy, word, **fields):
    known = {"log_odds": 2.345, "standard_error": 0.5, "images": 41, "in_category": 39, "in_guideline": False}
    return KeyWord.objects.create(policy=policy, category=make.category(policy, "harmful"), word=word, **known | fields)


def test_captions_are_read_as_sentences_and_key_words_as_a_list(admin):
    sentence, words = machine.captioner("drawn"), machine.captioner(kind="tagger")
    machine.captioned(make.image("a"), sentence, "A", "man", "holds", "a", "knife.")
    caption = machine.captioned(make.image("b"), words, "cleaver", "water jug")
    machine.captioned(make.image("c"), words)
    text = page(admin, "caption")
    assert "A man holds a knife." in text
    assert "cleaver, water jug" in text
    assert "cleaver, water jug" in page(admin, "caption", "change", caption.pk)
    assert "cleaver" not in page(admin, "caption", model=sentence.pk)


def test_key_words_say_why_they_are_some(admin):
    weapons, clothes = make.policy(), make.policy("clothes")
    measured = key_word(weapons, "knife")
    key_word(weapons, "axe", log_odds=0.1, images=3, in_guideline=True, domain="drawn")
    key_word(clothes, "coat")
    text = page(admin, "keyword")
    for said in ("knife", "decisions", "+2.35 ± 0.50", "39 of 41", "axe", "guideline", "drawn", "from elsewhere"):
        assert said in text
    assert "39 of 41" in page(admin, "keyword", "change", measured.pk)
    of_weapons = page(admin, "keyword", policy=weapons.pk)
    assert "knife" in of_weapons
    assert "coat" not in of_weapons
    assert "knife" not in page(admin, "keyword", q="axe")


def test_words_that_the_guideline_names_for_no_category_alone_stand_among_them_without_figures(admin):
    weapons = make.policy()
    row = machine.named_word(weapons, "rifle")
    for text in (page(admin, "keyword", policy=weapons.pk), page(admin, "keyword", "change", row.pk)):
        assert "rifle" in text
        assert "guideline" in text
        assert "None" not in text


def test_nobody_changes_them_and_only_admins_see_them(admin, client):
    row = key_word(make.policy(), "knife")
    address = reverse("admin:labeling_keyword_change", args=[row.pk])
    assert admin.post(address, {"word": "spoon"}).status_code == 403
    client.force_login(make.person("ada", "adjudicator"), backend="labeling.access.RoleBackend")
    assert client.get(address).status_code == 403
    assert client.get(reverse("admin:labeling_caption_changelist")).status_code == 403
