"""`manage.py erase_images`: says what would be gone, asks, and erases what a source sent."""

import signal
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.core.management import CommandError, call_command

from labeling import clock
from labeling.models import DoomedFile, Erasure, Image
from labeling.services import erasing
from labeling.services.images import record_known_arrival
from moderation.management.commands import erase_images
from moderation.models import BankEntry, IncomingFile
from tests import factories as make
from tests.labeling.erased import left, use_storage

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    use_storage(settings, tmp_path)
    return tmp_path


@pytest.fixture
def shop():
    return make.source("shop")


def came_in(name, of, *, day=0):
    with clock.at(START + timedelta(days=day)):
        image = make.image(name, of=of)
    default_storage.save(image.view_key, ContentFile(b"bytes"))
    return image


def again(image, of, *, day=0):
    with clock.at(START + timedelta(days=day)):
        record_known_arrival(source=of, image=image, external_id="once more", received_at=START)


def run(*arguments, why="asked for", out=None):
    out = out or StringIO()
    call_command("erase_images", "--source=shop", f"--why={why}", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue()


def erased():
    return set(Image.objects.filter(erased_at__isnull=False))


def test_all_that_a_source_sent_is_erased_with_its_files(shop, folder):
    images, other = {came_in(name, shop) for name in "abc"}, came_in("other", make.source("other"))
    said = run("--yes")
    assert erased() == images
    assert left(folder) == [other.view_key]
    assert "To erase: 3 images, 3,000 bytes of originals." in said
    assert "3 images erased." in said
    assert set(Erasure.objects.values_list("why", "erased_by")) == {("asked for", None)}


def test_without_a_yes_nothing_is_erased(shop, monkeypatch):
    image = came_in("a", shop)
    for typed in ("no", "", None):
        monkeypatch.setattr("builtins.input", lambda _, typed=typed: typed if typed is not None else nobody())
        with pytest.raises(CommandError, match="Nothing was erased"):
            run()
    assert erased() == set()
    monkeypatch.setattr("builtins.input", lambda _: " Yes")
    run()
    assert erased() == {image}


def nobody():
    raise EOFError


def test_only_what_is_named_is_erased(shop):
    first, second, _ = (came_in(name, shop) for name in "abc")
    run("--yes", "--external-id", "a", "--external-id", "b")
    assert erased() == {first, second}
    assert "To erase: 0 images" in run("--yes", "--external-id", "a", "b")


def test_only_what_last_came_in_before_a_day_is_erased(shop):
    old, _new, again_since = came_in("old", shop), came_in("new", shop, day=9), came_in("again", shop)
    again(again_since, shop, day=8)
    run("--yes", "--before", "2026-03-09")
    assert erased() == {old}
    run("--yes", "--before", "2026-03-10")
    assert erased() == {old, again_since}


def test_what_others_sent_too_is_kept_and_counted_unless_it_goes_everywhere(shop):
    own, shared = came_in("own", shop), came_in("shared", shop)
    again(shared, make.source("other"))
    assert "Kept: 1 images that other sources sent too" in run("--yes")
    assert erased() == {own}
    assert "Kept" not in run("--yes", "--everywhere")
    assert erased() == {own, shared}


def test_it_says_what_works_for_people_and_erases_it_all_the_same(shop):
    policy, image = make.policy(), came_in("a", shop)
    make.queue_image(image=image, policy=policy)
    BankEntry.objects.create(policy=policy, image=image, kind="benign", decision=make.decided(image, policy, "safe"))
    assert "1 of them are in a bank, gold or in a guideline" in run("--yes")
    assert erased() == {image}


def refused(of, name, state="failed"):
    key = default_storage.save(f"incoming/{name}", ContentFile(b"bytes"))
    return IncomingFile.objects.create(
        source=of, name=name, external_id=name, state=state, reason="empty", storage_key=key, changed_at=START
    )


def test_refused_files_lose_their_bytes_too_and_waiting_ones_are_named(shop, folder):
    refused(shop, "bad.jpg")
    refused(shop, "later.jpg", state="waiting")
    refused(make.source("other"), "other.jpg")
    said = run("--yes")
    assert "Also the bytes of 1 files that were refused" in said
    assert "1 uploads of 'shop' wait to be taken in" in said
    assert left(folder) == ["incoming/later.jpg", "incoming/other.jpg"]
    assert "To erase: 0 images" in run("--yes")


def test_of_refused_files_too_only_what_is_named_or_old(shop, folder):
    for name in ("a.jpg", "b.jpg"):
        refused(shop, name)
    assert "refused" not in run("--yes", "--before", "2026-03-01")
    run("--yes", "--external-id", "a.jpg")
    assert left(folder) == ["incoming/b.jpg"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source=nowhere"], "no source called 'nowhere'. There are: shop"),
        (["--external-id", "a", "x", "y"], "came in from 'shop' as: x, y"),
        (["--before=yesterday"], "YYYY-MM-DD"),
        (["--before=2026-02-30"], "YYYY-MM-DD"),
        (["--why="], "1 to 200 characters"),
        (["--why", "x" * 201], "1 to 200 characters"),
    ],
)
def test_wrong_options_are_named_before_anything_is_erased(shop, arguments, message):
    came_in("a", shop)
    with pytest.raises(CommandError, match=message):
        run("--yes", *arguments)
    assert erased() == set()


def test_stopped_it_finishes_the_image_in_hand_and_goes_on_when_run_again(shop, monkeypatch, folder):
    for name in "abc":
        came_in(name, shop)
    erase = erasing.erase

    def stop_here(**named):
        signal.raise_signal(signal.SIGINT)
        return erase(**named)

    with monkeypatch.context() as patch:
        patch.setattr(erase_images.erasing, "erase", stop_here)
        out = StringIO()
        with pytest.raises(SystemExit) as stopped:
            run("--yes", out=out)
    assert stopped.value.code == 130
    assert "1 images erased." in out.getvalue()
    assert "Run the same command again" in out.getvalue()
    assert len(erased()) == 1
    run("--yes")
    assert len(erased()) == 3
    assert left(folder) == []


def test_where_the_storage_is_away_it_says_what_is_still_to_be_deleted(shop, monkeypatch):
    image = came_in("a", shop)
    monkeypatch.setattr(FileSystemStorage, "delete", lambda *_: (_ for _ in ()).throw(OSError("away")))
    assert "3 files are still to be deleted" in run("--yes")
    assert erased() == {image}
    assert DoomedFile.objects.count() == 3
