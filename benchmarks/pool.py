"""Fills the database with the past of a busy service, in bulk: what each row says could have come from the services."""

from datetime import UTC, datetime

from django.db import connection

PEOPLE = 8  # who label in the benchmark; their ids are 1 to 8
OTHERS = 32  # who gave the rest of the earlier labels; ids 9 to 40
EARLIER_LABELS = 20_000  # of each of the eight
EXPIRED = 300  # leases that have run out and were never swept, at the head of the queue

# Facts refuse changes, not additions; checking a million foreign keys one by one would only test PostgreSQL.
_BULK = "SET session_replication_role = replica; SET synchronous_commit = off"

# Image ids run from 1; those up to `consumed` are decided. `u` comes from a fixed generator: every run is the same.
_POOL = """
SELECT setseed(0.42);
INSERT INTO labeling_copygroup (id, u, split, created_at)
SELECT n, random(), random(), %(past)s FROM generate_series(1, %(size)s) n;
INSERT INTO labeling_image (id, sha256, group_id, pdq, pdq_quality, format, width, height, frames, byte_size,
                            original_key, view_key, thumb_key, created_at)
SELECT n, encode(sha256(n::text::bytea), 'hex'), n, NULL, 100, 'JPEG', 640, 480, 1, 50000, 'o/' || n, 'v/' || n,
       't/' || n, %(past)s FROM generate_series(1, %(size)s) n;
INSERT INTO labeling_arrival (source_id, image_id, external_id, received_at, recorded_at)
SELECT %(source)s, n, 'item-' || n, %(past)s, %(past)s FROM generate_series(1, %(size)s) n;
INSERT INTO labeling_slicedraw (group_id, policy_id, p, drawn_at)
SELECT n, %(policy)s, 1, %(past)s FROM generate_series(1, %(size)s) n;

-- What is consumed: an entry that is done, the lease it was done under, the label, the decision.
INSERT INTO labeling_queueentry (id, image_id, policy_id, purpose, state, priority, strategy, why,
                                 inclusion_probability, opened_at)
SELECT id, id, %(policy)s, 'first', 'done', 1 - u, 'slice', 'arrival', 1, %(past)s
FROM labeling_copygroup WHERE id <= %(consumed)s;
INSERT INTO labeling_assignment (id, entry_id, labeler_id, page, leased_at, expires_at, ended_at, outcome)
SELECT gen_random_uuid(), n, %(people)s + 1 + n %% %(others)s, gen_random_uuid(), %(past)s, %(past)s, %(past)s,
       'labeled'
FROM generate_series(1, %(consumed)s) n;
INSERT INTO labeling_label (assignment_id, image_id, labeler_id, policy_id, policy_version_id, purpose, round, verdict,
                            category_id, reason, shown_at, decided_at, recorded_at, help, exposure_ms)
SELECT id, entry_id, labeler_id, %(policy)s, %(version)s, 'first', 1, 'category', %(category)s, '', %(past)s, %(past)s,
       %(past)s, '{}', 0 FROM labeling_assignment;
INSERT INTO labeling_peopledecision (image_id, policy_id, policy_version_id, category_id, opinions, decided_at)
SELECT n, %(policy)s, %(version)s, %(category)s, 1, %(past)s FROM generate_series(1, %(consumed)s) n;

-- Earlier labels of the eight, on consumed images: more than a small pool has, so there they come round again.
INSERT INTO labeling_label (image_id, labeler_id, policy_id, policy_version_id, purpose, round, verdict, category_id,
                            reason, shown_at, decided_at, recorded_at, help, exposure_ms)
SELECT 1 + (k * %(people)s + person) %% %(consumed)s, person, %(policy)s, %(version)s, 'second',
       1 + (k * %(people)s + person) / %(consumed)s, 'category', %(category)s, '', %(past)s, %(past)s, %(past)s, '{}', 0
FROM generate_series(0, %(earlier)s - 1) k, generate_series(1, %(people)s) person;

-- What is open: nine tenths want a first opinion; a tenth has one, by one of the eight, and wants a second.
INSERT INTO labeling_queueentry (id, image_id, policy_id, purpose, asked_after_id, state, priority, strategy, why,
                                 inclusion_probability, opened_at)
SELECT id, id, %(policy)s, CASE WHEN id %% 10 = 0 THEN 'second' ELSE 'first' END,
       CASE WHEN id %% 10 = 0 THEN 1 + id %% %(people)s END, 'open', 1 - u, 'slice',
       CASE WHEN id %% 10 = 0 THEN 'opinions' ELSE 'arrival' END, 1, %(past)s
FROM labeling_copygroup WHERE id > %(consumed)s;
INSERT INTO labeling_label (image_id, labeler_id, policy_id, policy_version_id, purpose, round, verdict, category_id,
                            reason, shown_at, decided_at, recorded_at, help, exposure_ms)
SELECT image_id, 1 + image_id %% %(people)s, %(policy)s, %(version)s, 'first', 1, 'category', %(category)s, '',
       %(past)s, %(past)s, %(past)s, '{}', 0 FROM labeling_queueentry WHERE purpose = 'second' AND state = 'open';

-- Leases that have run out, on the entries that come next.
INSERT INTO labeling_assignment (id, entry_id, labeler_id, page, leased_at, expires_at, outcome)
SELECT gen_random_uuid(), id, %(people)s + 1 + id %% %(others)s, gen_random_uuid(), %(past)s, %(past)s, ''
FROM (SELECT id FROM labeling_queueentry WHERE state = 'open' ORDER BY priority DESC LIMIT %(expired)s) head;
UPDATE labeling_queueentry SET leased_until = %(past)s
WHERE id IN (SELECT entry_id FROM labeling_assignment WHERE ended_at IS NULL);
SELECT setval(pg_get_serial_sequence('labeling_queueentry', 'id'), %(size)s);
"""


