"""Labels a second, server time per label and double work, with 8 labelers at once on pools of 20,000 and 1,000,000.

A label is what the page does on a key: one request that stores it and brings the next image's card. The system's own
accounting of all server processes, PostgreSQL included, gives the processor time.
"""

import json
import re
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Sequence

from benchmarks import site

POOLS = (20_000, 1_000_000)
SECONDS = 20.0
ASSIGNMENT = re.compile(r'data-assignment="([0-9a-f-]{36})"')
PAGE = re.compile(r'data-page="([0-9a-f-]{36})"')


class Labeler(threading.Thread):
    """One person who answers without pause: first the images that the page came with, then each that follows."""

    def __init__(self, browser: site.Browser, slug: str, start: threading.Barrier) -> None:
        super().__init__()
        self.browser, self.path, self.barrier = browser, f"/label/{slug}/", start
        self.acknowledged: list[str] = []
        self.seconds: list[float] = []
        self.error: Exception | None = None

    def run(self) -> None:
        """Open the page, wait for the others, and label until the time is over."""
        try:
            html = self.browser.get(self.path)
            waiting, page = list(dict.fromkeys(ASSIGNMENT.findall(html))), PAGE.findall(html)[0]
            self.barrier.wait()
            until = time.perf_counter() + SECONDS
            while waiting and time.perf_counter() < until:
                waiting += self._label(waiting.pop(0), page)
        except Exception as error:  # noqa: BLE001 (raised again by the main thread)
            self.error = error
            self.barrier.abort()

    def _label(self, assignment: str, page: str) -> list[str]:
        fields = {"assignment": assignment, "page": page, "answer": "category:safe"}
        start = time.perf_counter()
        html = self.browser.post(self.path, {**fields, "looked_ms": "700", "ago_ms": "2"})
        self.seconds.append(time.perf_counter() - start)
        self.acknowledged.append(assignment)
        return list(dict.fromkeys(ASSIGNMENT.findall(html)))


def measure(size: int) -> dict[str, float]:
    """Return the figures for one pool; times in ms."""
    with site.running() as running:
        from benchmarks import pool

        print(f"Filling a pool of {size:,} …", file=sys.stderr)
        people, slug = pool.fill(size)
        with running.web():
            start = threading.Barrier(len(people) + 1)
            labelers = [Labeler(site.Browser(running.port, site.log_in(who)), slug, start) for who in people]
            for labeler in labelers:
                labeler.start()
            start.wait()
            before, began = running.cpu_seconds(), time.perf_counter()
            for labeler in labelers:
                labeler.join()
            wall, after = time.perf_counter() - began, running.cpu_seconds()
        for labeler in labelers:
            if labeler.error:
                raise labeler.error
        return _figures(labelers, wall, {name: after[name] - before[name] for name in after})


def _figures(labelers: Sequence[Labeler], wall: float, cpu: dict[str, float]) -> dict[str, float]:
    seconds = sorted(second for labeler in labelers for second in labeler.seconds)
    count = len(seconds)
    return {
        "labels_per_s": round(count / wall, 1),
        "p50_ms": round(statistics.median(seconds) * 1000, 1),
        "p95_ms": round(seconds[int(count * 0.95)] * 1000, 1),
        "server_cpu_ms_per_label": round(sum(cpu.values()) / count * 1000, 2),
        "postgres_cpu_ms_per_label": round(cpu["postgres"] / count * 1000, 2),
        "double_assigned": _double_assigned(),
        "lost": _lost([token for labeler in labelers for token in labeler.acknowledged]),
    }


def _double_assigned() -> int:
    """Count pairs of leases on one entry that lived at the same time, and images a person was given twice."""
    from django.db import connection

    overlapping = """
        SELECT count(*) FROM labeling_assignment a
        JOIN labeling_assignment b ON a.entry_id = b.entry_id AND a.id < b.id
        WHERE tstzrange(a.leased_at, least(a.ended_at, a.expires_at))
           && tstzrange(b.leased_at, least(b.ended_at, b.expires_at))
    """
    twice = """
        SELECT count(*) FROM (
            SELECT 1 FROM labeling_label l JOIN labeling_label m
              ON m.labeler_id = l.labeler_id AND m.image_id = l.image_id AND m.id < l.id
            WHERE l.recorded_at > now() - interval '1 day') again
    """
    surplus = """
        SELECT count(*) FROM (
            SELECT image_id FROM labeling_label WHERE image_id IN (
                SELECT image_id FROM labeling_label WHERE recorded_at > now() - interval '1 day')
            GROUP BY image_id HAVING count(*) > 1 + bool_or(purpose = 'second')::int) more
    """
    total = 0
    with connection.cursor() as cursor:
        for query in (overlapping, twice, surplus):
            cursor.execute(query)
            total += cursor.fetchone()[0]
    return total


def _lost(acknowledged: list[str]) -> int:
    """Count answers that the server acknowledged and that are not stored exactly once."""
    from labeling.models import Label

    stored = set(map(str, Label.objects.filter(assignment__in=acknowledged).values_list("assignment", flat=True)))
    return len(acknowledged) - len(stored & set(acknowledged))


def _measure_apart(size: int) -> dict[str, float]:
    """Measure in a process of its own: Django is set up for one database."""
    done = subprocess.run([sys.executable, "-m", "benchmarks.queue", str(size)], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print the figures of each pool, and one JSON object of the large pool with the growth over the small one."""
    runs = {}
    for size in POOLS:
        runs[size] = _measure_apart(size)
        print(f"{size:>9,}: {json.dumps(runs[size])}", flush=True)
    small, large = (runs[size] for size in POOLS)
    growth = large["server_cpu_ms_per_label"] / small["server_cpu_ms_per_label"]
    worst = {name: max(small[name], large[name]) for name in ("double_assigned", "lost")}
    print(json.dumps({**large, **worst, "growth": round(growth, 2)}))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
    else:
        main()
