"""Exports: one row for each image and question with all that is known, in three formats, and back in again."""

import csv
import io
import json
import uuid
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from labeling import clock
from labeling.models import Category, Label, LabelWithdrawal, Person, Source
from labeling.services import copies
from labeling.services.labels import submit_label
from labeling.services.leases import claim_next, lease_entry
from labeling.services.queueing import queue_image
from labeling.services.repeats import ask_again
from tests import factories as make
from tests.labeling import outside

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    """Two must agree. The images a, b, c are there; nobody was asked about them yet."""
    return outside.two_must_agree()


@pytest.fixture
def file(tmp_path):
    return outside.lines_in(tmp_path)


def export(**options):
    """Return what the command writes to stdout, as bytes."""
    raw, said = io.BytesIO(), io.StringIO()
    out = io.TextIOWrapper(raw, encoding="utf-8")
    call_command("export_labels", stdout=out, stderr=said, **options)
    out.flush()
    return raw.getvalue()


def rows(**options):
    return [json.loads(line) for line in export(format="jsonl", **options).splitlines()]


def names(found):
    """Return the external ids of the images."""
    return [row["arrivals"][0]["external_id"] for row in found]


def test_a_row_holds_the_votes_and_the_decision(policy, file):
    outside.run(file("a,ann,safe", "a,bob,safe"))
    (row,) = rows(names=True)
    assert row["image"] == make.image("a").sha256
    assert row["arrivals"] == [{"source": "shop", "external_id": "a"}]
    assert [(vote["labeler"], vote["label"], vote["purpose"]) for vote in row["votes"]] == [
        ("shop:ann", "safe", "first"),
        ("shop:bob", "safe", "second"),
    ]
    assert row["votes"][0]["decided_at"] == Label.objects.first().decided_at.isoformat()
    assert {vote["policy_version"] for vote in row["votes"]} == {1}
    decision = outside.current("a")
    assert (row["decision"], row["decided_by"], row["decision_policy_version"]) == ("safe", "agreement", 1)
    assert row["decided_at"] == decision.decided_at.isoformat()
    assert (row["cause"], row["reason"]) == (None, None)
    assert row["vote_shares"] == {"safe": 1.0, "low": 0.0, "harmful": 0.0}


def test_an_adjudicated_image_has_its_reason(policy, file):
    make.person("ada", "adjudicator")
    outside.run(
        file("a,ann,safe", "a,bob,harmful", "b,ann,low", "b,bob,safe"),
        truth=file("a,harmful", header="item,truth", name="truth.csv"),
        by="ada",
    )
    adjudicated, open_ = rows()
    assert (adjudicated["decision"], adjudicated["decided_by"]) == ("harmful", "adjudication")
    assert (adjudicated["cause"], adjudicated["reason"]) == (None, "Imported truth.")
    assert adjudicated["vote_shares"] == {"safe": 0.5, "low": 0.0, "harmful": 0.5}
    assert (open_["decision"], open_["decided_by"], open_["decided_at"]) == (None, None, None)


def test_only_opinions_that_name_a_category_have_a_share(policy, file):
    outside.run(file("a,ann,safe", "a,ann,harmful", "a,bob,unsure", "a,cid,cannot_judge", "b,ann,unsure"))
    judged, unsure = rows()
    assert [vote["label"] for vote in judged["votes"]] == ["safe", "harmful", "unsure", "cannot_judge"]
    assert judged["votes"][1]["purpose"] == "repeat"
    assert judged["votes"][3]["reason"] == "unreadable"
    assert judged["vote_shares"] == {"safe": 1.0, "low": 0.0, "harmful": 0.0}
    assert unsure["vote_shares"] == {}


def test_people_have_pseudonyms_that_stay(policy, file):
    outside.run(file("a,ann,safe", "b,ann,safe", "b,bob,safe"))
    first, second = rows()
    ann, bob = [vote["labeler"] for vote in second["votes"]]
    assert first["votes"][0]["labeler"] == ann != bob
    assert len(ann) == 16
    assert b"ann" not in export()
    assert rows() == [first, second]


def test_pseudonyms_need_the_key(policy, file, settings):
    outside.run(file("a,ann,safe"))
    before = rows()[0]["votes"][0]["labeler"]
    settings.SAMPLING_KEY = "another"
    assert rows()[0]["votes"][0]["labeler"] != before


