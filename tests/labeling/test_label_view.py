import re
import uuid

import pytest

from labeling.models import Assignment, Label
from tests import factories as make

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}
URL = "/label/weapons/"


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


@pytest.fixture
def omar():
    return make.person("omar", "labeler")


@pytest.fixture
def screen(client, lena):
    client.force_login(lena)
    return client


def shown(response):
    return re.findall(r'data-assignment="([0-9a-f-]{36})"', response.content.decode())


def page_of(response):
    return re.search(r'data-page="([0-9a-f-]{36})"', response.content.decode())[1]


def answer(assignment, said="category:safe", page=None, **more):
    return {"assignment": assignment, "answer": said, "page": page or uuid.uuid4(), **more}


def test_the_screen_shows_categories_with_their_keys_and_three_images(screen, policy):
    for name in "abcd":
        make.queued(name, policy)
    response = screen.get(URL)
    text = response.content.decode()
    assert len(shown(response)) == 3
    for category in policy.categories.all():
        assert f'value="category:{category.key}" data-key="{category.hotkey}"' in text
    assert policy.question in text


def test_one_request_stores_the_label_and_brings_the_next_image(screen, policy, lena):
    for name in "abcd":
        make.queued(name, policy)
    response = screen.get(URL)
    first = shown(response)[0]
    fields = answer(first, page=page_of(response), looked_ms="1200", ago_ms="0")
    following = screen.post(URL, fields, headers=SCRIPT)
    assert len(shown(following)) == 1
    assert shown(following)[0] not in shown(response)
    label = Label.objects.get()
    assert (label.labeler, str(label.assignment_id), label.category.key) == (lena, first, "safe")


def test_when_nothing_is_left_the_answer_is_empty(screen, policy):
    make.queued("a", policy)
    fields = answer(shown(screen.get(URL))[0])
    response = screen.post(URL, fields, headers=SCRIPT)
    assert (response.status_code, response.content) == (200, b"")
    assert "Nothing waits for you" in screen.get(URL).content.decode()


def test_a_plain_form_saves_and_shows_the_next_image(screen, policy):
    make.queued("a", policy)
    response = screen.post(URL, answer(shown(screen.get(URL))[0], "cannot_judge:context"))
    assert (response.status_code, response.url) == (302, URL)
    assert Label.objects.get().reason == "context"


def test_sent_twice_it_is_stored_once(screen, policy):
    make.queued("a", policy)
    fields = answer(shown(screen.get(URL))[0])
    assert screen.post(URL, fields, headers=SCRIPT).status_code == 200
    assert screen.post(URL, fields, headers=SCRIPT).status_code == 200
    assert Label.objects.count() == 1


def test_another_answer_to_the_same_showing_gets_409_and_the_first_stays(screen, policy):
    make.queued("a", policy)
    assignment = shown(screen.get(URL))[0]
    screen.post(URL, answer(assignment), headers=SCRIPT)
    response = screen.post(URL, answer(assignment, "category:harmful"), headers=SCRIPT)
    assert response.status_code == 409
    assert "Safe" in response.content.decode()
    assert Label.objects.get().category.key == "safe"


@pytest.mark.parametrize("said", ["", "category:none", "category", "cannot_judge", "cannot_judge:mood", "maybe"])
def test_an_answer_that_the_policy_does_not_know_gets_422(screen, policy, said):
    make.queued("a", policy)
    assert screen.post(URL, answer(shown(screen.get(URL))[0], said), headers=SCRIPT).status_code == 422
    assert not Label.objects.exists()


def test_durations_must_be_numbers(screen, policy):
    make.queued("a", policy)
    fields = answer(shown(screen.get(URL))[0], looked_ms="soon")
    assert screen.post(URL, fields, headers=SCRIPT).status_code == 422


def test_nobody_answers_somebody_elses_assignment(screen, policy, omar):
    make.queued("a", policy)
    other = make.claim_next(person=omar, policy_id=policy.pk, page=uuid.uuid4())
    assert screen.post(URL, answer(other.assignment_id), headers=SCRIPT).status_code == 404
    assert screen.post(URL, answer(uuid.uuid4()), headers=SCRIPT).status_code == 404
    assert screen.post(URL, answer("x"), headers=SCRIPT).status_code == 404
    assert not Label.objects.exists()


