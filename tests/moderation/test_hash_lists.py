"""Lists of hashes from elsewhere: what they decide, what people see all the same, and who outranks them."""

import random
from datetime import timedelta

import pytest
from auditlog.models import LogEntry
from django.db import IntegrityError, transaction
from django.utils import timezone

from labeling import clock
from labeling.models import Arrival, Image, PeopleDecision, QueueEntry
from moderation.hash_list_files import HashFileError, Line, read_hashes
from moderation.models import BankEntry, MachineDecision
from moderation.selectors.waterfall import Stage, waterfall
from moderation.services import entries, habits, newcomers, routing
from moderation.services.hash_lists import import_hashes
from tests import factories as make

pytestmark = pytest.mark.django_db
NOON = timezone.now() - timedelta(days=1)
HASH = "".join(random.Random(7).choices("01", k=256))


def turned(bits, count):
    """The same hash with its first so many bits turned over."""
    return "".join("10"[int(bit)] if place < count else bit for place, bit in enumerate(bits))


class List:
    """A list of one hash that stands for harm, and a source whose arrivals meet it."""

    def __init__(self, slice_share=1e-9, **scope):
        self.policy = make.policy(slice_share=slice_share)
        self.source = make.source("shop", self.policy)
        self.ada = make.person("ada", "admin")
        self.add(**scope)

    def add(self, bits=HASH, key="harmful", name="partner", held=False, source=None, note="case 17"):
        lines = [Line(1, bits, note)]
        category = make.category(self.policy, key)
        return list(
            import_hashes(lines=lines, list_name=name, category=category, source=source, by=self.ada, held=held)
        )[-1]

    def arrive(self, name, bits=HASH, *, of=None, quality=100, at=NOON):
        with clock.at(at):
            image = make.image(name, of=of or self.source)
            Image.objects.filter(pk=image.pk).update(pdq=bits, pdq_quality=quality)
            image.refresh_from_db()
            routing.route_image(image=image, source=of or self.source)
        return image


def decided():
    found = MachineDecision.objects.filter(withdrawal=None).order_by("id")
    return list(found.values_list("arrival__image", "category__key", "pdq_distance"))


def asked():
    return list(QueueEntry.objects.filter(state="open").order_by("id").values_list("image", flat=True))


def test_what_is_near_a_listed_hash_is_decided_on_arrival_and_nobody_is_asked():
    listed = List()
    near, far = listed.arrive("near", turned(HASH, 31)), listed.arrive("far", turned(HASH, 32))
    assert decided() == [(near.pk, "harmful", 31)]
    assert asked() == [far.pk]
    entry = BankEntry.objects.get()
    assert (entry.kind, entry.note, entry.added_by, entry.image) == ("harmful", "case 17", listed.ada, None)
    assert MachineDecision.objects.get().score == 1 - 31 / 256


def test_a_hash_that_says_little_decides_nothing():
    image = List().arrive("plain", quality=49)
    assert (decided(), asked()) == ([], [image.pk])


def test_routed_twice_or_sent_twice_each_arrival_has_one_decision():
    listed = List()
    image = listed.arrive("near")
    routing.route_image(image=image, source=listed.source)
    Arrival.objects.create(source=listed.source, image=image, external_id="again", received_at=NOON)
    routing.route_image(image=image, source=listed.source)
    assert decided() == [(image.pk, "harmful", 0)] * 2


def test_people_see_the_random_slice_all_the_same_and_that_measures_the_list():
    listed = List(slice_share=1.0)
    right, wrong = listed.arrive("right"), listed.arrive("wrong", turned(HASH, 20))
    assert [image for image, *_ in decided()] == asked() == [right.pk, wrong.pk]
    bank = next(each for each in found_of(listed).stages if each.stage is Stage.BANK)
    assert (bank.wrong.hits, bank.wrong.n) == (0, 0)
    lena = make.person("lena", "labeler")
    said = {right: "harmful", wrong: "safe"}
    for _ in said:
        lease_image = make.label_next(lena, listed.policy, "harmful" if right.pk in asked() else "safe").image
        assert lease_image in said
    bank = next(each for each in found_of(listed).stages if each.stage is Stage.BANK)
    assert (bank.wrong.hits, bank.wrong.n) == (1, 2)


def found_of(listed):
    day = timedelta(days=1)
    return waterfall(listed.policy, [listed.source], since=NOON - day, until=NOON + day)


def test_the_waterfall_counts_it_as_decided_by_the_bank():
    listed = List()
    listed.arrive("near")
    counts = {each.stage: (each.arrivals, each.harmful) for each in found_of(listed).stages if each.arrivals}
    assert counts == {Stage.BANK: (1, 1)}


def test_people_outrank_a_list_which_is_stopped():
    listed = List(slice_share=1.0)
    image = listed.arrive("near")
    make.label_next(make.person("lena", "labeler"), listed.policy, "safe")
    assert entries.withdraw_overruled(count=10) == 1
    assert decided() == []
    assert BankEntry.objects.get().disabled_why == f"people say otherwise of image {image.pk}"
    assert entries.withdraw_overruled(count=10) == 0
    assert asked() == []  # they have said what it is


def test_where_people_agree_with_a_list_nothing_is_stopped():
    listed = List(slice_share=1.0)
    listed.arrive("near")
    make.label_next(make.person("lena", "labeler"), listed.policy, "harmful")
    assert entries.withdraw_overruled(count=10) == 0
    assert len(decided()) == 1


