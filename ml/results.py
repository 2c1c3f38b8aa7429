"""Frozen values that cross the border between ml and the rest. Bytes and numbers only: no torch, no Django."""

from dataclasses import dataclass
from typing import Literal

Grade = Literal["safe", "low_exposure", "harmful"]


@dataclass(frozen=True)
class PerceptualHash:
    """A PDQ hash: 32 bytes, most significant bit first as in PDQ's own hex form, and its quality, 0 to 100."""

    digest: bytes
    quality: int

    @property
    def bitstring(self) -> str:
        """The 256 bits as "0" and "1", as PostgreSQL's bit type takes them."""
        return f"{int.from_bytes(self.digest, 'big'):0256b}"

    def distance(self, other: "PerceptualHash") -> int:
        """Hamming distance, 0 to 256. At most 31 is PDQ's usual threshold for "the same picture"."""
        return (int.from_bytes(self.digest, "big") ^ int.from_bytes(other.digest, "big")).bit_count()


@dataclass(frozen=True)
class Scene:
    """A drawn picture: JPEG bytes, one English sentence that says what was drawn, and its grade as drawn."""

    jpeg: bytes
    sentence: str
    grade: Grade
