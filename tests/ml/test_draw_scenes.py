"""`manage.py draw_scenes`: pictures and their truth in a folder, the same each time; clear words where it cannot."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from PIL import Image

from ml import services


def draw(out: Path, **options) -> list[dict]:
    call_command("draw_scenes", out=out, stdout=io.StringIO(), **options)
    return [json.loads(line) for line in (out / "truth.jsonl").read_text().splitlines()]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_it_draws_scenes_and_tells_the_truth_about_each(tmp_path):
    truth = draw(tmp_path / "deep" / "scenes", count=6, seed=40)
    folder = tmp_path / "deep" / "scenes"

    assert [line["file"] for line in truth] == [f"scene-{seed:06}.jpg" for seed in range(40, 46)]
    assert set(contents(folder)) == {line["file"] for line in truth} | {"truth.jsonl"}
    for line in truth:
        scene = services.draw_scene(line["seed"])
        assert (folder / line["file"]).read_bytes() == scene.jpeg
        assert (line["grade"], line["place"], line["sentence"]) == (scene.grade, scene.place, scene.sentence)
        assert line["disputed"] == scene.disputed
        assert [thing["name"] for thing in line["things"]] == [thing.name for thing in scene.things]
        width, height = Image.open(folder / line["file"]).size
        for left, top, right, bottom in [thing["box"] for thing in line["things"]] + line["people"]:
            assert 0 <= left < right <= width
            assert 0 <= top < bottom <= height


def test_running_it_again_changes_nothing_and_heals_what_is_broken(tmp_path):
    draw(tmp_path, count=5)
    before = contents(tmp_path)
    (tmp_path / "scene-000003.jpg").write_bytes(b"cut short")

    draw(tmp_path, count=5)

    assert contents(tmp_path) == before


@pytest.mark.parametrize("options", [{"count": 0}, {"count": -3}, {"count": 1, "seed": -1}])
def test_numbers_that_make_no_sense_are_refused(tmp_path, options):
    with pytest.raises(CommandError, match="or more"):
        draw(tmp_path / "none", **options)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CommandError, match=r"file/scenes cannot be written: Not a directory"):
        draw(tmp_path / "file" / "scenes", count=1)
    with pytest.raises(CommandError, match="cannot be written"):
        draw(Path("/proc/scenes"), count=1)
