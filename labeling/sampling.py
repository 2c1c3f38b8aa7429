"""The random slice: who is drawn, decided by a keyed hash, so that nobody can steer it and anybody can check it.

Pure; no Django here.
"""

import hashlib
import hmac
from typing import NamedTuple


class Draw(NamedTuple):
    """Two independent numbers, uniform on [0, 1)."""

    u: float
    split: float


def draw(digest: str, *, key: str) -> Draw:
    """Return the draw of a copy group whose first image has this hex digest.

    HMAC-SHA256 under a secret key: a sender cannot choose bytes that stay out of the slice. Each number takes 53 bits,
    all that a double can hold.
    """
    return Draw(uniform(digest, key=key, purpose=b"slice"), uniform(digest, key=key, purpose=b"split"))


def uniform(name: str, *, key: str, purpose: bytes) -> float:
    """Return a number on [0, 1) for a name; those of different purposes are independent."""
    mac = hmac.new(key.encode(), purpose + b":" + name.encode(), hashlib.sha256).digest()
    return (int.from_bytes(mac[:8], "big") >> 11) / 2**53