def test_undo_takes_the_label_back_and_shows_its_image_again(screen, policy):
    image = make.queued("a", policy)
    given = shown(screen.get(URL))[0]
    screen.post(URL, answer(given), headers=SCRIPT)
    response = screen.post(f"{URL}undo", {"page": uuid.uuid4(), "assignment": given}, headers=SCRIPT)
    assert Assignment.objects.get(pk=shown(response)[0]).entry.image == image
    assert not Label.objects.filter(withdrawal=None).exists()


def test_undo_with_nothing_to_take_back_gets_409(screen, policy):
    assert screen.post(f"{URL}undo", {"page": uuid.uuid4()}, headers=SCRIPT).status_code == 409


def test_nobody_undoes_somebody_elses_label(screen, policy, omar):
    make.queued("a", policy)
    label = make.label_next(omar, policy)
    fields = {"page": uuid.uuid4(), "assignment": label.assignment_id}
    assert screen.post(f"{URL}undo", fields, headers=SCRIPT).status_code == 409
    assert Label.objects.filter(withdrawal=None).get() == label


def test_renewing_says_what_is_still_held(screen, policy):
    for name in "ab":
        make.queued(name, policy)
    response = screen.get(URL)
    kept, lost = shown(response)
    Assignment.objects.filter(pk=lost).update(ended_at="2026-01-01T00:00Z", outcome="expired")
    fields = {"page": page_of(response), "assignment": [kept, lost]}
    assert screen.post(f"{URL}renew", fields, headers=SCRIPT).json() == {"held": [kept]}


def test_leaving_gives_the_images_back(screen, policy):
    make.queued("a", policy)
    response = screen.get(URL)
    assert screen.post(f"{URL}leave", {"page": page_of(response)}).status_code == 204
    assert Assignment.objects.get().outcome == "returned"


def test_the_guideline_is_the_latest_one(screen, policy):
    text = screen.get(f"{URL}guideline", headers=SCRIPT).content.decode()
    assert "Guideline 1" in text


def test_an_inactive_policy_is_served_to_nobody(screen, policy):
    policy.active = False
    policy.save()
    assert screen.get(URL).status_code == 404


@pytest.mark.parametrize("path", ["", "undo", "renew", "leave", "guideline"])
def test_only_labelers_reach_the_screen(client, policy, path):
    send = client.get if path in {"", "guideline"} else client.post
    assert send(URL + path, headers=SCRIPT).status_code == 401
    client.force_login(make.person("ada", "adjudicator"))
    assert send(URL + path, headers=SCRIPT).status_code == 403


def test_the_purpose_never_reaches_the_browser(client, lena, omar):
    policy = make.policy("weapons", required_opinions=2, slice_opinions=2)
    make.queued("a", policy)
    client.force_login(lena)
    first = client.get(URL)
    client.post(URL, answer(shown(first)[0]), headers=SCRIPT)
    client.force_login(omar)
    second = client.get(URL)
    assert Assignment.objects.get(pk=shown(second)[0]).entry.purpose == "second"

    def bare(response):
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "ID", response.content.decode())
        return re.sub(r'(csrfmiddlewaretoken" value|data-user)="\w+"', "", text)

    assert bare(first) == bare(second)


def queries_of_a_label(client, policy, assertion, count):
    assignment = shown(client.get(URL))[0]
    with assertion(count):
        client.post(URL, answer(assignment), headers=SCRIPT)


def test_a_label_takes_the_same_queries_whatever_the_size_of_the_pool(screen, policy, django_assert_num_queries):
    for n in range(5):
        make.queued(f"{n}", policy)
    queries_of_a_label(screen, policy, django_assert_num_queries, 16)
    for n in range(5, 60):
        make.queued(f"{n}", policy)
    queries_of_a_label(screen, policy, django_assert_num_queries, 16)
