"""Guidelines are published, never edited: numbered without gaps, whole, and on top of the latest."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.urls import reverse

from labeling.models import Category, Exemplar, Guideline, Policy, PolicyVersion
from labeling.services.policies import CategoryText, OutdatedError, PublishError, publish_version
from tests import factories as make

pytestmark = pytest.mark.django_db


def publish(policy, *changed, kind="editorial", based_on=1, **different):
    texts = {
        each: CategoryText(different.get(each.key, f"About {each}."), each.key in changed)
        for each in policy.categories.all()
    }
    return publish_version(policy=policy, author=None, kind=kind, texts=texts, based_on=based_on)


def test_the_next_version_has_the_next_number_and_a_text_for_every_category():
    policy = make.policy()
    version = publish(policy, "low", kind="substantive", low="Toys count as well.")
    assert version.number == 2
    rows = Guideline.objects.filter(version=version).values_list("category__key", "text", "changed")
    assert list(rows) == [
        ("safe", "About Safe.", False),
        ("low", "Toys count as well.", True),
        ("harmful", "About Harmful.", False),
    ]


def test_a_substantive_version_says_what_changed_and_an_editorial_one_changes_nothing():
    policy = make.policy()
    with pytest.raises(PublishError, match="must say which"):
        publish(policy, kind="substantive")
    with pytest.raises(PublishError, match="changes the meaning of no"):
        publish(policy, "low")
    assert policy.versions.count() == 1


def test_every_category_needs_a_text_and_no_other_policys():
    policy, other = make.policy(), make.policy("clothing")
    with pytest.raises(PublishError, match="missing: Low"):
        publish(policy, low="  ")
    texts = {make.category(other, "safe"): CategoryText("About something else.")}
    with pytest.raises(PublishError, match="every category"):
        publish_version(policy=policy, author=None, kind="editorial", texts=texts, based_on=1)


def test_a_version_on_top_of_an_older_one_is_refused():
    policy = make.policy()
    publish(policy)
    with pytest.raises(OutdatedError):
        publish(policy, based_on=1)


def test_exemplars_stay_with_their_categories():
    policy = make.policy()
    version, image = publish(policy), make.image("a")
    Exemplar.objects.create(guideline=version.guidelines.get(category__key="low"), image=image, note="a toy")
    kept = Exemplar.objects.get(guideline__version=publish(policy, based_on=2))
    assert (kept.guideline.category.key, kept.image, kept.note) == ("low", image, "a toy")


@pytest.mark.django_db(transaction=True)
def test_of_two_who_publish_at_once_one_is_told_to_start_again():
    policy = make.policy()

    def attempt(_):
        try:
            return publish(policy).number
        except OutdatedError:
            return "outdated"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(map(str, pool.map(attempt, range(4)))) == ["2", "outdated", "outdated", "outdated"]


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def page(policy) -> str:
    return f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}"


def filled(policy, **more) -> dict[str, str]:
    texts = {f"text_{each.pk}": f"About {each}." for each in policy.categories.all()}
    return {"based_on": "1", "kind": "editorial", "introduction": "Look twice.", **texts, **more}


def test_the_page_starts_from_the_current_texts(admin):
    policy = make.policy()
    publish(policy, low="Toys count as well.")
    assert "Toys count as well." in admin.get(page(policy)).content.decode()


def test_the_page_publishes_under_the_persons_name(admin):
    policy = make.policy()
    answer = admin.post(page(policy), filled(policy))
    version = PolicyVersion.objects.get(policy=policy, number=2)
    assert answer.url == reverse("admin:labeling_policyversion_change", args=[version.pk])
    assert (version.published_by.username, version.introduction) == ("admin", "Look twice.")


def test_the_page_shows_what_is_wrong_and_keeps_what_was_typed(admin):
    policy = make.policy()
    text = admin.post(page(policy), filled(policy, kind="substantive", introduction="Kept.")).content.decode()
    assert "must say which categories" in text
    assert "Kept." in text
    assert policy.versions.count() == 1


def test_the_first_version_is_substantive_for_every_category(admin):
    policy = Policy.objects.create(slug="new", name="New", question="?")
    Category.objects.create(policy=policy, key="safe", name="Safe", grade=0, action="allow", hotkey="1")
    admin.post(page(policy), filled(policy, based_on="0"))
    version = policy.versions.get()
    assert (version.number, version.kind, version.guidelines.get().changed) == (1, "substantive", True)


def test_a_published_version_cannot_be_edited(admin):
    version = publish(make.policy())
    address = reverse("admin:labeling_policyversion_change", args=[version.pk])
    assert admin.get(address).status_code == 200
    assert admin.post(address, {"introduction": "Other."}).status_code == 403


def test_without_a_policy_the_page_asks_for_one(admin):
    policy = make.policy()
    assert f"?policy={policy.pk}" in admin.get(reverse("admin:labeling_policyversion_add")).content.decode()


def edited(policy, **categories) -> dict[str, str]:
    """The form of a policy's page; `key={...}` changes a category."""
    data = {"name": policy.name, "question": policy.question, "active": "on", "required_opinions": "1"}
    data |= {"slice_opinions": "1", "slice_share": "1.0", "slice_daily": "", "help_mode": "on_asking"}
    data |= make.QUALITY_FIELDS
    data |= {"categories-TOTAL_FORMS": "3", "categories-INITIAL_FORMS": "3"}
    for number, each in enumerate(policy.categories.all()):
        fields = {"id": each.pk, "policy": policy.pk, "name": each.name, "grade": each.grade, "action": each.action}
        fields |= {"hotkey": each.hotkey, "key": each.key, **categories.get(each.key, {})}
        data |= {f"categories-{number}-{name}": str(value) for name, value in fields.items()}
    return data


