"""After an answer, never before, a header says whether the model agrees; without help it says nothing."""

import uuid

import pytest

from labeling import help
from labeling.services.leases import claim_next
from tests import factories as make

pytestmark = pytest.mark.django_db
URL = "/label/weapons/"
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def policy():
    made = make.policy()
    made.categories.filter(key="harmful").update(name="Schädlich; sehr")
    return made


@pytest.fixture
def model(policy):
    return make.classifier(policy)


@pytest.fixture
def image(policy, model):
    made = make.queued("a", policy)
    make.prediction(made, model, [0.1, 0.2, 0.7])
    return made


@pytest.fixture
def send(client, policy, image):
    lena = make.person("lena", "labeler")
    client.force_login(lena)

    def post(said, *, page=True, headers=SCRIPT):
        fields = {"assignment": lease.assignment_id, "answer": said}
        return client.post(URL, fields | ({"page": uuid.uuid4()} if page else {}), headers=headers)

    lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    return post


def test_it_agrees(send):
    assert send("category:harmful")["X-Sign"] == "agrees"


def test_it_disagrees_and_says_what_it_holds_most_probable(send):
    assert send("category:safe")["X-Sign"] == "disagrees;Sch%C3%A4dlich%3B%20sehr"


def test_sent_again_the_answer_has_the_same_sign(send):
    assert send("category:safe")["X-Sign"] == send("category:safe")["X-Sign"]


@pytest.mark.parametrize("said", ["unsure", "cannot_judge:context"])
def test_there_is_none_where_no_category_was_named(send, said):
    assert "X-Sign" not in send(said)


def test_there_is_none_in_the_arm_without(send, monkeypatch):
    monkeypatch.setattr(help, "WITHOUT_SHARE", 1.0)
    assert "X-Sign" not in send("category:safe")


def test_there_is_none_in_a_blind_queue(send, policy):
    policy.help_mode = "blind"
    policy.save()
    assert "X-Sign" not in send("category:harmful")


def test_there_is_none_for_a_category_that_the_model_has_not_learnt(policy, model, send):
    model.categories = ["safe", "other", "harmful"]
    model.save()
    assert "X-Sign" not in send("category:low")


@pytest.mark.parametrize("state", ["candidate", "shadow", "retired"])
def test_only_the_active_model_speaks(send, model, state):
    model.state = state
    model.save()
    assert "X-Sign" not in send("category:harmful")


def test_there_is_none_before_the_model_has_judged_the_image(send, image):
    image.predictions.all().delete()
    assert "X-Sign" not in send("category:harmful")


def test_there_is_none_for_an_answer_of_an_earlier_page(send):
    assert "X-Sign" not in send("category:harmful", page=False)


def test_there_is_none_for_a_plain_form(send):
    assert "X-Sign" not in send("category:harmful", headers={})


@pytest.mark.parametrize(("said", "more"), [("category:harmful", 0), ("category:safe", 1)])
def test_an_agreement_takes_no_query_and_a_disagreement_one(send, django_assert_num_queries, said, more):
    # Those of any label, but for the lease: there is no next image.
    with django_assert_num_queries(15 + more):
        send(said)
