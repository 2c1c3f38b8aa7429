"""The nearest among a million embeddings: who is found, how fast, with which index, also among the judged only.

    make bench NAME=match ARGS="--photos FOLDER"

The embeddings are those of the photos' first half, perturbed so that the contrast of distances stays as the photos'
(it is printed: the median distance to the tenth nearest by that to any); 200 photos of the second half look for their
ten nearest. Truth is numpy over everything. The database is a PostgreSQL of its own with the settings of `make run`.
All designs are compared at the first of `--rows`, the chosen one at all; `--designs` compares others.
Every hundredth row counts as judged by people.
"""

import argparse
import json
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import psycopg

from benchmarks import match_index, match_pdq
from benchmarks.match_index import Design
from benchmarks.match_vectors import JUDGED_EVERY, Crowd, Signs, Truth, photo_vectors, spread, unseen
from ml import services as ml
from moderation import embedded, processes, servers

SHIPPED = "components"  # labeling/services/indexing.py
# How many stand-ins the index keeps in hand while it searches (ef_search), and how many of them are put in order by
# the embeddings themselves.
EFFORTS = ((100, 100), (200, 100), (200, 200), (300, 100), (400, 100), (400, 400))
SERVED = 300, 100  # what the headline reports: labeling/selectors/nearest.py
FILTERED_SCAN = 40_000


def designs(first: np.ndarray) -> dict[str, Design]:
    """Return the ways that are compared, fitted to the first embeddings."""
    made = {}
    for name, m, ef_construction in (("full_light", 8, 32), ("full", 16, 64)):
        made[name] = Design(
            name, "halfvec(1280)", "halfvec_cosine_ops", "<=>", lambda rows: rows, match_index.said_halves,
            m, ef_construction, reranked=False, table="embedding",
        )  # fmt: skip
    for name, signs in (("binary", Signs.fitted(first)), ("binary_plain", Signs(np.zeros(1280, np.float32), None))):
        made[name] = Design(name, "bit(1280)", "bit_hamming_ops", "<~>", signs.bits, match_index.said_bits)
    fitted = ml.fit_shortening(first)
    print(json.dumps(fitted.facts), file=sys.stderr)
    made[SHIPPED] = Design(
        SHIPPED, "halfvec(256)", "halfvec_l2_ops", "<->", partial(ml.shorten, fitted.weights), match_index.said_halves
    )
    return made


def fill(database: psycopg.Connection, crowd: Crowd, rows: int, made: list[Design]) -> tuple[Truth, Truth, dict]:
    """Fill the tables; return the truth among all and among the judged, and what it took."""
    match_index.create(database, "embedding", "halfvec(1280)")
    short = [design for design in made if not design.table]
    for design in short:
        match_index.create(database, design.name, design.type)
    everyone, judged_truth = Truth(crowd.probes), Truth(crowd.probes)
    seconds = dict.fromkeys(["embedding", *(design.name for design in short)], 0.0)
    some = None
    for start, vectors in crowd.chunks(rows):
        numbers = np.arange(start, start + len(vectors))
        judged = numbers % JUDGED_EVERY == 0
        everyone.add(numbers, vectors)
        judged_truth.add(numbers[judged], vectors[judged])
        some = vectors if some is None else some
        for name in seconds:
            begun = time.perf_counter()
            of_table = [each for each in short if each.name == name]
            sent = encoded(of_table[0], vectors) if of_table else match_index.halves(vectors)
            match_index.copy_in(database, name, numbers, judged, sent)
            seconds[name] += time.perf_counter() - begun
    for name in seconds:
        database.execute(f'VACUUM ANALYZE "{name}"')  # type: ignore[arg-type]
    assert some is not None
    return everyone, judged_truth, {"copy_s": seconds, "contrast": spread(crowd, some, everyone)}


def encoded(design: Design, vectors: np.ndarray) -> np.ndarray:
    """Return what is sent to the design's table."""
    short = design.short(vectors)
    return match_index.bit_rows(short) if design.type.startswith("bit") else match_index.halves(short)


def measure(
    database: psycopg.Connection, design: Design, crowd: Crowd, truths: tuple[Truth, Truth], copy_s: float
) -> dict[str, Any]:
    """Build the index and search with it: among all, then among the judged in three ways."""
    everyone, judged = truths
    rows = database.execute("SELECT count(*) FROM embedding").fetchone()[0]  # type: ignore[index]
    seconds, size = match_index.index(database, design)
    told: dict[str, Any] = {"design": design.name, "rows": rows, "build_s": round(seconds + copy_s, 1)}
    told["bytes_per_image"] = round(size / rows)
    told["table_bytes_per_image"] = 0 if design.table else round(match_index.size_of(database, design.name) / rows)

    def searched(ef_search: int, truth: Truth, *, candidates: int, only_judged: bool = False) -> dict[str, float]:
        database.execute(f"SET hnsw.ef_search = {ef_search}")  # type: ignore[arg-type]
        found, times = match_index.search(database, design, crowd.probes, candidates=candidates, judged=only_judged)
        return {"recall_at_10": truth.recall(found), **times}

    told["efforts"] = {name_of(each): searched(each[0], everyone, candidates=each[1]) for each in EFFORTS}
    database.execute("SET enable_sort = off")
    database.execute("SET enable_seqscan = off")
    ef_search, candidates = SERVED
    filtered = {"plain": searched(ef_search, judged, candidates=candidates, only_judged=True)}
    database.execute("SET hnsw.iterative_scan = 'relaxed_order'")
    database.execute(f"SET hnsw.max_scan_tuples = {FILTERED_SCAN}")
    filtered["iterative"] = searched(ef_search, judged, candidates=candidates, only_judged=True)
    database.execute("RESET hnsw.iterative_scan")
    partial_s, partial = match_index.index(database, design, judged_only=True)
    filtered["partial"] = searched(ef_search, judged, candidates=candidates, only_judged=True)
    database.execute("RESET ALL")
    told["judged"] = filtered | {"partial_build_s": partial_s, "partial_bytes_per_judged": round(partial * 100 / rows)}
    database.execute(f'DROP INDEX "{design.name}_nearest", "{design.name}_nearest_judged"')  # type: ignore[arg-type]
    return told


