"""Drawn pictures, so that a first start has something to label that nobody has rights in, and whose truth is known.

A scene is a place, one to three people and some things, one of which may be risky. Same seed, same bytes. How grades
follow from what is drawn is said in `plans`.
"""

import itertools
import random
from dataclasses import dataclass

from PIL import Image

from ml.results import DrawnThing, Scene
from ml.vision.scenes import canvas, stage, styles, words
from ml.vision.scenes.canvas import Pen
from ml.vision.scenes.plans import Plan
from ml.vision.scenes.stories import story

LEAST = 60  # pixels that have to be seen of everything
SIZES = ((640, 480), (640, 480), (480, 640), (720, 480), (600, 600), (540, 675), (780, 540), (520, 390))


@dataclass(frozen=True)
class Drawn:
    """A scene with what it was drawn from: for those who teach networks where things are, to the pixel.

    `seen` has the picture's size; each pixel has the ink of who or what is seen there (see `stage` for the inks).
    """

    scene: Scene
    plan: Plan
    seen: Image.Image


def draw(seed: int) -> Scene:
    """Draw the scene of this number."""
    return draw_all(seed).scene


def draw_all(seed: int) -> Drawn:
    """Draw the scene of this number; once in a thousand times something would be hidden, and chance is asked again."""
    attempts = (_attempt(random.Random(f"{seed}/{again}" if again else seed)) for again in itertools.count())  # noqa: S311
    return next(drawn for drawn in attempts if drawn)


def _attempt(dice: random.Random) -> Drawn | None:
    """Draw a scene, or return None if one cannot see everything that its truth would speak of."""
    plan, size, style = story(dice), dice.choice(SIZES), styles.pick(dice)
    pen = paint(plan, size, style, dice)
    if not _everything_shows(pen, plan):
        return None
    tint = (styles.INDOORS if plan.place.indoors else styles.TINTS)[plan.light]
    picture = styles.finish(canvas.picture(pen), style, tint, dice)
    people = tuple(canvas.visible(pen, stage.FIRST_PERSON + number) for number in range(len(plan.roles)))
    scene = Scene(
        jpeg=canvas.jpeg(picture),
        sentence=words.sentence(plan),
        grade=plan.grade,
        place=plan.place.key,
        things=_things(pen, plan),
        people=people,
        disputed=plan.disputed,
    )
    return Drawn(scene, plan, pen.seen)


def _everything_shows(pen: Pen, plan: Plan) -> bool:
    pixels, inks = pen.seen.histogram(), [stage.FIRST_PERSON + number for number in range(len(plan.roles))]
    inks += [stage.FIRST_HELD + number for number, role in enumerate(plan.roles) if role.thing]
    inks += [stage.FIRST_LAID + number for number in range(len(plan.laid))]
    return min(pixels[ink] for ink in inks) >= LEAST


def paint(plan: Plan, size: tuple[int, int], style: styles.Style, dice: random.Random) -> Pen:
    """Draw a plan on a new canvas, back to front, and return the pen that did it."""
    width, height = size
    pen, placed = canvas.blank(width, height, contour=style.line(size)), stage.arrange(plan, size, dice)
    paper = pen.at(placed.across(0), 0, width / 100, mirrored=placed.mirrored)
    plan.place.draw(paper, 100 * height / width, plan.light, dice)
    stage.fill(pen, plan, placed, dice)
    return pen


def _things(pen: Pen, plan: Plan) -> tuple[DrawnThing, ...]:
    """Return the truth about the things: first what is held, then what lies."""
    held = [
        DrawnThing(role.thing.name, canvas.visible(pen, stage.FIRST_HELD + number), role.thing.risky, role.pose)
        for number, role in enumerate(plan.roles)
        if role.thing
    ]
    laid = [
        DrawnThing(each.thing.name, canvas.visible(pen, stage.FIRST_LAID + number), each.thing.risky, each.pose)
        for number, each in enumerate(plan.laid)
    ]
    return (*held, *laid)
