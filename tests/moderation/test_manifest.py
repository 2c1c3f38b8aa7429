import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from moderation.manifest import LONGEST_ID, ManifestError, items, name_of


def manifest(folder, text):
    (folder / "list.csv").write_bytes(text.encode() if isinstance(text, str) else text)
    return list(items([folder / "list.csv"]))


def test_folders_are_walked_in_the_order_of_names(tmp_path):
    for name in ("b/2.png", "b/1.png", "a.png", "c/d/e.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert [str(item.path.relative_to(tmp_path)) for item in items([tmp_path])] == [
        "a.png",
        "b/1.png",
        "b/2.png",
        "c/d/e.png",
    ]


def test_hidden_files_and_links_to_folders_are_passed_over(tmp_path):
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.png").touch()
    (tmp_path / ".b.png").touch()
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "c.png").touch()
    assert [item.path.name for item in items([tmp_path])] == ["c.png"]


def test_files_come_before_the_last_folder_is_listed(tmp_path):
    (tmp_path / "a.png").touch()
    (tmp_path / "b").mkdir()
    walk = items([tmp_path])
    assert next(walk).path.name == "a.png"
    (tmp_path / "b" / "later.png").touch()
    assert next(walk).path.name == "later.png"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is closed to root")
def test_a_folder_that_cannot_be_read_is_a_problem_of_its_own(tmp_path):
    (tmp_path / "shut").mkdir(mode=0)
    (tmp_path / "z.png").touch()
    shut, picture = items([tmp_path])
    assert "cannot be read" in shut.problem
    assert not picture.problem


def test_a_folder_that_goes_away_meanwhile_is_a_problem_of_its_own(tmp_path):
    for name in ("a.png", "b", "c.png"):
        (tmp_path / name).mkdir() if name == "b" else (tmp_path / name).touch()
    walk = items([tmp_path])
    next(walk)
    (tmp_path / "b").rmdir()
    gone, picture = walk
    assert (gone.path.name, gone.external_id) == ("b", "")
    assert "cannot be read" in gone.problem
    assert picture.path.name == "c.png"


def test_one_file_has_one_name_however_it_is_reached(tmp_path, monkeypatch):
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.png").touch()
    (tmp_path / "link.png").symlink_to(tmp_path / "a" / "b.png")
    monkeypatch.chdir(tmp_path)
    ways = tmp_path, tmp_path / "a" / ".." / "a", Path("a")
    names = {item.external_id for path in ways for item in items([path])}
    assert names == {str(tmp_path / "a" / "b.png")}


def test_a_name_that_is_no_text_is_escaped_and_a_long_one_keeps_its_end(tmp_path):
    odd = tmp_path / os.fsdecode(b"\xff.png")
    assert name_of(odd) == f"{tmp_path}/\\xff.png"
    long = tmp_path.joinpath(*["x" * 200] * 8, "end.png")
    assert len(name_of(long)) == LONGEST_ID
    assert name_of(long).endswith("x/end.png")
    assert name_of(long) != name_of(tmp_path.joinpath("y", *["x" * 200] * 8, "end.png"))


def test_a_manifest_may_name_ids_and_times(tmp_path):
    given, plain = manifest(
        tmp_path, "path,external_id,received_at\na.png,one,2026-10-01T12:00:00+02:00\nb.png,,2026-10-01\n"
    )
    assert given.path == tmp_path / "a.png"
    assert (given.external_id, given.received_at) == ("one", datetime(2026, 10, 1, 10, tzinfo=UTC))
    assert (plain.external_id, plain.received_at) == (str(tmp_path / "b.png"), datetime(2026, 10, 1, tzinfo=UTC))


def test_only_the_path_is_required_and_excel_is_welcome(tmp_path):
    (item,) = manifest(tmp_path, "\ufeffpath\r\n/elsewhere/a.png\r\n")
    assert str(item.path) == "/elsewhere/a.png"
    assert item.received_at is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("a.png,one,yesterday", "line 2 of list.csv: received_at is no ISO 8601 date"),
        ("a.png,one,9999-12-31T23:59:59-14:00", "no ISO 8601 date"),
        ("a.png,one,0001-01-01T00:00:00+14:00", "no ISO 8601 date"),
        (",one,", "line 2 of list.csv does not have the columns"),
        ("a,b,c,d", "does not have the columns"),
        ("a\0.png,one,", "the path has a NUL"),
        ("a.png,o\0ne,", "external_id"),
        (f"a.png,{'x' * 1025},", "external_id has over 1024"),
    ],
)
def test_a_bad_row_says_so_with_its_line_and_the_next_is_read(tmp_path, row, said):
    bad, good = manifest(tmp_path, f"path,external_id,received_at\n{row}\nb.png,,\n")
    assert said in bad.problem
    assert not good.problem


@pytest.mark.parametrize("text", ["", "file,id\na,b\n", "path,colour\na,b\n"])
def test_other_columns_are_refused(tmp_path, text):
    with pytest.raises(ManifestError, match="must name the columns"):
        manifest(tmp_path, text)


@pytest.mark.parametrize("text", [b"path\n\xff\xfe.png\n", b"path\n" + b"x" * 200_000])
def test_what_is_no_csv_is_refused(tmp_path, text):
    with pytest.raises(ManifestError, match="not a CSV"):
        manifest(tmp_path, text)
