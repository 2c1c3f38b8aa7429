import os
import signal
import subprocess
import sys
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError

from labeling.models import Arrival, Image, Policy, QueueEntry, Source
from moderation import embedded
from moderation.models import IncomingFile
from tests import factories as make
from tests import pictures, site
from tests.moderation import awkward
from tests.moderation.awkward import BAD, GOOD, numbers, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path):
    return awkward.fill(tmp_path)


def test_every_kind_is_taken_rightly_or_listed_with_its_reason(folder):
    make.policy()
    said = run(folder)
    seen, new, again, known, failed = numbers(said)
    assert (new, failed) == (len(GOOD) + 1, len(BAD))
    assert seen == new + again + known + failed == len(GOOD) + len(BAD) + 1
    for name in BAD:
        assert f"not taken: {folder / name}" in said
    reasons = {file.name.rsplit("/", 1)[-1]: file.reason for file in IncomingFile.objects.filter(state="failed")}
    assert reasons == {name: reason for name, (_, reason) in BAD.items()}
    assert QueueEntry.objects.count() == len(GOOD) + 1


def test_run_again_it_changes_nothing(folder):
    make.policy()
    run(folder)
    before = Image.objects.count(), Arrival.objects.count(), IncomingFile.objects.count()
    _seen, new, again, known, _failed = numbers(run(folder / "sub folder" / "..", folder / "sub folder"))
    assert (new, again) == (0, 0)
    assert known == 2 * len(GOOD) + 1
    assert (Image.objects.count(), Arrival.objects.count(), IncomingFile.objects.count()) == before


def test_a_name_over_two_lines_is_listed_on_one(folder):
    (folder / "two\nlines\x1b[2J.jpg").write_bytes(b"")
    said = run(folder)
    assert "two\\nlines\\x1b[2J.jpg\n" in said
    assert "\x1b[2J" not in said


def test_what_is_no_plain_file_is_listed(folder):
    os.mkfifo(folder / "sub folder" / "pipe.jpg")
    (folder / "sub folder" / "broken.jpg").symlink_to(folder / "nowhere")
    assert numbers(run(folder / "sub folder"))[-1] == 2


def test_a_policy_without_a_guideline_is_asked_by_nobody(folder):
    Policy.objects.create(slug="draft", name="Draft", question="?")
    assert "No policy asks" in run(folder / "sub folder")
    with pytest.raises(CommandError, match="with a guideline called draft"):
        run(folder, policy=["draft"])


def test_a_policy_that_comes_later_asks_about_what_is_imported_again(folder):
    run(folder / "sub folder")
    make.policy("weapons")
    said = run(folder / "sub folder" / "plain.jpg", policy=["weapons"])
    assert "Its earlier images do not know Weapons yet" in said
    assert QueueEntry.objects.count() == 1
    assert "earlier images" not in run(folder / "sub folder", policy=["weapons"])
    assert QueueEntry.objects.count() == len(GOOD)


def test_a_new_source_is_asked_about_by_every_active_policy(folder):
    make.policy("weapons")
    make.policy("old", active=False)
    assert "asked about by: Weapons." in run(folder / "sub folder")
    assert [policy.slug for policy in Source.objects.get(name="shop").policies.all()] == ["weapons"]


def test_without_a_policy_it_says_what_to_do(folder):
    assert "No policy asks about 'shop'" in run(folder / "sub folder")


def test_a_named_policy_is_given_to_the_source(folder):
    make.policy("weapons")
    make.policy("faces")
    run(folder / "sub folder", policy=["faces"])
    assert [policy.slug for policy in Source.objects.get().policies.all()] == ["faces"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({"source": "no good"}, "letters, digits"), ({"policy": ["none"]}, "no active policy .* called none")],
)
def test_wrong_options_are_named(folder, options, message):
    with pytest.raises(CommandError, match=message):
        run(folder, **options)
    assert not Image.objects.exists()


def test_a_path_that_is_not_there_is_named_before_anything_is_taken(folder):
    with pytest.raises(CommandError, match="nowhere"):
        run(folder, folder / "nowhere")
    assert not Image.objects.exists()


def test_a_manifest_names_ids_and_times_and_bad_rows_do_not_stop_it(folder):
    (folder / "list.csv").write_text(
        "path,external_id,received_at\n"
        "sub folder/plain.jpg,item-1,2026-10-01T12:00:00+02:00\n"
        "sub folder/deep.png,,\n"
        "sub folder/cmyk.jpg,item-3,yesterday\n"
        "missing.jpg,item-4,\n"
        ",item-5,\n"
        "one,two,three,four\n"
    )
    said = run(folder / "list.csv")
    assert numbers(said) == [6, 2, 0, 0, 4]
    assert Arrival.objects.get(external_id="item-1").received_at.isoformat() == "2026-10-01T10:00:00+00:00"
    assert "line 4 of list.csv: received_at is no ISO 8601 date" in said
    assert "line 7 of list.csv" in said
    failed = IncomingFile.objects.filter(state="failed").values_list("external_id", flat=True)
    assert sorted(failed) == ["item-3", "item-4"], "a line that names no file can never be retried"


@pytest.mark.parametrize("text", ["file,id\na,b\n", "path,colour\na,b\n", ""])
def test_a_csv_with_other_columns_is_refused_and_what_came_before_is_counted(folder, text):
    (folder / "list.csv").write_text(text)
    out = StringIO()
    with pytest.raises(CommandError, match="must name the columns"):
        run(folder / "sub folder", folder / "list.csv", stdout=out)
    assert numbers(out.getvalue())[0] == len(GOOD)


@pytest.mark.servers
def test_stopped_it_says_so_and_goes_on_when_run_again(tmp_path, workplace_dir):
    folder, data_dir = tmp_path / "many", workplace_dir / "stopped"
    folder.mkdir()
    data_dir.mkdir()
    for n in range(150):
        (folder / f"{n}.png").write_bytes(pictures.png((300 + n, 300)))
    command = [sys.executable, "manage.py"]
    options = {"cwd": site.ROOT, "env": site.environment(data_dir), "text": True, "stdout": subprocess.PIPE}
    with embedded_running(data_dir, command, options):
        importing = subprocess.Popen([*command, "import_images", str(folder), "--source", "many"], **options)
        site.wait_for(lambda: count_arrivals(data_dir) > 5, "the first images")
        importing.send_signal(signal.SIGINT)
        said, _ = importing.communicate(timeout=120)
        assert importing.returncode == 130
        assert "Run the same command again" in said
        stopped_at = count_arrivals(data_dir)
        assert numbers(said)[0] == stopped_at < 150
        again = subprocess.run([*command, "import_images", str(folder), "--source", "many"], check=True, **options)
        assert numbers(again.stdout) == [150, 150 - stopped_at, 0, stopped_at, 0]
        assert count_arrivals(data_dir) == 150


def embedded_running(data_dir, command, options):
    """Keep the data folder's PostgreSQL up between the commands, so that it can be asked."""
    subprocess.run([*command, "migrate", "-v0"], check=True, **options)
    return embedded.running(data_dir)


def count_arrivals(data_dir):
    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        return connection.execute("SELECT count(*) FROM labeling_arrival").fetchone()[0]
