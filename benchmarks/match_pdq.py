"""Perceptual hashes looked up among as many: photos' own, with bits turned over, and copies of some of them."""

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks import match_index
from benchmarks.match_index import Design
from benchmarks.match_vectors import CHUNK, photo_hashes

PHOTOS = 500
PROBES = 200
# Each bit of a photo's hash is turned over with this chance: others stand farther than the 31 of a copy.
TURNED = 0.35
COPY_BITS = 24


def measure(database: psycopg.Connection, photos: Path, rows: int) -> dict[str, Any]:
    """Return how many copies, of 24 turned bits, find the row they are of, and how fast; the index is the product's."""
    bits = photo_hashes(photos, PHOTOS).astype(bool)
    design = Design(
        "pdq", "bit(256)", "bit_hamming_ops", "<~>", lambda row: row, match_index.said_bits, 8, 32, reranked=False
    )
    match_index.create(database, design.name, design.type)
    dice, wanted = np.random.default_rng(11), np.zeros((0, 256), bool)
    for start in range(0, rows, CHUNK):
        count = min(CHUNK, rows - start)
        made = bits[dice.integers(0, len(bits), count)] ^ (dice.random((count, 256)) < TURNED)
        numbers = np.arange(start, start + count)
        sent = match_index.bit_rows(np.packbits(made, axis=1))
        match_index.copy_in(database, design.name, numbers, numbers < 0, sent)
        wanted = made[:PROBES] if start == 0 else wanted
    database.execute('VACUUM ANALYZE "pdq"')
    database.execute("SET maintenance_work_mem = '2GB'")
    seconds, size = match_index.index(database, design)
    for row in wanted:
        row[dice.permutation(256)[:COPY_BITS]] ^= True
    database.execute("SET hnsw.ef_search = 100")
    look_up(database, wanted)  # to warm up
    times, found = look_up(database, wanted)
    p50, p95 = np.percentile(times, [50, 95])
    told = {"rows": rows, "found": found / len(wanted), "p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}
    told |= {"bytes_per_image": round(size / rows), "build_s": seconds}
    print(json.dumps({"pdq": told}), file=sys.stderr)
    return told


def look_up(database: psycopg.Connection, probes: np.ndarray) -> tuple[list[float], int]:
    """Return the milliseconds of each look-up, and how many found the row of their own number."""
    times: list[float] = []
    found = 0
    query = "SELECT id FROM pdq ORDER BY vector <~> %s::bit(256) LIMIT 11"
    for number, probe in enumerate(probes):
        start = time.perf_counter()
        ids = [row[0] for row in database.execute(query, [match_index.said_bits(np.packbits(probe))]).fetchall()]
        times.append(1000 * (time.perf_counter() - start))
        found += number in ids
    return times, found
