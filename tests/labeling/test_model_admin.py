"""Models and what machines gave up on, in the admin: shown to admins, changed by two buttons, hidden from the rest."""

import pytest
from auditlog.models import LogEntry
from django.contrib.messages import get_messages
from django.urls import reverse

from labeling.models import MachineWork, QueueEntry
from ml.models import ModelVersion
from tests import factories as make
from tests import machine_factories as machine

pytestmark = pytest.mark.django_db
BACKEND = "labeling.access.RoleBackend"
SURE = (0.9, 0.05, 0.05)


@pytest.fixture
def weapons():
    return make.policy()


@pytest.fixture
def admin(client):
    client.who = make.person("admin", "admin")
    client.force_login(client.who, backend=BACKEND)
    return client


@pytest.fixture(autouse=True)
def sent(monkeypatch):
    """The tasks that were sent, instead of a broker."""
    found = []
    monkeypatch.setattr("celery.Task.apply_async", lambda task, ids=(), *_, **__: found.append(task.name))
    return found


def page(client, name: str, *arguments, **query) -> str:
    answer = client.get(reverse(f"admin:{name}", args=arguments), query)
    assert answer.status_code == 200
    return answer.content.decode()


def act(client, model: str, action: str, *rows):
    data = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(f"admin:{model}_changelist"), data)


def state(version: ModelVersion) -> str:
    return ModelVersion.objects.get(pk=version.pk).state


def test_making_a_model_active_is_asked_for_first_and_retires_the_other(admin, weapons):
    old, new = machine.classifier(weapons, "old"), machine.classifier(weapons, "new", state="candidate")
    machine.scored(make.queued("a", weapons))
    address = act(admin, "ml_modelversion", "make_active", new).url
    text = admin.get(address).content.decode()
    assert "It takes the place of old, which is active for Weapons now" in text
    assert "Images that the workers judge with it: 1." in text
    assert (state(old), state(new)) == ("active", "candidate")
    assert admin.post(address).url == reverse("admin:ml_modelversion_change", args=[new.pk])
    assert (state(old), state(new)) == ("retired", "active")


def test_a_change_of_state_is_in_the_audit_log_with_who_made_it(admin, weapons):
    model = machine.classifier(weapons, state="candidate")
    admin.post(reverse("admin:ml_modelversion_state", args=[model.pk, "activate"]))
    entry = LogEntry.objects.get_for_object(model).filter(action=LogEntry.Action.UPDATE).get()
    assert (entry.actor, entry.changes["state"]) == (admin.who, ["candidate", "active"])


def test_the_workers_are_woken_when_a_model_is_put_to_use(admin, weapons, sent, django_capture_on_commit_callbacks):
    model = machine.classifier(weapons, state="candidate")
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(reverse("admin:ml_modelversion_state", args=[model.pk, "activate"]))
    assert [name for name in sent if "judge" in name]


def test_a_model_is_retired(admin, weapons):
    model = machine.classifier(weapons)
    make.queued("a", weapons)
    QueueEntry.objects.update(strategy="entropy", model_version=model)
    address = reverse("admin:ml_modelversion_state", args=[model.pk, "retire"])
    text = admin.get(address).content.decode()
    assert "No model will be active for Weapons" in text
    assert "that get another place: 1." in text
    admin.post(address)
    assert state(model) == "retired"


@pytest.mark.parametrize(
    ("fields", "change", "because"),
    [
        ({}, "activate", "It is active already."),
        ({"state": "retired"}, "retire", "It is retired already."),
        ({"state": "candidate", "preprocessing": {"embedder": "other"}}, "activate", "another embedder"),
    ],
)
def test_what_makes_no_sense_is_refused_with_a_reason(admin, weapons, fields, change, because):
    machine.embedder()
    model = machine.classifier(weapons, **fields)
    before = state(model)
    address = reverse("admin:ml_modelversion_state", args=[model.pk, change])
    assert because in admin.get(address).content.decode()
    assert because in admin.post(address).content.decode()
    assert state(model) == before
    names = [name for name, _ in admin.get(reverse("admin:ml_modelversion_change", args=[model.pk])).context["changes"]]
    assert {"activate": "Make active", "retire": "Retire"}[change] not in names


def test_the_embedder_is_not_chosen_by_people(admin):
    embedder = machine.embedder()
    text = page(admin, "ml_modelversion_state", embedder.pk, "retire")
    assert "workers put all other models to use by themselves" in text
    assert "There is no report" not in page(admin, "ml_modelversion_report", embedder.pk)
    assert "never fine-tuned" in page(admin, "ml_modelversion_report", embedder.pk)


def test_one_model_at_a_time(admin, weapons):
    models = [machine.classifier(weapons, name, state="candidate") for name in "ab"]
    answer = act(admin, "ml_modelversion", "make_active", *models)
    assert [str(said) for said in get_messages(answer.wsgi_request)] == ["Choose one model at a time."]


def test_a_category_that_the_model_does_not_know_is_named(admin, weapons):
    model = machine.classifier(weapons, state="candidate", categories=["safe", "low"])
    assert "came after its training: Harmful." in page(admin, "ml_modelversion_state", model.pk, "activate")


