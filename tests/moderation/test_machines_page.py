"""The page about machines: what it says of workers, of work, and of what it cannot know."""

from datetime import timedelta

import pytest
from django.urls import reverse

from labeling import clock
from moderation.admin.machines import in_words
from moderation.models import IncomingFile
from moderation.workers import BrokerAwayError, Job, Worker
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db
BACKEND = "labeling.access.RoleBackend"
ADDRESSES = ("machines", "machines_workers", "machines_backlog")


@pytest.fixture
def admin(client):
    client.force_login(make.person("admin", "admin"), backend=BACKEND)
    return client


@pytest.fixture
def answering(monkeypatch):
    """Lets these workers answer, or the broker be away."""

    def answer(*found: Worker, away: str = "") -> None:
        def ask() -> list[Worker]:
            if away:
                raise BrokerAwayError(away)
            return list(found)

        monkeypatch.setattr("moderation.admin.machines.ask_workers", ask)

    return answer


def part(client, name: str) -> str:
    answer = client.get(reverse(f"admin:machines_{name}"))
    assert answer.status_code == 200
    return answer.content.decode()


def worker(*queues: str, busy: tuple[Job, ...] = ()) -> Worker:
    return Worker("celery@here", queues, "CPU, 2 cores", busy, 12)


def test_the_page_waits_for_nobody(admin, answering, django_assert_max_num_queries):
    answering(away="no route")
    with django_assert_max_num_queries(4):
        text = admin.get(reverse("admin:machines")).content.decode()
    assert "Asking the workers" in text
    for name in ("workers", "backlog"):
        assert f'hx-get="{reverse(f"admin:machines_{name}")}"' in text


def test_the_page_is_on_the_start_page_of_admins(admin):
    sections = admin.get(reverse("admin:index")).context["app_list"]
    section = next(each for each in sections if str(each["name"]) == "Machines")
    names = [str(model["name"]) for model in section["models"]]
    assert names == ["Workers and backlog", "Models", "Training runs", "Captions", "Set aside by machines"]
    assert f'href="{reverse("admin:machines")}"' in admin.get(reverse("admin:index")).content.decode()


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_nobody_else_sees_it(client, role):
    client.force_login(make.person("somebody", role), backend=BACKEND)
    assert {client.get(reverse(f"admin:{name}")).status_code for name in ADDRESSES} == {403}


def test_adjudicators_have_no_link_to_it(client):
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    assert b"Workers and backlog" not in client.get(reverse("admin:index")).content


def test_a_page_that_stays_open_after_a_logout_is_told_so(client):
    for name in ADDRESSES[1:]:
        assert client.get(reverse(f"admin:{name}"), headers={"HX-Request": "true"}).status_code == 401


def test_workers_are_shown_with_what_they_do(admin, answering):
    since = clock.now().replace(hour=3, minute=4, second=5)
    answering(worker("cpu", "gpu", busy=(Job("labeling.tasks.score_images", "7", since),)))
    text = part(admin, "workers")
    for said in ("celery@here", "cpu, gpu", "CPU, 2 cores", "labeling.tasks.score_images", "(7)", "03:04:05", "12"):
        assert said in text
    assert "No worker" not in text


@pytest.mark.parametrize(
    ("queues", "warning"),
    [
        (["cpu"], "No worker takes the queue gpu: nothing is scored."),
        (["gpu"], "No worker takes the queue cpu"),
    ],
)
def test_a_queue_that_nobody_takes_is_a_warning(admin, answering, queues, warning):
    answering(worker(*queues))
    assert warning in part(admin, "workers")


def test_no_worker_and_no_broker_are_told_apart(admin, answering):
    answering()
    assert "No worker answers" in part(admin, "workers")
    answering(away="Connection refused")
    text = part(admin, "workers")
    assert "The broker does not answer." in text
    assert "Connection refused" in text


def test_what_waits_is_shown_stage_by_stage(admin):
    policy = make.policy()
    model = machine.classifier(policy)
    images = [make.queued(name, policy) for name in "abc"]
    machine.scored(images[0])
    machine.judged(images[0], model, 0.9, 0.05, 0.05)
    for number, state in enumerate(("waiting", "failed", "failed")):
        IncomingFile.objects.create(source=make.source(), name="f", external_id=str(number), state=state)
    answer = admin.get(reverse("admin:machines_backlog"))
    told = {
        name: (line.waiting.value, line.aside and line.aside.value, left) for line, name, left in answer.context["rows"]
    }
    assert told["Taking files in"] == (1, 2, "")
    assert told["Scoring"][:2] == (2, 0)
    assert told["Scoring"][2].startswith("1 of 3, about ")
    assert told["Judging: Weapons"] == (0, None, "")
    assert told["Heatmaps: Weapons"] == (3, 0, "nothing done in the last minute")
    assert told["Labels by people"] == (3, None, "")
    text = answer.content.decode()
    assert '<progress max="3" value="1" aria-label="Scoring">' in text
    assert reverse("admin:ml_modelversion_change", args=[model.pk]) in text
    assert reverse("admin:moderation_failedfile_changelist") in text


def test_before_anything_came_in_it_says_so_plainly(admin):
    text = part(admin, "backlog")
    assert "nothing waits" in text
    assert "Nothing: machines could read every image so far." in text
    assert "nan" not in text.lower().replace("finance", "")


def test_the_latest_failures_are_shown_with_their_pictures(admin):
    works = [machine.set_aside(make.image(f"{number}"), f"error number {number}") for number in range(7)]
    text = part(admin, "backlog")
    assert [number for number in range(7) if f"error number {number}" in text] == [2, 3, 4, 5, 6]
    assert reverse("admin:labeling_machinework_picture", args=[works[-1].pk, "thumb"]) in text
    assert reverse("admin:labeling_machinework_changelist") in text


def test_the_plots_can_be_read_out(admin):
    machine.scored(make.image("a"), at=clock.now() - timedelta(minutes=3, seconds=5))
    text = part(admin, "backlog")
    assert 'role="img" aria-labelledby="scored-title scored-desc"' in text
    assert "1 in the last hour, 0 of them in the last minute." in text
    assert "<title>1, 3 minutes ago</title>" in text
    assert "style=" not in text


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "10 s"),
        (34, "30 s"),
        (58, "1 min"),
        (100, "2 min"),
        (3600, "1 hour"),
        (7500, "2 hours"),
        (200_000, "2 days"),
    ],
)
def test_durations_are_said_as_people_say_them(seconds, words):
    assert in_words(timedelta(seconds=seconds)) == words
