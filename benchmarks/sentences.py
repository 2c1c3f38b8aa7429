"""Takes the drawn scenes' sentences apart, the true ones and a captioner's alike, to compare them without order."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PERSON = re.compile(r"\ban? (?:man|woman|boy|girl) in an? (?:striped )?\w+ (?:shirt|dress)\b")
LAID = re.compile(r"^(?P<names>.+?) (?:lies?|hangs?|sticks) (?P<where>.+)$")
# What somebody does with a thing; the thing is the group.
HANDLINGS = (
    ("points … at", re.compile(r"\bpoints (.+?) at$")),
    ("prepares food on a board with …", re.compile(r"\bprepares food on a board with (.+)$")),
    ("holds … in both hands", re.compile(r"\bholds (.+) in both hands$")),
    ("holds out …", re.compile(r"\bholds out (.+)$")),
    ("raises …", re.compile(r"\braises (.+)$")),
    ("carries …", re.compile(r"\bcarries (.+)$")),
    ("holds …", re.compile(r"\bholds (?!up both hands)(.+)$")),
)


@dataclass(frozen=True)
class Said:
    """What a sentence says. `people`: (who, pose); `things`: (name, pose), the pose being how it is held or where."""

    place: str
    people: tuple[tuple[str, str], ...]
    things: tuple[tuple[str, str], ...]


def read(sentence: str) -> Said:
    """Return what a sentence says; what it says in no known way is left out, and so counts as not said."""
    place, _, rest = sentence.strip().rstrip(".").strip().partition(",")
    people, *laid = rest.split(";")
    who, held = _people(people)
    return Said(place.strip().lower(), tuple(who), (*held, *(thing for group in laid for thing in _laid(group))))


def _people(text: str) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
    found = list(PERSON.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    people, things = [], []
    for each, end in zip(found, ends, strict=True):
        does = re.sub(r",?( and)?,?$", "", text[each.end() : end].strip()).strip()
        does = does.removeprefix("who ")
        for pose, pattern in HANDLINGS:
            if thing := pattern.search(does):
                things.append((thing.group(1), "pointed" if pose.startswith("points") else pose))
                does = (does[: thing.start()] + pose).strip()
                break
        people.append((each.group(), does))
    return people, things


def _laid(text: str) -> list[tuple[str, str]]:
    found = LAID.match(text.strip())
    if not found:
        return []
    names = re.split(r", | and ", found["names"])
    return [(name.strip(), found["where"]) for name in names]


def matches(true: Iterable[tuple[str, str]], said: Iterable[tuple[str, str]]) -> tuple[int, int]:
    """Return how many of the names are in both, and how many of these with the same pose, in whatever order.

    Two of a name are told apart by their poses, in favour of the captioner.
    """
    true, said = list(true), list(said)
    names = Counter(name for name, _ in true) & Counter(name for name, _ in said)
    return names.total(), (Counter(true) & Counter(said)).total()