def name_of(effort: tuple[int, int]) -> str:
    """Return how an effort is called in what is printed."""
    return f"{effort[0]}, {effort[1]} in order"


def exact_ms(database: psycopg.Connection, design: Design, probes: np.ndarray) -> float:
    """Return the median milliseconds of the search without an index, over the embeddings themselves."""
    database.execute("SET max_parallel_workers_per_gather = 0")
    times = match_index.search(database, design, probes, candidates=0)[1]
    database.execute("RESET ALL")
    return times["p50_ms"]


def one_size(database: psycopg.Connection, crowd: Crowd, rows: int, made: dict[str, Design], memory: str) -> list[dict]:
    """Measure these designs over so many rows."""
    *truths, facts = fill(database, crowd, rows, list(made.values()))
    print(json.dumps({"rows": rows, "contrast": facts["contrast"]}), file=sys.stderr)
    whole = Design(
        "exact", "halfvec(1280)", "", "<=>", lambda row: row, match_index.said_halves, reranked=False, table="embedding"
    )
    exact = exact_ms(database, whole, crowd.probes[:3])
    measured = []
    for design in made.values():
        database.execute(f"SET maintenance_work_mem = '{memory}'")  # type: ignore[arg-type]
        told = measure(database, design, crowd, (truths[0], truths[1]), facts["copy_s"].get(design.name, 0.0))
        measured.append(told | {"exact_ms": exact})
        print(json.dumps(measured[-1]), file=sys.stderr, flush=True)
    for table in facts["copy_s"]:
        database.execute(f'DROP TABLE "{table}"')  # type: ignore[arg-type]
    return measured


def headline(measured: list[dict]) -> dict[str, Any]:
    """Return the chosen design's figures at the largest size, and how its p95 grew from the smallest."""
    name = SHIPPED if any(each["design"] == SHIPPED for each in measured) else measured[0]["design"]
    own = [each for each in measured if each["design"] == name]
    small, large = own[0], own[-1]
    at = large["efforts"][name_of(SERVED)]
    growth = round(at["p95_ms"] / small["efforts"][name_of(SERVED)]["p95_ms"], 2)
    named = {key: large[key] for key in ("rows", "exact_ms", "bytes_per_image", "table_bytes_per_image", "build_s")}
    return {"design": name, **at, "growth": growth, **named, "judged": large["judged"]["partial"]}


def main() -> None:
    """Measure, and print what was measured."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--keep", type=Path, help="a .npy file for the photos' embeddings")
    parser.add_argument("--rows", type=int, nargs="+", default=[100_000, 1_000_000])
    parser.add_argument("--designs", nargs="+", help="at the first size; all of them if left out")
    parser.add_argument("--memory", default="2GB", help="maintenance_work_mem")
    parser.add_argument("--no-pdq", action="store_true", help="leave the look-up of perceptual hashes out")
    options = parser.parse_args()
    photos = photo_vectors(options.photos, options.keep)
    print(json.dumps({"recall among photos that were not learnt from": unseen(photos)}), file=sys.stderr)
    crowd = Crowd(photos)
    print(json.dumps({"perturbed": crowd.facts}), file=sys.stderr)
    made = designs(next(crowd.chunks(20_000))[1])
    measured: list[dict] = []
    with tempfile.TemporaryDirectory(prefix="winnow-bench-") as folder:
        data_dir = Path(folder).resolve()
        try:
            servers.start_postgres(data_dir)
            with psycopg.connect(embedded.database_url(data_dir), autocommit=True, prepare_threshold=None) as database:
                database.execute("CREATE EXTENSION IF NOT EXISTS vector")
                for place, rows in enumerate(options.rows):
                    names = [SHIPPED] if place else options.designs or list(made)
                    measured += one_size(database, crowd, rows, {name: made[name] for name in names}, options.memory)
                told = headline(measured)
                if not options.no_pdq:
                    told["pdq"] = match_pdq.measure(database, options.photos, options.rows[-1])
        finally:
            processes.end_left_behind(data_dir)
            servers.end_postgres(data_dir)
    print(json.dumps(told))


if __name__ == "__main__":
    main()
