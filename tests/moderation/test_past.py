"""A new bank entry searches what had come in before, and proposes what it finds; people say what follows."""

from datetime import timedelta

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from labeling import clock
from labeling.models import CopyGroup, CopyMatch, Image, PeopleDecision, QueueEntry
from labeling.services import copies
from ml import services as ml
from moderation.models import BankEntry, BankFinding
from moderation.services import findings, past
from tests import factories as make
from tests.moderation.test_banks import NOON, Day
from tests.moderation.test_hash_lists import HASH, List, decided, turned

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return ml.draw_scene(7).jpeg


def stored(image, jpeg):
    """Give the image bytes, hashed as on the way in, and an embedding far from all others."""
    name = default_storage.save(f"views/past-{image.pk}.jpg", ContentFile(jpeg))
    Image.objects.filter(pk=image.pk).update(view_key=name)
    make.embedding(image, [float(image.pk), 1.0])
    image.refresh_from_db()
    return image


@pytest.fixture
def day(scene):
    """The first picture is in the bank. Before it came an edited copy that no search has found, and another picture."""
    with clock.at(NOON - timedelta(minutes=5)):
        policy = make.policy(required_opinions=2, slice_opinions=2, slice_share=1e-9)
        early = make.queued("early copy", policy)
        other = make.queued("other", policy)
    QueueEntry.objects.all().update(state="void")  # people label the first picture now, and these later
    day = DayWith(policy)
    day.early, day.other = stored(early, ml.edit_copy(scene, seed=1)), stored(other, ml.draw_scene(8).jpeg)
    stored(day.first, scene)
    day.copy()
    return day


class DayWith(Day):
    def __init__(self, policy):
        self.policy, self.count = policy, 0
        self.source = make.source("shop", policy)
        self.people = [make.person(name, "labeler") for name in ("anna", "boris", "chen")]
        with clock.at(NOON):
            self.first = make.queued("first", policy)
        with clock.at(NOON + timedelta(minutes=1)):
            self.labels = [make.label_next(who, policy, "harmful") for who in self.people[:2]]


def test_what_is_proved_to_be_the_entrys_picture_is_proposed_once(day):
    assert past.search_next() == 1
    finding = BankFinding.objects.get()
    assert (finding.entry, finding.image, finding.accepted) == (BankEntry.objects.get(), day.early, None)
    assert finding.agreement > 0.75
    assert finding.inliers >= 10
    assert past.search_next() == 0
    BankEntry.objects.update(past_searched_at=None)
    assert past.search_next() == 1
    assert BankFinding.objects.count() == 1
    assert not CopyMatch.objects.filter(image__in=[day.early, day.first], other__in=[day.early, day.first]).exists()


def test_taken_it_is_one_picture_with_the_entrys(day):
    past.search_next()
    assert findings.accept(finding=BankFinding.objects.get(), by=day.people[0])
    assert CopyGroup.objects.get(images=day.early) == CopyGroup.objects.get(images=day.first)
    assert not findings.accept(finding=BankFinding.objects.get(), by=day.people[0])
    finding = BankFinding.objects.get()
    assert (finding.accepted, finding.answered_by) == (True, day.people[0])


def test_what_people_had_decided_otherwise_goes_to_an_adjudicator(day):
    make.decided(day.early, day.policy, "safe")
    past.search_next()
    findings.accept(finding=BankFinding.objects.get(), by=day.people[0])
    waiting = QueueEntry.objects.filter(state="open", purpose="adjudication")
    assert set(waiting.values_list("image", flat=True)) == {day.early.pk, day.first.pk}
    assert PeopleDecision.objects.filter(withdrawal=None).count() == 2


def test_dismissed_nothing_follows_and_it_is_not_proposed_again(day):
    past.search_next()
    assert findings.dismiss(finding=BankFinding.objects.get(), by=day.people[0])
    BankEntry.objects.update(past_searched_at=None)
    past.search_next()
    assert BankFinding.objects.get().accepted is False
    assert CopyGroup.objects.get(images=day.early) != CopyGroup.objects.get(images=day.first)


def test_what_is_joined_or_parted_or_decided_alike_is_not_proposed(day):
    match = make.copy_match(*sorted([day.first, day.early], key=lambda image: -image.pk))
    copies.join(match)
    copies.part(match=match, by=day.people[0])
    past.search_next()
    assert not BankFinding.objects.exists()


def test_an_erased_entry_is_searched_for_and_finds_nothing(day):
    Image.objects.filter(pk=day.first.pk).update(view_key="")
    assert past.search_next() == 1
    assert not BankFinding.objects.exists()