def test_labels_that_were_taken_back_are_left_out(policy, file):
    outside.run(file("a,ann,safe", "a,bob,safe", "b,ann,safe"))
    for label in Label.objects.exclude(labeler__username="shop:bob"):
        LabelWithdrawal.objects.create(label=label, cause="tests")
    (row,) = rows(names=True)
    assert [vote["labeler"] for vote in row["votes"]] == ["shop:bob"]


def test_each_row_says_how_its_image_was_chosen():
    lena, policy = make.person("lena", "labeler"), make.policy()
    images = sorted((make.image(f"image {n}") for n in range(4)), key=lambda image: image.group.u)
    policy.slice_share = share = (images[0].group.u + images[1].group.u) / 2
    policy.save()
    make.prediction(images[1], make.classifier(policy, name="model 7"), [0.4, 0.3, 0.3], entropy=0.9)
    for image in images:
        queue_image(image=image, policy=policy)
        make.label_next(lena, policy)
    found = {row["image"]: (row["chosen"], row["inclusion_probability"], row["chosen_by"]) for row in rows()}
    assert [found[image.sha256] for image in images] == [
        ("slice", pytest.approx(share), None),
        ("entropy", None, "model 7"),
        ("random", None, None),
        ("random", None, None),
    ]


def test_a_picture_that_came_three_times_was_three_times_as_likely_to_be_drawn():
    lena = make.person("lena", "labeler")
    first, *others = (make.image(name) for name in "abc")
    policy = make.policy(slice_share=first.group.u + 0.001)
    queue_image(image=first, policy=policy)
    for other in others:
        copies.join(make.copy_match(other, first))
    make.label_next(lena, policy)
    once = policy.slice_share
    assert [row["inclusion_probability"] for row in rows()] == [pytest.approx(1 - (1 - once) ** 3)]


def test_what_nobody_chose_comes_from_elsewhere(file):
    policy = make.policy(slice_share=1e-9)
    make.source("shop", policy)
    make.image("a")
    outside.run(file("a,ann,safe"))
    assert rows()[0]["chosen"] == "elsewhere"


def test_one_policy_may_be_asked_for(policy, file):
    faces = make.policy("faces")
    make.source("shop", faces)
    outside.run(file("a,ann,safe", "b,ann,safe"))
    outside.run(file("a,ann,low"), policy="faces")
    assert [row["policy"] for row in rows()] == ["weapons", "faces", "weapons"]
    assert names(rows(policy="faces")) == ["a"]
    with pytest.raises(CommandError, match=r"no policy 'none'\. There are: faces, weapons"):
        rows(policy="none")


def test_real_only_leaves_out_demo_sources_and_simulated_people(policy, file):
    demo = Source.objects.create(name="demo", demo=True)
    demo.policies.add(policy)
    make.image("drawn", of=demo)
    make.image("a", of=demo)
    outside.run(file("drawn,ann,safe"), source="demo")
    outside.run(file("a,bob,safe", "a,sim,harmful"))
    Person.objects.filter(username="shop:sim").update(simulated=True)
    assert len(rows()) == 2
    (row,) = rows(real_only=True, names=True)
    assert row["arrivals"] == [{"source": "shop", "external_id": "a"}]
    assert [vote["labeler"] for vote in row["votes"]] == ["shop:bob"]


def test_restricted_images_are_left_out_and_counted(policy, file):
    Category.objects.filter(policy=policy, key="harmful").update(restricted=True)
    copy = make.copy_of(make.image("a"), "a again")
    outside.run(file("a,ann,harmful", "a again,bob,safe", "b,ann,safe"))
    assert copy.group == make.image("a").group
    said = io.StringIO()
    call_command("export_labels", format="jsonl", stdout=io.TextIOWrapper(io.BytesIO()), stderr=said)
    assert "1 images with labels written, 2 of restricted categories left out" in said.getvalue()
    assert names(rows()) == ["b"]
    assert sorted(names(rows(with_restricted=True))) == ["a", "a again", "b"]


