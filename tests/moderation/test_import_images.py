import os
import re
import signal
import subprocess
import sys
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from labeling.models import Arrival, Image, QueueEntry, Source
from moderation import embedded
from moderation.models import IncomingFile
from tests import factories as make
from tests import pictures, site

pytestmark = pytest.mark.django_db

GOOD = {
    "plain.jpg": pictures.jpeg(),
    "cmyk.jpg": pictures.cmyk_jpeg(),
    "deep.png": pictures.grey_16_png(),
    "palette.png": pictures.palette_with_alpha_png(),
    "turned.jpg": pictures.rotated(6),
    "moving.gif": pictures.animated("GIF"),
    "moving.webp": pictures.animated("WEBP"),
    "no ending, ünïcode ☂": pictures.png(),
}
BAD = {
    "cut.jpg": (pictures.truncated_jpeg(), "truncated"),
    "zero.jpg": (b"", "empty"),
    "text.jpg": (pictures.text_called_jpg(), "not_an_image"),
    "huge.png": (pictures.huge_header_png(), "too_many_pixels"),
    "bomb.png": (pictures.text_bomb_png(), "broken"),
    "drawing.svg": (pictures.svg(), "unsupported_format"),
    "scan.tiff": (pictures.tiff(), "unsupported_format"),
}


@pytest.fixture
def folder(tmp_path):
    """Every awkward kind of file, good and bad, in folders with awkward names."""
    (tmp_path / "sub folder").mkdir()
    for name, data in GOOD.items():
        (tmp_path / "sub folder" / name).write_bytes(data)
    for name, (data, _) in BAD.items():
        (tmp_path / name).write_bytes(data)
    (tmp_path / os.fsdecode(b"not \xff utf-8.png")).write_bytes(pictures.png((30, 30)))
    (tmp_path / ".hidden.png").write_bytes(pictures.png())
    (tmp_path / "loop").symlink_to(tmp_path)
    return tmp_path


def run(*paths, **options):
    out = StringIO()
    call_command("import_images", *map(str, paths), **{"source": "shop", "stdout": out, "stderr": StringIO()} | options)
    return out.getvalue()


SUMMARY = re.compile(r"^(\d+) files: (\d+) new, (\d+) known.*?, (\d+) imported.*?, (\d+) not", re.MULTILINE)


def numbers(said):
    """Return the summary: seen, new, known bytes again, imported before, failed."""
    return [int(number) for number in SUMMARY.findall(said)[0]]


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


def test_a_file_that_was_mended_clears_its_failure(folder):
    run(folder)
    (folder / "cut.jpg").write_bytes(pictures.jpeg((50, 50)))
    run(folder / "cut.jpg")
    assert not IncomingFile.objects.filter(name__endswith="cut.jpg", state="failed").exists()


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
    [({"source": "no good"}, "letters, digits"), ({"policy": ["none"]}, "no policy none")],
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


@pytest.mark.parametrize("text", ["file,id\na,b\n", "path,colour\na,b\n", ""])
def test_a_csv_with_other_columns_is_refused(tmp_path, text):
    (tmp_path / "list.csv").write_text(text)
    with pytest.raises(CommandError, match="must name the columns"):
        run(tmp_path / "list.csv")


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
        said, _ = importing.communicate(timeout=30)
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