def fill(size: int) -> tuple[list, str]:
    """Make a pool of `size` images, nine tenths consumed. Return the eight labelers and the policy's slug."""
    from labeling.models import Source

    people, policy = _cast()
    source = Source.objects.create(name="bench")
    arguments = {
        "size": size,
        "consumed": size * 9 // 10,
        "people": PEOPLE,
        "others": OTHERS,
        "earlier": EARLIER_LABELS,
        "expired": EXPIRED,
        "source": source.pk,
        "policy": policy.pk,
        "version": policy.versions.get().pk,
        "category": policy.categories.first().pk,
        "past": datetime(2026, 1, 1, tzinfo=UTC),
    }
    with connection.cursor() as cursor:
        cursor.execute(_BULK)
        for statement in _POOL.split(";\n"):
            if statement.strip():
                cursor.execute(statement, arguments)
        cursor.execute("RESET ALL")
        cursor.execute("VACUUM ANALYZE")
    return people, policy.slug


def _cast() -> tuple[list, "object"]:
    from django.contrib.auth.models import Group

    from labeling.models import Category, Person, Policy, PolicyVersion

    group = Group.objects.get_or_create(name="labeler")[0]
    people = [Person.objects.create(pk=n, username=f"p{n}") for n in range(1, PEOPLE + OTHERS + 1)]
    for person in people:
        person.groups.add(group)
    # Two opinions in the slice would make every label ask for another; the tenth that wants one is laid out above.
    policy = Policy.objects.create(slug="bench", name="Bench", question="Which?", slice_opinions=1)
    for grade, key in enumerate(("safe", "low", "harmful")):
        Category.objects.create(policy=policy, key=key, name=key, grade=grade, action="allow", hotkey=str(grade + 1))
    PolicyVersion.objects.create(
        policy=policy, number=1, kind="editorial", published_at=datetime(2020, 1, 1, tzinfo=UTC)
    )
    return people[:PEOPLE], policy
