"""Perceptual hashes looked up among as many: photos' own, with bits turned over, and copies of some of them."""

import json
import sys
import time
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks import match_index
from benchmarks.match_vectors import CHUNK, photo_hashes

PHOTOS = 500
PROBES = 200
# Each bit of a photo's hash is turned over with this chance: others stand farther than the 31 of a copy.
TURNED = 0.35
# Copies differ in as many as 31, so that the hardest ones are looked up, too.
COPY_BITS = (8, 16, 24, 31)
# The product's functions and, but for the names of the table, its look-up: labeling/selectors/nearest.py.
PIECES = import_module("labeling.migrations.0016_hash_pieces").PIECES
BY_PIECES = """
WITH h AS MATERIALIZED (SELECT %(pdq)s::bit(256) AS pdq, pdq_near_pieces(%(pdq)s::bit(256)) AS pieces)
SELECT i.id FROM h JOIN pdq i ON pdq_pieces(i.vector) && (SELECT pieces FROM h)
WHERE i.vector <~> h.pdq <= 31 ORDER BY i.vector <~> h.pdq, i.id LIMIT 10
"""
# What it was before: approximate, and with one search list for all.
BY_HNSW = "SELECT id FROM pdq ORDER BY vector <~> %(pdq)s::bit(256) LIMIT 10"
DESIGNS = {
    "pieces": (BY_PIECES, "gin (pdq_pieces(vector)) WITH (fastupdate = off)"),
    "hnsw": (BY_HNSW, "hnsw (vector bit_hamming_ops) WITH (m = 8, ef_construction = 32)"),
}


def measure(database: psycopg.Connection, photos: Path, rows: int) -> dict[str, Any]:
    """Return how many copies find the row they are of, and how fast, by the product's index and by the one before."""
    wanted = fill(database, photos, rows)
    told: dict[str, Any] = {"rows": rows}
    for name, (query, index) in DESIGNS.items():
        database.execute("SET maintenance_work_mem = '2GB'")
        database.execute("SET hnsw.ef_search = 100")
        start = time.perf_counter()
        database.execute(f"CREATE INDEX pdq_nearest ON pdq USING {index}")  # type: ignore[arg-type]
        built = round(time.perf_counter() - start, 1)
        look_up(database, query, wanted)  # to warm up
        times, found = look_up(database, query, wanted)
        p50, p95 = np.percentile(times, [50, 95])
        told[name] = {"found": found / len(wanted), "p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}
        told[name] |= {"bytes_per_image": round(match_index.size_of(database, "pdq_nearest") / rows), "build_s": built}
        database.execute("DROP INDEX pdq_nearest")
    print(json.dumps({"pdq": told}), file=sys.stderr)
    return told


def fill(database: psycopg.Connection, photos: Path, rows: int) -> np.ndarray:
    """Fill the table with so many hashes; return (PROBES, 256) bits of copies of the first of them."""
    bits = photo_hashes(photos, PHOTOS).astype(bool)
    database.execute(PIECES)
    match_index.create(database, "pdq", "bit(256)")
    dice, wanted = np.random.default_rng(11), np.zeros((0, 256), bool)
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        made = bits[dice.integers(0, len(bits), count)] ^ (dice.random((count, 256)) < TURNED)
        numbers = np.arange(start, start + count)
        match_index.copy_in(database, "pdq", numbers, numbers < 0, match_index.bit_rows(np.packbits(made, axis=1)))
        wanted = made[:PROBES] if start == 0 else wanted
    database.execute('VACUUM ANALYZE "pdq"')
    for number, row in enumerate(wanted):
        row[dice.permutation(256)[: COPY_BITS[number % len(COPY_BITS)]]] ^= True
    return wanted


def look_up(database: psycopg.Connection, query: str, probes: np.ndarray) -> tuple[list[float], int]:
    """Return the milliseconds of each look-up, and how many found the row of their own number."""
    times: list[float] = []
    found = 0
    for number, probe in enumerate(probes):
        said = match_index.said_bits(np.packbits(probe))
        start = time.perf_counter()
        ids = [row[0] for row in database.execute(query, {"pdq": said}).fetchall()]  # type: ignore[arg-type]
        times.append(1000 * (time.perf_counter() - start))
        found += number in ids
    return times, found