def test_the_page_of_a_model_tells_what_it_was_made_from(admin, weapons):
    model = machine.classifier(weapons)
    text = page(admin, "ml_modelversion_change", model.pk)
    for said in ("safe, low, harmful", "c" * 64, "training", '<th scope="row">heads</th><td>5</td>', "Weapons"):
        assert said in text
    assert page(admin, "ml_trainingrun_change", model.training_run.pk)
    assert "heads-1" in page(admin, "ml_modelversion_changelist")


def test_the_report_says_that_it_knows_too_little(admin, weapons):
    text = page(admin, "ml_modelversion_report", machine.classifier(weapons).pk)
    assert "not enough data yet: 0 of 30" in text
    assert "it has judged nothing yet" in text
    assert "Where it differs" not in text


def test_the_report_shows_its_numbers_with_their_intervals(admin, weapons):
    model, lena = machine.classifier(weapons), make.person("lena", "labeler")
    for number in range(30):
        machine.judged(make.queued(f"{number}", weapons), model, *SURE)
        make.label_next(lena, weapons, "harmful" if number < 3 else "safe")
    text = page(admin, "ml_modelversion_report", model.pk)
    assert "<strong>90%</strong>" in text
    assert "74% to 97%, n&nbsp;=&nbsp;30" in text
    assert '<td class="heat-9">27</td>' in text
    assert "not enough data yet: 3 of 10" in text
    assert "90% sure of its answer, and right in 90%" in text


def test_what_was_set_aside_is_listed_with_its_error_and_tried_again(admin, sent, django_capture_on_commit_callbacks):
    work = machine.set_aside(make.image("a"), "OSError: cut short")
    under_way = MachineWork.objects.create(image=make.image("b"), stage="score")
    assert "OSError: cut short" in page(admin, "labeling_machinework_changelist")
    with django_capture_on_commit_callbacks(execute=True):
        answer = act(admin, "labeling_machinework", "try_again", work, under_way)
    assert [str(said) for said in get_messages(answer.wsgi_request)] == ["1 image is tried again."]
    assert list(MachineWork.objects.all()) == [under_way]
    assert sent == [f"labeling.tasks.{verb}_images" for verb in ("score", "explain", "caption")]


def test_queue_entries_are_found_by_the_model_that_placed_them(admin, weapons):
    models = [machine.classifier(weapons, "one"), machine.classifier(weapons, "two", state="retired")]
    images = [make.queued(name, weapons) for name in "abc"]
    for image, model in zip(images, models, strict=False):
        QueueEntry.objects.filter(image=image).update(strategy="entropy", model_version=model, priority=0.5)
    answer = admin.get(reverse("admin:labeling_queueentry_changelist"), {"model": models[0].pk})
    assert [row.image for row in answer.context["cl"].result_list] == [images[0]]
    assert "highest entropy: 0.500" in answer.content.decode()
    assert reverse("admin:ml_modelversion_change", args=[models[0].pk]) in answer.content.decode()


def test_the_page_of_an_image_says_what_models_say(admin, weapons):
    image = make.image("a")
    assert "No model has judged it." in page(admin, "labeling_image_change", image.pk)
    machine.judged(image, machine.classifier(weapons), 0.7, 0.1, 0.2)
    text = page(admin, "labeling_image_change", image.pk)
    for said in ("70% Safe", "10% Low", "20% Harmful", "0.802", "heads-1"):
        assert said in text


def test_an_adjudicator_sees_no_opinion_of_a_model(client, weapons):
    make.Policy.objects.update(required_opinions=2, slice_opinions=2)
    model, image = machine.classifier(weapons, "the-model"), make.queued("a", weapons)
    machine.judged(image, model, *SURE)
    for name, key in (("lena", "safe"), ("omar", "harmful")):
        make.label_next(make.person(name, "labeler"), weapons, key)
    case = QueueEntry.objects.get(state="open", purpose="adjudication")
    QueueEntry.objects.filter(pk=case.pk).update(strategy="entropy", model_version=model)
    client.force_login(make.person("ada", "adjudicator"), backend=BACKEND)
    for name, *arguments in (("labeling_adjudicationcase_changelist",), ("labeling_adjudicationcase_change", case.pk)):
        text = page(client, name, *arguments)
        assert not [said for said in ("the-model", "entropy", "90%", "Machines") if said in text]
    closed = [
        ("ml_modelversion_changelist",),
        ("ml_modelversion_change", model.pk),
        ("ml_modelversion_report", model.pk),
        ("ml_modelversion_state", model.pk, "retire"),
        ("ml_trainingrun_changelist",),
        ("labeling_machinework_changelist",),
        ("labeling_queueentry_changelist",),
        ("labeling_image_change", image.pk),
    ]
    answers = {name: client.get(reverse(f"admin:{name}", args=arguments)).status_code for name, *arguments in closed}
    assert set(answers.values()) == {403}, answers
    assert client.post(reverse("admin:ml_modelversion_state", args=[model.pk, "retire"])).status_code == 403
    assert state(model) == "active"


@pytest.mark.parametrize("kind", ["captioner", "tagger"])
def test_the_report_on_what_puts_images_into_words_says_what_it_does(admin, kind):
    text = page(admin, "ml_modelversion_report", machine.captioner(kind=kind).pk)
    assert "It says in words what is in an image" in text
    assert "There is no report" not in text
