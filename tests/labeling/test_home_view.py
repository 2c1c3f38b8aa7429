import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from labeling.selectors import filling, queue
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return make.person("lena", "labeler")


def test_labelers_see_what_waits_and_what_they_did_today(client, lena):
    policy = make.policy()
    for name in "abc":
        make.queued(name, policy)
    make.label_next(lena, policy)
    client.force_login(lena)
    assert [(each.waiting, each.today) for each in client.get("/").context["queues"]] == [(2, 1)]


def test_counting_stops_where_nobody_needs_to_know(client, lena, monkeypatch):
    monkeypatch.setattr(queue, "COUNT_LIMIT", 2)
    policy = make.policy()
    for name in "abcd":
        make.queued(name, policy)
    client.force_login(lena)
    (shown,) = client.get("/").context["queues"]
    assert (shown.waiting, shown.is_long) == (3, True)


def test_without_a_policy_it_says_what_is_missing(client, lena):
    client.force_login(lena)
    assert "There is no question to work on yet" in client.get("/").content.decode()


def test_admins_find_their_tools_and_no_queue(client):
    make.policy()
    client.force_login(make.person("admin", "admin"))
    text = client.get("/").content.decode()
    assert "Upload pictures" in text
    assert "Start labeling" not in text


def test_a_person_without_a_role_is_told_so(client):
    client.force_login(make.person("new"))
    assert client.get("/").status_code == 403


def test_the_queries_grow_neither_with_the_pool_nor_with_the_policies(client, lena):
    def count():
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get("/")
        return len(queries)

    client.force_login(lena)
    make.queued("a", make.policy("one"))
    few = count()
    for slug in ("two", "three"):
        policy = make.policy(slug)
        for n in range(10):
            make.queued(f"{slug} {n}", policy)
    assert count() == few


@pytest.fixture
def filling_in():
    """Another process, as far as PostgreSQL can tell, that fills the demo in."""
    other = connection.copy()
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [filling.LOCK])
    yield other
    other.close()


def test_while_the_demo_is_filled_in_a_line_says_how_far_it_is(client, lena, filling_in, settings):
    settings.DEMO_PICTURES = 3
    for name in "ab":
        make.image(name, of=make.source("demo"))
    make.image("c", of=make.source("shop"))
    client.force_login(lena)
    text = client.get("/").content.decode()
    assert "2 of 3 pictures" in text
    assert 'hx-trigger="every 2s"' in text


def test_the_line_goes_on_by_itself_and_ends_with_the_process(client, lena, filling_in, settings):
    settings.DEMO_PICTURES = 1
    image = make.image("a", of=make.source("demo"))
    client.force_login(lena)

    def line():
        return client.get("/", headers={"HX-Request": "true"}).content.decode()

    assert "looked at 0 of 1 pictures" in line()
    make.embedding(image, [1.0])
    assert "the first model is being trained" in line()
    with filling_in.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    ended = line()
    assert ended.split() == ["<div", 'id="demo">', "</div>"]
    assert "htmx" not in client.get("/").content.decode().replace("htmx-config", "")


def waiting(person, policy):
    [found] = queue.queues_for(person, policy.slug)
    return found.waiting


@pytest.mark.parametrize("second", ["safe", "harmful"])
def test_after_every_answer_one_image_less_waits_whatever_others_have_said(second):
    """With a tie-break: a first opinion wants a second, an agreeing second ends it, another one wants a third."""
    policy = make.policy(required_opinions=2, slice_opinions=2, tie_break=True)
    lena, omar = (make.person(name, "labeler") for name in ("lena", "omar"))
    for number in range(3):
        make.queued(f"{number}", policy)
    make.label_next(omar, policy, "safe")
    assert waiting(omar, policy) == 2
    found = []
    while make.label_next(lena, policy, second):
        found.append(waiting(lena, policy))
    assert found == [2, 1, 0]
    assert waiting(omar, policy) == 2  # two first opinions by now; of the third image nothing is left to them


def test_what_waits_for_others_does_not_hide_what_waits_for_a_person(monkeypatch):
    monkeypatch.setattr(queue, "COUNT_LIMIT", 2)
    policy = make.policy(required_opinions=2, slice_opinions=2)
    lena, omar = (make.person(name, "labeler") for name in ("lena", "omar"))
    for number in range(8):
        make.queued(f"{number}", policy)
    for _ in range(7):
        make.label_next(lena, policy)
    assert (waiting(lena, policy), waiting(omar, policy)) == (1, 3)