def test_in_csv_what_is_more_than_one_value_is_json(policy, file):
    outside.run(file("a,ann,safe", "a,bob,safe", "b,ann,unsure"))
    lines = list(csv.DictReader(io.StringIO(export().decode())))
    assert [line["decision"] for line in lines] == ["safe", ""]
    for line, row in zip(lines, rows(), strict=True):
        assert list(line) == list(row)
        for column in ("arrivals", "votes", "vote_shares"):
            assert json.loads(line[column]) == row[column]
    assert lines[0]["decided_at"] == rows()[0]["decided_at"]


def test_parquet_has_nested_columns(policy, file, tmp_path):
    from pyarrow import parquet

    outside.run(file("a,ann,safe", "a,bob,safe", "b,ann,unsure"))
    out = tmp_path / "labels.parquet"
    export(format="parquet", out=str(out))
    table = parquet.read_table(out).to_pylist()
    assert parquet.read_table(io.BytesIO(export(format="parquet"))).to_pylist() == table
    for got, row in zip(table, rows(), strict=True):
        got["vote_shares"] = dict(got["vote_shares"])
        got["decided_at"] = got["decided_at"] and got["decided_at"].isoformat()
        for vote in got["votes"]:
            vote["decided_at"] = vote["decided_at"].isoformat()
        assert got == row


def test_a_file_is_there_only_when_it_is_whole(policy, file, tmp_path, monkeypatch):
    outside.run(file("a,ann,safe"))
    out = tmp_path / "out.jsonl"
    export(format="jsonl", out=str(out))
    whole = out.read_bytes()
    assert json.loads(whole)["decision"] is None

    def fail(_person):
        raise ConnectionError("away")

    monkeypatch.setattr("labeling.selectors.exporting.pseudonym", fail)
    with pytest.raises(ConnectionError):
        export(format="jsonl", out=str(out))
    assert out.read_bytes() == whole
    assert not list(tmp_path.glob("*.part"))
    with pytest.raises(CommandError, match="cannot be written"):
        export(out=str(tmp_path / "nowhere" / "out.csv"))


class TestVotes:
    """Plain lines, as other tools and `import_labels` read them."""

    def test_they_are_in_each_persons_order(self, policy, file):
        outside.run(file("a,ann,safe", "b,ann,harmful", "a,ann,low", "a,bob,unsure"))
        a, b = make.image("a").sha256, make.image("b").sha256
        lines = export(votes=True, policy="weapons", names=True).decode().splitlines()
        assert lines == [
            "item,labeler,label",
            f"{a},shop:ann,safe",
            f"{a},shop:ann,low",
            f"{a},shop:bob,unsure",
            f"{b},shop:ann,harmful",
        ]

    def test_they_are_about_one_question(self, policy):
        with pytest.raises(CommandError, match="name it with --policy"):
            export(votes=True)
        with pytest.raises(CommandError, match="name it with --policy"):
            export(votes=True, policy="weapons", format="jsonl")

    def test_exported_and_imported_again_they_say_the_same(self, policy, file, tmp_path):
        """Also those given here, with a repeat, and into another policy."""
        outside.run(file("a,ann,safe", "a,bob,safe", "b,ann,harmful", "c,bob,cannot_judge"))
        lena = make.person("lena", "labeler")
        lease = claim_next(person=lena, policy_id=policy.pk, page=uuid.uuid4())
        mine = submit_label(person=lena, assignment_id=lease.assignment_id, answer=make.answer(policy, "low"))
        entry = ask_again(label=mine)
        with clock.at(timezone.now() + timedelta(days=30)):
            again = lease_entry(person=lena, entry_id=entry.pk, page=uuid.uuid4())
            submit_label(person=lena, assignment_id=again.assignment_id, answer=make.answer(policy, "safe"))
        make.source("shop", make.policy("faces", required_opinions=2, slice_opinions=2))
        first = tmp_path / "votes.csv"
        export(votes=True, policy="weapons", out=str(first))
        assert outside.numbers(outside.run(first, policy="faces")) == [6, 6, 0, 0]
        assert outcome("faces") == outcome("weapons")


def outcome(slug):
    """Return what an export says of each image, without who and when."""
    return [
        (
            row["image"],
            [(vote["label"], vote["purpose"]) for vote in row["votes"]],
            row["decision"],
            row["vote_shares"],
        )
        for row in rows(policy=slug)
    ]
