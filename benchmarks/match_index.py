"""Tables and HNSW indexes of the designs that `match` compares, filled in bulk, and how each is searched."""

import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, LiteralString

import numpy as np
import psycopg
from psycopg import sql

from benchmarks.match_vectors import NEAREST

_HEADER = b"PGCOPY\n\xff\r\n\0" + struct.pack("!ii", 0, 0)
_TRAILER = struct.pack("!h", -1)
_FIELD = [("size", ">i4")]
# The last lines put the candidates in order by the embeddings themselves.
_RERANKED: LiteralString = """
WITH candidate AS MATERIALIZED (
    SELECT id FROM {table} {where} ORDER BY vector {operator} %(short)s::{type} LIMIT %(candidates)s
)
SELECT e.id FROM candidate JOIN embedding e USING (id) ORDER BY e.vector <=> %(whole)s::halfvec LIMIT %(count)s
"""
_DIRECT: LiteralString = "SELECT id FROM {table} {where} ORDER BY vector {operator} %(short)s::{type} LIMIT %(count)s"


@dataclass(frozen=True)
class Design:
    """One way to find the nearest: `short` makes of embeddings (n, 1280) what is indexed, as rows of bytes to send."""

    name: str
    type: str
    opclass: str
    operator: str
    short: Callable[[np.ndarray], np.ndarray]
    said: Callable[[np.ndarray], str]
    m: int = 16
    ef_construction: int = 64
    reranked: bool = True
    table: str = field(default="")

    def query(self, *, judged: bool) -> sql.Composed:
        """Return the search, among all or among those that people judged."""
        return sql.SQL(_RERANKED if self.reranked else _DIRECT).format(
            table=sql.Identifier(self.table or self.name),
            where=sql.SQL("WHERE judged" if judged else ""),
            operator=sql.SQL(self.operator),  # type: ignore[arg-type]
            type=sql.SQL(self.type),  # type: ignore[arg-type]
        )


def halves(vectors: np.ndarray) -> np.ndarray:
    """Return rows as PostgreSQL's binary format for halfvec has them."""
    rows = np.zeros(len(vectors), [("dimensions", ">i2"), ("unused", ">i2"), ("values", ">f2", vectors.shape[1])])
    rows["dimensions"], rows["values"] = vectors.shape[1], vectors
    return rows.view(np.uint8).reshape(len(rows), -1)


def bit_rows(packed: np.ndarray) -> np.ndarray:
    """Return rows as PostgreSQL's binary format for bit has them."""
    rows = np.zeros(len(packed), [("bits", ">i4"), ("values", np.uint8, packed.shape[1])])
    rows["bits"], rows["values"] = 8 * packed.shape[1], packed
    return rows.view(np.uint8).reshape(len(rows), -1)


def said_halves(vector: np.ndarray) -> str:
    """Return a vector as a query names it."""
    return "[" + ",".join(f"{value:.6g}" for value in vector.tolist()) + "]"


def said_bits(packed: np.ndarray) -> str:
    """Return bits as a query names them."""
    return "".join(map(str, np.unpackbits(packed).tolist()))


def create(database: psycopg.Connection, table: str, type_: str) -> None:
    """Make a table of ids, whether people judged, and vectors; not logged, which a search does not notice."""
    statement = "CREATE UNLOGGED TABLE {} (id integer PRIMARY KEY, judged boolean NOT NULL, vector {} NOT NULL)"
    database.execute(sql.SQL(statement).format(sql.Identifier(table), sql.SQL(type_)))  # type: ignore[arg-type]


def copy_in(
    database: psycopg.Connection, table: str, numbers: np.ndarray, judged: np.ndarray, sent: np.ndarray
) -> None:
    """Add rows in binary; `sent` (n, bytes) as `halves` or `bit_rows` make them."""
    width = sent.shape[1]
    names = [("fields", ">i2"), ("l1", ">i4"), ("id", ">i4"), ("l2", ">i4"), ("judged", "?"), ("l3", ">i4")]
    rows = np.zeros(len(sent), [*names, ("vector", np.uint8, width)])
    rows["fields"], rows["l1"], rows["l2"], rows["l3"] = 3, 4, 1, width
    rows["id"], rows["judged"], rows["vector"] = numbers, judged, sent
    statement = sql.SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(sql.Identifier(table))
    with database.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(_HEADER + rows.tobytes() + _TRAILER)


def index(database: psycopg.Connection, design: Design, *, judged_only: bool = False) -> tuple[float, int]:
    """Build the HNSW index; return the seconds it took and its bytes."""
    table = design.table or design.name
    name = f"{design.name}_nearest" + ("_judged" if judged_only else "")
    start = time.perf_counter()
    database.execute(
        sql.SQL("CREATE INDEX {} ON {} USING hnsw (vector {}) WITH (m = {}, ef_construction = {}) {}").format(
            sql.Identifier(name),
            sql.Identifier(table),
            sql.SQL(design.opclass),  # type: ignore[arg-type]
            sql.Literal(design.m),
            sql.Literal(design.ef_construction),
            sql.SQL("WHERE judged" if judged_only else ""),
        )
    )
    seconds = time.perf_counter() - start
    return round(seconds, 1), size_of(database, name)


def size_of(database: psycopg.Connection, relation: str) -> int:
    """Return the bytes of an index, or of a table without its indexes."""
    row = database.execute("SELECT pg_table_size(%s::text::regclass)", [relation]).fetchone()
    return int(row[0]) if row else 0


def search(
    database: psycopg.Connection, design: Design, probes: np.ndarray, *, candidates: int, judged: bool = False
) -> tuple[list[list[int]], dict[str, float]]:
    """Return the ids found for each probe, and milliseconds from the vector to the ids, after one round to warm up."""
    query, found, times = design.query(judged=judged), [], []
    for measured in (False, True):
        for probe in probes:
            start = time.perf_counter()
            row = probe[None].astype(np.float16)
            arguments: dict[str, Any] = {"whole": said_halves(row[0]), "candidates": candidates, "count": NEAREST}
            arguments["short"] = design.said(design.short(row)[0])
            ids = [each[0] for each in database.execute(query, arguments).fetchall()]
            if measured:
                times.append(1000 * (time.perf_counter() - start))
                found.append(ids)
    p50, p95 = np.percentile(times, [50, 95])
    return found, {"p50_ms": round(float(p50), 2), "p95_ms": round(float(p95), 2)}
