"""Takes the drawn scenes' sentences apart, the true ones and a captioner's alike, to compare them without order."""

import re
from collections.abc import Collection, Iterable
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
OTHER_SEX = {"man": "woman", "woman": "man", "boy": "girl", "girl": "boy"}
Named = tuple[str, str]  # a name and a pose


@dataclass(frozen=True)
class Said:
    """What a sentence says. `people`: (who, pose); `things`: (name, pose), the pose being how it is held or where."""

    place: str
    people: tuple[Named, ...]
    things: tuple[Named, ...]


def read(sentence: str) -> Said:
    """Return what a sentence says; what it says in no known way is left out, and so counts as not said."""
    place, _, rest = sentence.strip().rstrip(".").strip().partition(",")
    people, *laid = rest.split(";")
    who, held = _people(people)
    return Said(place.strip().lower(), tuple(who), (*held, *(thing for group in laid for thing in _laid(group))))


def _people(text: str) -> tuple[list[Named], list[Named]]:
    found = list(PERSON.finditer(text))
    ends = [each.start() for each in found[1:]] + [len(text)]
    people: list[Named] = []
    things: list[Named] = []
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


def _laid(text: str) -> list[Named]:
    found = LAID.match(text.strip())
    if not found:
        return []
    names = re.split(r", | and ", found["names"])
    return [(name.strip(), found["where"]) for name in names]


def matches(true: Iterable[Named], said: Iterable[Named], either: Collection[str] = ()) -> list[tuple[Named, Named]]:
    """Pair what is true with what is said of the same name, in whatever order, if possible with the same pose.

    The people in `either` are also met by the other sex's word; see `other_sex`.
    """
    left, told = list(true), list(said)
    pairs: list[tuple[Named, Named]] = []
    for same_name in (True, False):
        for same_pose in (True, False):
            for one in list(left):
                name = one[0] if same_name else other_sex(one[0]) if one[0] in either else None
                found = [each for each in told if each[0] == name and (each[1] == one[1] or not same_pose)]
                if found:
                    left.remove(one)
                    told.remove(found[0])
                    pairs.append((one, found[0]))
    return pairs


def other_sex(name: str) -> str:
    """Return "a woman in a red shirt" for "a man in a red shirt", "a boy …" for "a girl …", and the other way round."""
    article, noun, rest = name.split(" ", 2)
    return f"{article} {OTHER_SEX[noun]} {rest}"
