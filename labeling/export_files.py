"""Exported rows as CSV, JSON lines or Parquet. Each writer takes a stream and holds no more than a row group of it."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import islice
from typing import IO, Any

from labeling.selectors.exporting import Row

# Rows of Parquet that are written together.
GROUP = 5_000
# Columns that hold more than one value: JSON in a CSV.
NESTED = ("arrivals", "votes", "vote_shares")
Writer = Callable[[Iterable[Row], IO[bytes]], None]


def record(row: Row) -> dict[str, Any]:
    """Return the row as it is exported; a decision that is not there leaves its columns empty."""
    decision = row.decision
    return {
        "image": row.image,
        "policy": row.policy,
        "arrivals": [{"source": source, "external_id": external_id} for source, external_id in row.arrivals],
        "votes": [
            {
                "labeler": vote.labeler,
                "label": vote.label,
                "purpose": vote.purpose,
                "reason": vote.reason,
                "decided_at": vote.decided_at,
                "policy_version": vote.policy_version,
            }
            for vote in row.votes
        ],
        "decision": decision and decision.category,
        "decided_by": decision and decision.by,
        "cause": decision and decision.cause,
        "reason": decision and decision.reason,
        "decided_at": decision and decision.decided_at,
        "decision_policy_version": decision and decision.policy_version,
        "vote_shares": row.vote_shares,
        "chosen": row.chosen,
        "inclusion_probability": row.inclusion_probability,
        "chosen_by": row.chosen_by,
    }


COLUMNS = tuple(record(Row("", "", [], [], None, {}, "", None, None)))


def write_csv(rows: Iterable[Row], out: IO[bytes]) -> None:
    """Write a header and a line for each row."""
    with _text(out) as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        for row in rows:
            flat = record(row)
            flat |= {column: _json(flat[column]) for column in NESTED}
            writer.writerow(flat | {"decided_at": flat["decided_at"] and flat["decided_at"].isoformat()})


def write_jsonl(rows: Iterable[Row], out: IO[bytes]) -> None:
    """Write an object for each row, one a line."""
    with _text(out) as file:
        for row in rows:
            file.write(_json(record(row)) + "\n")


def write_votes(rows: Iterable[Row], out: IO[bytes]) -> None:
    """Write `item,labeler,label`, the item being the image's SHA-256, each person's judgements in their order.

    An adjudicator's own judgement of a case is left out: it is no vote.
    """
    with _text(out) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["item", "labeler", "label"])
        for row in rows:
            writer.writerows([row.image, v.labeler, v.label] for v in row.votes if v.purpose != "adjudication")


def write_parquet(rows: Iterable[Row], out: IO[bytes]) -> None:
    """Write nested columns: lists of structs, and the shares as a map."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    text, number, time = pa.string(), pa.int32(), pa.timestamp("us", tz="UTC")
    vote = {"labeler": text, "label": text, "purpose": text, "reason": text}
    vote |= {"decided_at": time, "policy_version": number}
    types = dict.fromkeys(COLUMNS, text) | {
        "arrivals": pa.list_(pa.struct({"source": text, "external_id": text})),
        "votes": pa.list_(pa.struct(vote)),
        "decided_at": time,
        "decision_policy_version": number,
        "vote_shares": pa.map_(text, pa.float64()),
        "inclusion_probability": pa.float64(),
    }
    schema = pa.schema(types)
    rest = iter(rows)
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        while group := [record(row) for row in islice(rest, GROUP)]:
            for each in group:
                each["vote_shares"] = list(each["vote_shares"].items())
            writer.write_batch(pa.RecordBatch.from_pylist(group, schema=schema))


WRITERS: dict[str, Writer] = {"csv": write_csv, "jsonl": write_jsonl, "parquet": write_parquet}


@contextmanager
def _text(out: IO[bytes]) -> Iterator[IO[str]]:
    """Let text be written in UTF-8; `out` stays open."""
    file = io.TextIOWrapper(out, encoding="utf-8", newline="", write_through=False)
    try:
        yield file
    finally:
        file.detach()


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, default=datetime.isoformat)
