"""What a person looks like, and the words for it."""

import random
from dataclasses import dataclass, replace

SKINS = ("#f2cfb3", "#e0ac84", "#c68a5f", "#9a6545", "#6b4630")
HAIRS = ("#2b2320", "#4d3426", "#8a5a34", "#c99a55", "#93452e")
GREY = "#a8a5a2"
SHIRTS = {
    "red": "#c4544d",
    "blue": "#456f9c",
    "green": "#5b8a66",
    "yellow": "#dcae4c",
    "white": "#e9e6df",
    "grey": "#7c858d",
    "purple": "#80618f",
    "orange": "#d98548",
    "black": "#3a3b42",
}
TROUSERS = ("#34425a", "#4b4a50", "#6d5a49", "#2f3a3f", "#7d8896", "#8a7f5f")
WOMEN = ("long", "long", "bun", "curls", "short")
MEN = ("short", "short", "cap", "bald", "curls")


@dataclass(frozen=True)
class Look:
    """What one person looks like. `height` is the share of a grown person's."""

    noun: str
    skin: str
    hair: str
    cut: str
    shirt: str
    trousers: str
    skirt: bool
    shorts: bool
    striped: bool
    beard: bool
    glasses: bool
    height: float

    @property
    def child(self) -> bool:
        """Whether this is a child, who is never shown armed or threatened with a weapon."""
        return self.height < 0.8

    def __str__(self) -> str:
        clothes = f"{'striped ' if self.striped else ''}{self.shirt} {'dress' if self.skirt else 'shirt'}"
        return f"{self.noun} in {'an' if clothes[0] == 'o' else 'a'} {clothes}"


def somebody(dice: random.Random, children: bool) -> Look:
    """Return a person as chance has it; a child only if `children` may be in the picture."""
    woman, child, old = dice.random() < 0.5, children and dice.random() < 0.25, dice.random() < 0.15
    noun = ("a girl" if woman else "a boy") if child else ("a woman" if woman else "a man")
    look = Look(
        noun=noun,
        skin=dice.choice(SKINS),
        hair=dice.choice(HAIRS),
        cut=dice.choice(WOMEN if woman else MEN),
        shirt=dice.choice(tuple(SHIRTS)),
        trousers=dice.choice(TROUSERS),
        skirt=woman and dice.random() < 0.4,
        shorts=dice.random() < (0.6 if child else 0.2),
        striped=dice.random() < 0.2,
        beard=not woman and not child and dice.random() < 0.3,
        glasses=dice.random() < 0.2,
        height=dice.uniform(0.62, 0.74) if child else dice.uniform(0.94, 1.03),
    )
    if child:
        return replace(look, cut="short" if look.cut == "bald" else look.cut)
    return replace(look, hair=GREY) if old else look


def crowd(count: int, dice: random.Random, children: bool) -> tuple[Look, ...]:
    """Return so many people; the words for them differ, and the first is grown up."""
    looks = [somebody(dice, children=False)]
    while len(looks) < count:
        look = somebody(dice, children)
        if str(look) not in map(str, looks):
            looks.append(look)
    return tuple(looks)