def change(admin, policy, **categories):
    return admin.post(reverse("admin:labeling_policy_change", args=[policy.pk]), edited(policy, **categories))


def test_a_categorys_name_changes_and_its_key_does_not(admin):
    policy = make.policy()
    assert change(admin, policy, low={"name": "Toys", "key": "toys"}).status_code == 302
    assert policy.categories.get(key="low").name == "Toys"


@pytest.mark.parametrize(("hotkey", "said"), [("u", "itself uses"), ("1", "duplicate"), ("?", "One digit")])
def test_a_hotkey_that_would_not_work_is_refused(admin, hotkey, said):
    policy = make.policy()
    answer = change(admin, policy, low={"hotkey": hotkey})
    assert answer.status_code == 200
    assert said in answer.content.decode()
    assert policy.categories.get(key="low").hotkey == "2"


def test_the_screens_own_keys_are_refused_by_the_model_as_well():
    with pytest.raises(ValidationError):
        Category(policy=make.policy(), key="x", name="X", grade=9, action="allow", hotkey="u").full_clean()


@pytest.mark.parametrize(("share", "status"), [("0.25", 302), ("0", 200), ("1.5", 200), ("", 200)])
def test_the_random_slice_is_a_share_above_nothing(admin, share, status):
    policy = make.policy()
    answer = admin.post(
        reverse("admin:labeling_policy_change", args=[policy.pk]), edited(policy) | {"slice_share": share}
    )
    assert answer.status_code == status
    policy.refresh_from_db()
    assert policy.slice_share == (0.25 if status == 302 else 1.0)


def test_new_required_opinions_reach_the_open_images(admin, eager, django_capture_on_commit_callbacks):
    policy = make.policy()
    make.queued("a", policy)
    make.label_next(make.person("lena", "labeler"), policy)
    policy.required_opinions = policy.slice_opinions = 2
    policy.save()
    make.queued("b", policy)
    make.label_next(make.person("omar", "labeler"), policy)
    assert policy.decisions.count() == 1
    with django_capture_on_commit_callbacks(execute=True):
        assert change(admin, policy).status_code == 302
    assert policy.decisions.count() == 2


@pytest.mark.parametrize(
    ("before", "field", "asked"),
    [(["unsure"], "second_on_unsure", "unsure"), (["safe", "low"], "tie_break", "conflict")],
)
def test_a_changed_rule_reaches_the_open_images(admin, eager, django_capture_on_commit_callbacks, before, field, asked):
    policy = make.policy()
    policy.required_opinions = policy.slice_opinions = len(before)
    policy.save()
    make.queued("a", policy)
    for n, key in enumerate(before):
        make.label_next(make.person(f"p{n}", "labeler"), policy, key)
    assert make.open_entries(policy).get().purpose == "adjudication"
    address = reverse("admin:labeling_policy_change", args=[policy.pk])
    with django_capture_on_commit_callbacks(execute=True):
        assert admin.post(address, edited(policy) | {field: "on"}).status_code == 302
    entry = make.open_entries(policy).get()
    assert (entry.purpose, entry.why) == ("second", asked)


@pytest.mark.parametrize(
    ("field", "value"),
    [("second_confidence", "0"), ("rare_share", "1"), ("repeat_share", "0.6"), ("gold_share", "-0.1")],
)
def test_shares_that_make_no_sense_are_refused(admin, field, value):
    policy = make.policy()
    answer = admin.post(reverse("admin:labeling_policy_change", args=[policy.pk]), edited(policy) | {field: value})
    assert answer.status_code == 200
    assert "Shares lie between 0 and 1" in answer.content.decode()


def test_what_checks_quality_can_be_changed(admin):
    policy = make.policy()
    data = edited(policy) | {"second_daily": "7", "repeat_after_days": "30", "names_shown": "on"}
    assert admin.post(reverse("admin:labeling_policy_change", args=[policy.pk]), data).status_code == 302
    policy.refresh_from_db()
    assert (policy.second_daily, policy.repeat_after_days, policy.names_shown) == (7, 30, True)
