"""What is stored about help with a label: what was offered, what of that was opened, never more than can be."""

import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

from labeling import clock, help
from labeling.help import AIDS, OPENABLE
from labeling.models import Label
from labeling.selectors.exposure import PAUSE
from labeling.services.leases import claim_next, lease_entry
from labeling.services.undoing import withdraw_label
from tests import factories as make

pytestmark = pytest.mark.django_db
URL = "/label/weapons/"
SCRIPT = {"HX-Request": "true"}
START = timezone.now()
OPENED = {"opened_heatmap_ms": "700", "opened_guideline_ms": "300"}


@pytest.fixture
def policy():
    return make.policy()


@pytest.fixture
def lena(client):
    made = make.person("lena", "labeler")
    client.force_login(made)
    return made


@pytest.fixture
def send(client, policy, lena):
    """Answers an image that was leased a minute ago, as the page does; returns the response."""
    numbers = iter(range(100))

    def post(said="category:harmful", *, lease=None, **fields):
        if lease is None:
            make.queued(f"{next(numbers)}", policy)
            with clock.at(START):
                lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
        sent = {"assignment": lease.assignment_id, "answer": said, "page": uuid.uuid4(), "looked_ms": "2000"}
        with clock.at(START + timedelta(minutes=1)):
            return client.post(URL, sent | fields, headers=SCRIPT)

    return post


def stored():
    return Label.objects.latest("id")


def test_the_server_says_what_was_offered_and_the_page_what_was_opened(send):
    send(**OPENED, opened_caption_ms="", opened_crystal_ms="9", mode="blind", arm="without", offered="[]")
    assert stored().help == {
        "mode": "on_asking",
        "arm": "with",
        "offered": list(AIDS),
        "opened": {"heatmap": 700, "guideline": 300},
    }


def test_what_was_not_offered_was_not_opened_but_for_the_guideline(send, monkeypatch):
    monkeypatch.setattr(help, "WITHOUT_SHARE", 1.0)
    send(**OPENED)
    assert stored().help == {"mode": "on_asking", "arm": "without", "offered": [], "opened": {"guideline": 300}}


def test_a_blind_queue_offers_nothing(send, policy):
    policy.help_mode = "blind"
    policy.save()
    send(**OPENED, sign="agrees")
    assert stored().help == {"mode": "blind", "arm": "with", "offered": [], "opened": {"guideline": 300}}


def test_nothing_was_open_for_longer_than_the_lease(send):
    send(opened_heatmap_ms="999999999", opened_similar_ms="-5", harm_ms="999999999", plain_ms="999999999")
    assert stored().help["opened"] == {"heatmap": 60_000, "similar": 0}
    assert stored().exposure_ms == 120_000


def test_a_label_that_comes_home_after_weeks_counts_no_more_than_a_day(send, lena, policy):
    make.queued("old", policy)
    with clock.at(START - timedelta(days=40)):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    send(lease=lease, looked_ms=str(10**10), opened_heatmap_ms=str(10**10), harm_ms=str(10**10))
    day, pause = 24 * 3600 * 1000, PAUSE // timedelta(milliseconds=1)
    assert (stored().help["opened"], stored().exposure_ms) == ({"heatmap": day}, 2 * pause)


def test_an_image_counts_no_longer_than_a_pause_whatever_stood_on_the_screen(send, lena, policy):
    make.queued("lunch", policy)
    with clock.at(START - timedelta(hours=1)):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    send(lease=lease, looked_ms="3600000", plain_ms="3600000", harm_ms="1000")
    assert stored().exposure_ms == PAUSE // timedelta(milliseconds=1) + 1000


def test_the_time_out_of_sight_is_stored_and_counts_as_none_of_looking(send):
    send(looked_ms="30000", away_ms="28000")
    assert (stored().help["away"], stored().exposure_ms) == (28_000, 2000)
    assert stored().decided_at - stored().shown_at == timedelta(seconds=30)
    assert stored().looked == timedelta(seconds=2)
    send(looked_ms="30000", away_ms="999999999")
    assert (stored().looked, stored().exposure_ms) == (timedelta(), 0)
    send(looked_ms="30000")
    assert "away" not in stored().help
    assert stored().looked == timedelta(seconds=30)


@pytest.mark.parametrize("field", [*(f"opened_{each}_ms" for each in OPENABLE), "plain_ms", "harm_ms", "away_ms"])
def test_a_wrong_number_is_refused(send, field):
    assert send(**{field: "long"}).status_code == 422
    assert not Label.objects.exists()


@pytest.mark.parametrize(
    ("said", "softening", "fields", "exposure"),
    [
        ("category:harmful", "none", {}, 2000),
        ("category:harmful", "none", {"harm_ms": "500"}, 2500),
        ("category:harmful", "blur", {}, 0),
        ("category:harmful", "blur", {"plain_ms": "400", "harm_ms": "500"}, 900),
        ("category:harmful", "grayscale", {"plain_ms": "0"}, 0),
        ("category:safe", "none", {}, 0),
        ("category:low", "none", {"plain_ms": "1500", "harm_ms": "500"}, 500),
        ("unsure", "none", {"plain_ms": "1500"}, 0),
    ],
)
def test_exposure_is_what_was_seen_unsoftened_of_what_is_to_be_blocked(send, lena, said, softening, fields, exposure):
    lena.softening = softening
    lena.save()
    send(said, **fields)
    assert stored().exposure_ms == exposure


def test_a_sign_is_believed_only_after_an_earlier_answer_to_the_same_image(send, lena):
    send(sign="disagrees")
    assert "sign" not in stored().help
    entry = withdraw_label(person=lena, label_id=stored().pk)
    again = lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4())
    send("category:safe", lease=again, sign="disagrees")
    assert (stored().round, stored().help["sign"]) == (2, "disagrees")


def test_a_sign_that_nobody_knows_is_ignored(send, lena):
    send()
    entry = withdraw_label(person=lena, label_id=stored().pk)
    send(lease=lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4()), sign="perhaps")
    assert "sign" not in stored().help


def test_sent_again_the_first_report_stays(send, policy, lena):
    make.queued("a", policy)
    with clock.at(START):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    send(lease=lease, **OPENED)
    assert send(lease=lease, opened_similar_ms="1").status_code == 200
    assert stored().help["opened"] == {"heatmap": 700, "guideline": 300}


@pytest.mark.parametrize("share", [0.0, 1.0])
def test_the_active_models_answer_is_kept_in_both_arms(send, policy, lena, monkeypatch, share):
    monkeypatch.setattr(help, "WITHOUT_SHARE", share)
    image, model = make.queued("a", policy), make.classifier(policy)
    make.prediction(image, model, [0.2, 0.4, 0.4])
    make.prediction(image, make.classifier(policy, "older", "retired"), [1, 0, 0])
    with clock.at(START):
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
    send(lease=lease)
    assert stored().help["model"] == {"version": model.pk, "says": "low"}
