"""Django's admin, arranged for the work: what the lists show, find and filter, and what nobody can change."""

import re

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from labeling.models import Arrival, Image, Label, QueueEntry
from labeling.services.copies import join
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db
LISTS = ("image", "adjudicationcase", "queueentry", "assignment", "label", "peopledecision", "adjudication")
FACTS = (*LISTS, "arrival")


@pytest.fixture
def weapons():
    return make.policy(required_opinions=2, slice_opinions=2)


@pytest.fixture
def people():
    return [make.person(name, "labeler") for name in ("lena", "omar")]


@pytest.fixture
def admin(client):
    """A browser in which an admin is logged in."""
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    return client


def address(model: str, what: str = "changelist", *arguments) -> str:
    return reverse(f"admin:labeling_{model}_{what}", args=arguments)


def listed(client, **query) -> set[int]:
    page = client.get(address("image"), query)
    assert page.status_code == 200
    return {image.pk for image in page.context["cl"].result_list}


def judged(policy, people, names, *keys) -> list[Image]:
    """Queue images and let everybody answer each of them."""
    images = [make.queued(name, policy) for name in names]
    for _ in images:
        for who, key in zip(people, keys, strict=True):
            make.label_next(who, policy, key)
    return images


def one_in_each_stage(policy, people) -> dict[str, int]:
    stages = {"decided": judged(policy, people, ["a"], "safe", "safe")[0].pk}
    stages["adjudication"] = judged(policy, people, ["b"], "safe", "harmful")[0].pk
    stages["on_screen"] = make.queued("c", policy).pk
    make.claim_next(person=people[0], policy_id=policy.pk, page=make.uuid.uuid4())
    stages["waiting"] = make.queued("d", policy).pk
    stages["nowhere"] = make.image("e").pk
    stages["erased"] = make.image("f").pk
    Image.objects.filter(pk=stages["erased"]).update(erased_at=make.clock.now(), view_key="", thumb_key="")
    return stages


def test_images_are_filtered_by_stage(admin, weapons, people):
    stages = one_in_each_stage(weapons, people)
    assert {stage: listed(admin, stage=stage) for stage in stages} == {stage: {pk} for stage, pk in stages.items()}


def test_the_list_says_where_each_image_is(admin, weapons, people):
    one_in_each_stage(weapons, people)
    text = admin.get(address("image")).content.decode()
    said = ["Weapons: Safe", "Weapons: needs adjudication", "Weapons: on a screen now", "Weapons: waiting"]
    assert [words for words in [*said, "in no queue", "erased"] if words not in text] == []


def test_images_are_filtered_by_source_and_once_each(admin):
    shop, other = make.source("shop"), make.source("other")
    image = make.image("a", of=shop)
    Arrival.objects.create(source=shop, image=image, external_id="again", received_at=make.clock.now())
    make.image("b", of=other)
    page = admin.get(address("image"), {"source": shop.pk})
    assert [row.pk for row in page.context["cl"].result_list] == [image.pk]


def test_images_are_filtered_by_the_current_decision(admin, weapons, people):
    safe = judged(weapons, people, ["a"], "safe", "safe")[0]
    judged(weapons, people, ["b"], "harmful", "harmful")
    taken_back = judged(weapons, people, ["c"], "safe", "safe")[0]
    withdraw_label(person=people[0], label_id=Label.objects.get(labeler=people[0], image=taken_back).pk)
    assert listed(admin, decided=make.category(weapons, "safe").pk) == {safe.pk}


def test_images_are_found_by_external_id_digest_or_number(admin):
    image, other = make.image("summer/IMG_1.jpg"), make.image("winter/IMG_2.jpg")
    assert listed(admin, q="summer/IMG_1.jpg") == {image.pk}
    assert listed(admin, q="summer/") == {image.pk}
    assert listed(admin, q=other.sha256) == listed(admin, q=other.sha256[:12].upper()) == {other.pk}
    assert listed(admin, q=str(image.pk)) == {image.pk}
    assert listed(admin, q="IMG_1") == listed(admin, q="9" * 30) == set()


def test_search_by_external_id_uses_its_index():
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        plan = Arrival.objects.filter(external_id__startswith="summer/").explain()
    assert re.search(r"Index Cond: .*external_id", plan), plan


def test_the_page_of_an_image_tells_its_history_in_order(admin, weapons, people):
    image = judged(weapons, people, ["a"], "safe", "safe")[0]
    withdraw_label(person=people[1], label_id=Label.objects.get(labeler=people[1]).pk)
    text = admin.get(address("image", "change", image.pk)).content.decode()
    rows = re.findall(r"<tr>\s*<td><time.*?</tr>", text, re.DOTALL)
    cells = [[re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row)] for row in rows]
    told = [(what, who) for _, what, _, _, who, _ in cells]
    assert told[0] == ("arrived", "")
    assert set(told) >= {("label", "lena"), ("label", "omar"), ("label taken back", "omar"), ("decision withdrawn", "")}
    assert told.index(("decision", "")) < told.index(("label taken back", "omar"))
    assert [cell[0] for cell in cells] == sorted(cell[0] for cell in cells)


