"""Frozen values that cross the border between ml and the rest. Bytes and numbers only: no torch, no Django."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The name of the captioner that comes with Winnow: it has learnt drawn pictures only.
DRAWN = "drawn"
# The rule by which `check_copies` decides, with its thresholds. Stored with each match: another rule, another string.
COPY_RULE = (
    "sift-1: 10 inliers, 0.75 of cells agree, 0.65 of those with structure, likeness 0.9, overlap 0.25, 12 cells"
)

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
class Box:
    """A rectangle in pixels of the picture; `left` and `top` are inside it, `right` and `bottom` just outside."""

    left: int
    top: int
    right: int
    bottom: int


@dataclass(frozen=True)
class DrawnThing:
    """A thing in a drawn picture: its name as in the sentence, where it is, whether it is risky, and its pose."""

    name: str
    box: Box
    risky: bool
    pose: Literal["held", "aimed", "lying", "in_place"]


@dataclass(frozen=True)
class Scene:
    """A drawn picture with the truth about it, which is for experiments: the product never reads it as a label.

    `sentence` says in English what was drawn; `grade` follows from place and pose; `disputed` marks pictures on which
    people may well disagree (a bright water pistol, say).
    """

    jpeg: bytes
    sentence: str
    grade: Grade
    place: str
    things: tuple[DrawnThing, ...]
    people: tuple[Box, ...]
    disputed: bool


@dataclass(frozen=True)
class NetworkCard:
    """What answers of a network depend on. `dimensions`: length of its feature vectors."""

    architecture: str
    weights_digest: str
    preprocessing: dict[str, Any]
    dimensions: int


@dataclass(frozen=True)
class FittedShortening:
    """How embeddings are shortened, fitted to some: safetensors, their SHA-256, and facts to show."""

    weights: bytes
    digest: str
    facts: dict[str, Any]


@dataclass(frozen=True)
class Unreadable:
    """What stands in the place of a result for a file that could not be decoded; `reason` is a sentence for people."""

    reason: str


@dataclass(frozen=True)
class Judgement:
    """A committee's answer about one image: mean probabilities, their entropy, and how far its heads disagree.

    Entropy and disagreement are in nats. Disagreement is the mutual information between answer and head (BALD):
    the entropy of the mean less the mean entropy, never negative.
    """

    probabilities: tuple[float, ...]
    entropy: float
    disagreement: float


@dataclass(frozen=True)
class TrainedCommittee:
    """Heads on a frozen trunk, as safetensors bytes, with their SHA-256 and how the training went."""

    weights: bytes
    digest: str
    metrics: dict[str, Any]


@dataclass(frozen=True)
class Heatmap:
    """Where a network looks: per category, in the committee's order, a grid of relevances from 0 to 1.

    `grids` has the shape (categories, rows, columns) and covers the whole upright image, also where the network
    sees a crop of it: what it does not see has relevance 0.
    """

    method: str
    grids: "NDArray[np.float32]"


@dataclass(frozen=True)
class Caption:
    """A sentence about a picture, word by word, and where the network looked for each word.

    `words` read well when joined with spaces. `grids` has the shape (words, rows, columns), each from 0 to 1, and
    covers the whole upright image.
    """

    words: tuple[str, ...]
    grids: "NDArray[np.float32]"


@dataclass(frozen=True)
class CopyCheck:
    """Whether two pictures are one picture, edited, and what says so. Shares go from 0 to 1.

    `inliers`: local features that follow one way of laying the other picture on this one, `mirrored` or not.
    `agreement`: how much of what overlaps shows the same; `structure`: the same, plain parts left out; `likeness`: the
    correlation there. `overlap`: how much of the other picture is in this one.
    """

    is_copy: bool
    inliers: int
    mirrored: bool
    agreement: float
    structure: float
    likeness: float
    overlap: float


class NotACaptioner(Exception):
    """The model that shall caption is no captioning model of the BLIP family."""
