"""Banks and decisions of machines in the admin: who sees them, why something was decided, and how it is undone."""

import pytest
from auditlog.models import LogEntry
from django.urls import reverse

from labeling.models import CopyMatchWithdrawal
from labeling.services.erasing import erase
from moderation.admin.banks import STATES
from moderation.models import BankEntry, MachineDecision
from tests import factories as make
from tests.moderation.test_banks import Day

pytestmark = pytest.mark.django_db
ENTRIES = "admin:moderation_bankentry_changelist"
DECISIONS = "admin:moderation_machinedecision_changelist"


@pytest.fixture
def day():
    day = Day(required_opinions=2, slice_opinions=2)
    for _ in range(3):
        day.copy()
    return day


@pytest.fixture
def admin(client):
    admin = make.person("ada", "admin")
    client.force_login(admin)
    return admin


def act(client, name, action, *rows):
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(reverse(name), sent, follow=True).content.decode()


def page(client, row):
    name = f"admin:{row._meta.app_label}_{row._meta.model_name}_change"
    return client.get(reverse(name, args=[row.pk])).content.decode()


def test_labelers_see_neither_list(client, day):
    client.force_login(make.person("lena", "labeler"))
    for name in (ENTRIES, DECISIONS):
        assert client.get(reverse(name)).status_code in (302, 403)


def test_a_decision_says_why(client, admin, day):
    decision = MachineDecision.objects.first()
    text = page(client, decision)
    assert "People decided the picture in the bank as Harmful on" in text
    assert "Laid over each other, 90% of the two shows the same; 90 local features" in text
    assert "Their PDQ hashes differ in 8 of 256 bits." in text
    assert f"a copy of image {day.first.pk}" in client.get(reverse(DECISIONS)).content.decode()
    assert reverse("admin:moderation_bankentry_picture", args=[decision.bank_entry_id, "view"]) in text


def test_an_entry_of_an_erased_image_stays_with_what_it_decided_and_says_so(client, admin, day):
    entry = BankEntry.objects.get()
    erase(image=entry.image, by=admin, why="tests")
    text = page(client, entry)
    assert "its image is erased: nothing new matches it" in text
    assert "3 decisions that stand" in text
    counts = {state: client.get(reverse(ENTRIES), {"state": state}).context["cl"].result_count for state in STATES}
    assert counts == {"decides": 0, "held": 0, "disabled": 0, "erased": 1, "gone": 0}


def test_an_entry_says_what_it_decided_and_its_state(client, admin, day):
    entry = BankEntry.objects.get()
    assert "3 decisions that stand" in page(client, entry)
    assert "1 entry decides nothing more." in act(client, ENTRIES, "disable", entry)
    entry.refresh_from_db()
    assert (entry.disabled_by, entry.disabled_why) == (admin, "by hand")
    for state, count in (("decides", 0), ("held", 0), ("disabled", 1), ("gone", 0), ("nonsense", 1)):
        found = client.get(reverse(ENTRIES), {"state": state}).context["cl"].result_count
        assert found == count, state
    assert "1 entry decides again." in act(client, ENTRIES, "enable", entry)
    day.copy()
    assert len(day.decided()) == 4


def test_a_wrong_match_stops_the_entry_and_leads_to_what_else_it_decided(client, day):
    client.force_login(make.person("eva", "adjudicator"))
    wrong = MachineDecision.objects.first()
    text = act(client, DECISIONS, "call_wrong", wrong)
    assert "2 other decisions of it stand" in text
    assert f"?bank_entry={wrong.bank_entry_id}" in text
    listed = client.get(reverse(DECISIONS), {"bank_entry": wrong.bank_entry_id, "state": "standing"})
    rows = list(listed.context["cl"].result_list)
    assert len(rows) == 2
    assert "2 decisions are taken back." in act(client, DECISIONS, "reverse", *rows)
    assert day.decided() == []
    assert BankEntry.objects.get().disabled_at


def test_decisions_are_listed_by_entry_and_the_filter_names_no_other(client, admin, day):
    chosen = BankEntry.objects.get()
    other = BankEntry.objects.create(
        policy=day.policy,
        kind="harmful",
        pdq="1" * 256,
        category=make.category(day.policy, "harmful"),
        list_name="police",
    )
    for entry, count in ((chosen.pk, 3), (other.pk, 0), ("nonsense", 3)):
        answer = client.get(reverse(DECISIONS), {"bank_entry": entry})
        assert answer.context["cl"].result_count == count
        assert (str(other) in answer.content.decode()) == (entry == other.pk)
    assert f"?bank_entry={chosen.pk}" in page(client, chosen)


def test_the_page_of_an_image_says_what_it_was_matched_with_and_how_near(client, admin, day):
    wrong = MachineDecision.objects.first()
    first, copy = day.first, wrong.arrival.image
    assert cells(client, first, copy) == ["8", "\N{EN DASH}", "90", "90%", "one picture"]
    make.embedding(first, [1.0])
    make.embedding(copy, [0.6, 0.8])
    for image, other in ((first, copy), (copy, first)):
        assert cells(client, image, other) == ["8", "0.400", "90", "90%", "one picture"]
    act(client, DECISIONS, "call_wrong", wrong)
    taken = CopyMatchWithdrawal.objects.get().withdrawn_at
    assert cells(client, copy, first)[-1] == f"parted, {taken:%Y-%m-%d %H:%M}, ada"


def cells(client, image, other):
    """What the image's page says of its match with the other one, but for when it was found."""
    link = reverse("admin:labeling_image_change", args=[other.pk])
    table = page(client, image).split('id="copies"')[1].split("</table>")[0]
    (row,) = (each for each in table.split("<tr>") if link in each)
    return [" ".join(cell.split("</td>")[0].split()) for cell in row.split("<td>")[3:]]


def test_adjudicators_do_not_switch_entries(client, day):
    client.force_login(make.person("eva", "adjudicator"))
    act(client, ENTRIES, "disable", BankEntry.objects.get())
    assert BankEntry.objects.get().disabled_at is None


def test_all_that_an_entry_decided_is_reversed_in_one_action_that_stops_it(
    client, admin, day, eager, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        assert "3 decisions are taken back." in act(client, ENTRIES, "reverse_all", BankEntry.objects.get())
    assert day.decided() == []
    assert BankEntry.objects.get().disabled_by == admin


def test_who_switched_an_entry_is_in_the_audit_log(client, admin, day):
    entry = BankEntry.objects.get()
    act(client, ENTRIES, "disable", entry)
    act(client, ENTRIES, "enable", entry)
    logged = LogEntry.objects.get_for_object(entry).filter(action=LogEntry.Action.UPDATE).order_by("id")
    assert [each.actor for each in logged] == [admin, admin]
    assert ["disabled_by" in each.changes_dict for each in logged] == [True, True]
