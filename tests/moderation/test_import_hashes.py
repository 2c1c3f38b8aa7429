"""`manage.py import_hashes`: what it takes, what it says, and what it refuses."""

import io
import random

import pytest
from django.core.management import CommandError, call_command

from moderation.models import BankEntry
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def policy():
    return make.policy("weapons")


@pytest.fixture
def ada():
    return make.person("ada", "admin")


@pytest.fixture
def listed(tmp_path):
    file = tmp_path / "partner.txt"
    hashes = [f"{random.Random(n).getrandbits(256):064x}" for n in range(3)]
    file.write_text("\n".join([*hashes, f"{hashes[0]} twice", "no hash"]))
    return file


def run(file, **options):
    out = io.StringIO()
    given = {"policy": "weapons", "category": "harmful", "by": "ada"} | options
    call_command("import_hashes", file, **given, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_it_says_what_became_of_every_line(policy, ada, listed):
    said = run(listed)
    assert "line 5 of partner.txt not taken: It does not begin with a PDQ hash, 64 hex digits." in said
    assert "5 hashes: 3 taken into the list 'partner', 1 listed before, 1 not taken." in said
    assert "5 hashes: 0 taken into the list 'partner', 4 listed before, 1 not taken." in run(listed)
    assert set(BankEntry.objects.values_list("kind", "source", "added_by", "held_at")) == {
        ("harmful", None, ada.pk, None)
    }


def test_a_list_has_a_name_a_scope_and_a_state_of_its_own(policy, ada, listed):
    source = make.source("shop", policy)
    run(listed, list="known good", category="safe", source="shop", held=True)
    entry = BankEntry.objects.first()
    assert (entry.list_name, entry.kind, entry.source) == ("known good", "benign", source)
    assert entry.held_at == entry.added_at


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"policy": "none"}, "There is no policy 'none'. There are: weapons."),
        ({"category": "none"}, "no category 'none'. There are: safe, low, harmful."),
        ({"source": "none"}, "There is no source 'none'"),
        ({"by": "eva"}, "'eva' is no active admin."),
        ({"by": "nobody"}, "'nobody' is no active admin."),
    ],
)
def test_a_name_that_is_none_is_an_error_with_those_that_there_are(policy, ada, listed, options, said):
    make.person("eva", "adjudicator")
    with pytest.raises(CommandError, match=said.replace("(", r"\(")):
        run(listed, **options)
    assert not BankEntry.objects.exists()


def test_a_file_that_is_none_is_an_error(policy, ada, tmp_path):
    with pytest.raises(CommandError, match="No such file"):
        run(tmp_path / "none.txt")