def test_an_entry_for_which_the_search_fails_says_so_and_holds_up_no_other(day, monkeypatch, client):
    def broken(**_):
        raise ValueError("no such pixel")

    monkeypatch.setattr("labeling.services.copy_search.search_deeply", broken)
    assert past.search_next() == 1
    assert past.search_next() == 0
    entry = BankEntry.objects.get()
    assert entry.past_error == "ValueError: no such pixel"
    client.force_login(make.person("ada", "admin"))
    assert "It could not be searched: ValueError: no such pixel" in page(client, entry)


def test_while_the_storage_is_away_nothing_is_marked_as_searched(day, monkeypatch):
    def away(**_):
        raise ConnectionError("away")

    monkeypatch.setattr("labeling.services.copy_search.search_deeply", away)
    with pytest.raises(ConnectionError):
        past.search_next()
    assert BankEntry.objects.get().past_searched_at is None


def test_what_no_source_asked_about_is_not_proposed(day):
    day.source.policies.clear()
    past.search_next()
    assert not BankFinding.objects.exists()


def test_a_list_proposes_what_is_near_and_people_look_at_what_is_taken():
    listed = List()
    BankEntry.objects.all().delete()
    near = listed.arrive("near", turned(HASH, 31))
    listed.arrive("far", turned(HASH, 32))
    listed.arrive("plain", quality=10)
    listed.arrive("elsewhere", of=make.source("without the question"))
    alike = listed.arrive("decided alike", turned(HASH, 2))
    make.decided(alike, listed.policy, "harmful")
    listed.add()
    assert past.search_next() == 1
    finding = BankFinding.objects.get()
    assert (finding.image, finding.pdq_distance, finding.agreement) == (near, 31, None)
    QueueEntry.objects.filter(image=near).update(state="void")
    findings.accept(finding=finding, by=listed.ada)
    assert QueueEntry.objects.filter(image=near, state="open").exists()
    assert decided() == []


def test_a_long_list_is_searched_for_in_portions():
    listed = List()
    for n in range(5):
        listed.add(turned(HASH, 40 + n))
    assert [past.search_next(count=4), past.search_next(count=4), past.search_next(count=4)] == [4, 2, 0]


def test_an_admin_sees_and_answers_and_the_first_page_says_that_there_is_something(client, day):
    past.search_next()
    client.force_login(make.person("ada", "admin"))
    assert "matches 1 image that came in before" in client.get(reverse("admin:index")).content.decode()
    address = reverse("admin:moderation_bankfinding_changelist")
    text = client.get(address).content.decode()
    assert f"{BankFinding.objects.get().agreement:.0%} shows the same" in text
    sent = {"action": "dismiss", "_selected_action": [BankFinding.objects.get().pk]}
    assert "1 finding is dismissed." in client.post(address, sent, follow=True).content.decode()
    for state, count in (("", 0), ("taken", 0), ("dismissed", 1), ("all", 1)):
        assert client.get(address, {"state": state} if state else {}).context["cl"].result_count == count, state
    assert "came in before" not in client.get(reverse("admin:index")).content.decode()
    entry = client.get(reverse("admin:moderation_bankentry_change", args=[BankEntry.objects.get().pk]))
    assert "1 image that came in before" in entry.content.decode()


@pytest.mark.parametrize("role", ["labeler", "adjudicator"])
def test_nobody_else_sees_or_answers(client, day, role):
    past.search_next()
    client.force_login(make.person("somebody", role))
    address = reverse("admin:moderation_bankfinding_changelist")
    assert client.get(address).status_code in (302, 403)
    client.post(address, {"action": "take", "_selected_action": [BankFinding.objects.get().pk]})
    assert BankFinding.objects.get().accepted is None


def test_what_is_held_back_is_said_on_the_first_page(client):
    listed = List(held=True)
    client.force_login(listed.ada)
    assert "1 bank entry is held back" in client.get(reverse("admin:index")).content.decode()
    listed_page = client.get(reverse("admin:moderation_bankentry_changelist"), {"state": "held"}).content.decode()
    assert "partner: case 17" in listed_page
    assert "imported to be looked at first" in listed_page


def test_the_decision_of_a_list_says_why(client):
    listed = List()
    image = listed.arrive("near", turned(HASH, 9), at=timezone.now())
    client.force_login(listed.ada)
    decision = image.arrivals.get().machine_decisions.get()
    listed_page = client.get(reverse("admin:moderation_machinedecision_changelist")).content.decode()
    assert "a hash of the list partner: 9 of 256 bits differ" in listed_page
    assert "Nobody here has seen the picture of the list. Its note: case 17" in page(client, decision)
    assert reverse("admin:moderation_machinedecision_change", args=[decision.pk]) in page(client, image)


def page(client, row):
    address = reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
    return client.get(address).content.decode()