def test_what_people_decided_a_list_does_not_decide_again():
    listed = List()
    BankEntry.objects.update(held_at=NOON)
    image = listed.arrive("near")
    make.label_next(make.person("lena", "labeler"), listed.policy, "safe")
    BankEntry.objects.update(held_at=None)
    routing.route_image(image=image, source=listed.source)
    assert (decided(), asked()) == ([], [])
    assert PeopleDecision.objects.get().category.key == "safe"


def test_a_match_with_hashes_of_both_kinds_is_for_people():
    listed = List()
    listed.add(turned(HASH, 10), key="safe", name="look-alikes")
    image = listed.arrive("near both")
    assert (decided(), asked()) == ([], [image.pk])


@pytest.mark.parametrize("state", ["disabled_at", "held_at"])
def test_what_is_disabled_or_held_back_decides_nothing(state):
    listed = List()
    BankEntry.objects.update(**{state: NOON})
    image = listed.arrive("near")
    assert (decided(), asked()) == ([], [image.pk])


def test_held_from_the_first_it_decides_once_an_admin_releases_it():
    listed = List(held=True)
    listed.arrive("early")
    assert decided() == []
    entries.enable(entry=BankEntry.objects.get())
    later = listed.arrive("later")
    assert decided() == [(later.pk, "harmful", 0)]


def test_a_list_for_one_source_decides_for_no_other():
    listed = List()
    BankEntry.objects.all().delete()
    listed.add(source=listed.source)
    other = make.source("forum", listed.policy)
    here, there = listed.arrive("here"), listed.arrive("there", of=other)
    assert decided() == [(here.pk, "harmful", 0)]
    assert asked() == [there.pk]


def test_a_hash_that_matches_far_above_its_habit_is_held_back(monkeypatch):
    monkeypatch.setattr(habits, "LEAST", 2)
    listed = List()
    images = [listed.arrive(f"near {n}", at=timezone.now()) for n in range(3)]
    assert len(decided()) == 2
    assert asked() == [images[2].pk]
    assert BankEntry.objects.get().held_at


def test_a_match_called_wrong_stops_the_hash_and_asks_people():
    listed = List()
    wrong, other = listed.arrive("wrong"), listed.arrive("other", turned(HASH, 3))
    decision = MachineDecision.objects.get(arrival__image=wrong)
    entries.call_match_wrong(decision=decision, by=listed.ada)
    assert decided() == [(other.pk, "harmful", 3)]  # listed, and reversed by an action of its own
    assert asked() == [wrong.pk]
    Arrival.objects.create(source=listed.source, image=wrong, external_id="again", received_at=NOON)
    entries.enable(entry=BankEntry.objects.get())
    routing.route_image(image=wrong, source=listed.source)
    assert decided() == [(other.pk, "harmful", 3)]  # people are looking at it
    assert entries.reverse_all(entry=BankEntry.objects.get(), by=listed.ada, why="reversed") == 1
    assert asked() == [wrong.pk, other.pk]


def test_a_picture_that_a_list_was_wrong_about_is_in_the_bank_itself():
    listed = List(slice_share=1.0)
    listed.policy.bank_opinions = 1
    listed.policy.save()
    image = listed.arrive("near")
    make.label_next(make.person("lena", "labeler"), listed.policy, "safe")
    entries.withdraw_overruled(count=10)
    assert newcomers.add_look_alikes(count=10) == 1
    entry = BankEntry.objects.exclude(image=None).get()
    assert (entry.image, entry.kind) == (image, "benign")


def test_an_import_is_in_the_audit_log():
    listed = List()
    logged = LogEntry.objects.get_for_object(listed.policy).latest("pk")
    assert logged.actor == listed.ada
    assert logged.changes_dict == {"bank list partner": ["", "1 hashes for Harmful, every source"]}


def test_listed_again_it_stays_as_it_is():
    listed = List()
    entries.disable(entry=BankEntry.objects.get(), by=listed.ada, why="bad")
    tally = listed.add()
    assert (tally.seen, dict(+tally.counts)) == (1, {"known": 1})
    assert BankEntry.objects.get().disabled_at
    assert listed.add(name="another list").counts["taken"] == 1


def test_an_entry_is_an_image_of_peoples_or_a_hash_of_a_list():
    listed = List()
    image = listed.arrive("far", turned(HASH, 99))
    with pytest.raises(IntegrityError), transaction.atomic():
        BankEntry.objects.create(policy=listed.policy, image=image, kind="harmful")
    with pytest.raises(IntegrityError), transaction.atomic():
        BankEntry.objects.create(policy=listed.policy, pdq=HASH, kind="harmful", list_name="no category")


def test_a_file_is_read_line_by_line(tmp_path):
    hexed = f"{int(HASH, 2):064x}"
    file = tmp_path / "list.txt"
    file.write_text(f"# partner\n\n{hexed}\n{hexed.upper()}, case 17, of May\n{hexed[:-1]}\n{hexed}\tnote\n", "utf-8")
    lines = list(read_hashes(file))
    assert [(line.number, line.pdq == HASH, line.note) for line in lines] == [
        (3, True, ""),
        (4, True, "case 17, of May"),
        (5, False, ""),
        (6, True, "note"),
    ]
    assert "64 hex digits" in lines[2].problem


def test_what_cannot_be_read_is_an_error_that_says_so(tmp_path):
    (tmp_path / "list.bin").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(HashFileError, match="no text in UTF-8"):
        list(read_hashes(tmp_path / "list.bin"))
    with pytest.raises(HashFileError, match="No such file"):
        list(read_hashes(tmp_path / "none.txt"))