def test_pictures_come_with_headers_that_keep_them_here(admin, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": disk(tmp_path)}
    image = make.image("a")
    default_storage.save(image.thumb_key, ContentFile(b"small"))
    answer = admin.get(address("image", "picture", image.pk, "thumb"))
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert b"".join(answer.streaming_content) == b"small"
    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"


def test_a_picture_that_is_gone_is_not_found(admin, settings, tmp_path):
    settings.STORAGES = {**settings.STORAGES, "default": disk(tmp_path)}
    image = make.image("a")
    for size in ("thumb", "original"):
        assert admin.get(address("image", "picture", image.pk, size)).status_code == 404
    Image.objects.update(thumb_key="")
    assert admin.get(address("image", "picture", image.pk, "thumb")).status_code == 404
    assert b'class="thumbnail"' not in admin.get(address("image")).content


def disk(folder) -> dict:
    return {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(folder)}}


@pytest.mark.parametrize("model", LISTS)
def test_a_longer_list_asks_no_more_queries(admin, weapons, people, model):
    def fill(name):
        judged(weapons, people, [f"{name}{n}" for n in range(3)], "safe", "safe")
        judged(weapons, people, [f"{name}x{n}" for n in range(3)], "safe", "harmful")

    fill("a")
    admin.get(address(model))
    before = queries(admin, model)
    fill("b")
    assert queries(admin, model) == before <= 15


def queries(client, model: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(address(model)).status_code == 200
    return len(captured)


def test_no_list_counts_beyond_its_limit(admin, monkeypatch):
    monkeypatch.setattr("labeling.admin.base.COUNT_LIMIT", 3)
    for name in "abcde":
        make.image(name)
    page = admin.get(address("image"))
    assert page.context["cl"].result_count == 3
    assert "The first 3; search or filter" in page.content.decode()


@pytest.mark.parametrize("model", FACTS)
def test_nobody_adds_changes_or_deletes_facts(client, model, weapons, people):
    client.force_login(make.Person.objects.create_superuser("root"), backend="labeling.access.RoleBackend")
    judged(weapons, people, ["a"], "safe", "safe")
    judged(weapons, people, ["b"], "safe", "harmful")
    assert client.get(address(model)).status_code == 200
    pk = model_pk(model)
    assert client.post(address(model, "add")).status_code == 403
    if pk is not None:
        assert client.get(address(model, "change", pk)).status_code == 200
        assert client.post(address(model, "change", pk), {"state": "void"}).status_code == 403
        assert client.post(address(model, "delete", pk), {"post": "yes"}).status_code == 403


def model_pk(model: str):
    rows = apps.get_model("labeling", model).objects
    if model == "adjudicationcase":
        return rows.get(state="open", purpose="adjudication").pk
    first = rows.first()
    return first and first.pk


def test_the_list_for_adjudicators_holds_the_open_cases_only(admin, weapons, people):
    judged(weapons, people, ["a"], "safe", "safe")
    judged(weapons, people, ["b"], "safe", "harmful")
    page = admin.get(address("adjudicationcase"))
    case = QueueEntry.objects.get(state="open", purpose="adjudication")
    assert [row.pk for row in page.context["cl"].result_list] == [case.pk]
    assert "people disagree" in page.content.decode()


def test_the_start_page_is_ordered_by_the_work(admin):
    sections = admin.get(reverse("admin:index")).context["app_list"]
    names = [[str(model["name"]) for model in section["models"]] for section in sections]
    assert names[0][:3] == ["How many did people have to see?", "Needs adjudication", "Images"]
    assert names[-1] == ["Audit log"]
    assert [str(section["name"]) for section in sections if section["app_label"] == "more"] == []


def test_a_copy_says_where_its_picture_is(client):
    policy = make.policy()
    client.force_login(make.person("ada", "admin"))
    first, copy = make.queued("first", policy), make.queued("copy", policy)
    join(make.copy_match(copy, first))
    images = reverse("admin:labeling_image_changelist")
    assert f"waits as a copy of image {first.pk}" in client.get(images).content.decode()
    make.label_next(make.person("lena", "labeler"), policy, "safe")
    assert f"Safe, as a copy of image {first.pk}" in client.get(images).content.decode()
    assert client.get(images, {"stage": "nowhere"}).context["cl"].result_count == 0
