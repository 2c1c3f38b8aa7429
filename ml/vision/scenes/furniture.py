"""What people sit on and what things lie on. In units of a person: the origin on the floor, in the middle."""

from ml.vision.scenes.canvas import Pen, mix

PLANK, PLANK_DARK = "#9a6f48", "#6d4c30"
TABLE_TOP = -41.0  # where things stand on a table


def bench(pen: Pen) -> None:
    """Draw a wooden bench with a back."""
    _shadow(pen, 36)
    for x in (-30, 28):
        pen.box(x, -44, x + 2, 0, "#4b4b50", 0.6)
    for y in (-46, -39, -32):
        pen.box(-34, y, 34, y + 5, PLANK, 1)
    pen.box(-35, -22, 35, -16, mix(PLANK, "#ffffff", 0.12), 1)
    pen.box(-35, -17, 35, -15, PLANK_DARK, 0.6)


def deck_chair(pen: Pen) -> None:
    """Draw a folding chair of striped cloth."""
    _shadow(pen, 22)
    for x in (-17, 17):
        pen.limb([(x, -54), (x * 0.86, 0)], 2.2, PLANK_DARK)
    for stripe in range(6):
        left = -16 + stripe * 32 / 6
        pen.box(left, -55, left + 32 / 6, -16, "#e9dfc9" if stripe % 2 else "#4f86a0")
    pen.box(-18, -56, 18, -53, PLANK, 1)
    pen.box(-18, -18, 18, -14.6, PLANK, 1)


def chair(pen: Pen) -> None:
    """Draw a kitchen chair."""
    _shadow(pen, 18)
    for x in (-13, 11):
        pen.box(x, -52, x + 2.4, 0, PLANK_DARK, 0.6)
    for y in (-52, -44):
        pen.box(-13, y, 13.4, y + 4, PLANK, 0.8)
    pen.box(-15, -22, 15, -17, mix(PLANK, "#ffffff", 0.15), 1.4)


def armchair(pen: Pen) -> None:
    """Draw an armchair."""
    cloth = "#6f7f66"
    _shadow(pen, 27)
    pen.box(-21, -58, 21, -6, mix(cloth, "#000000", 0.2), 8)
    pen.box(-17, -26, 17, -8, cloth, 3)
    for x in (-27, 17):
        pen.box(x, -33, x + 10, -3, mix(cloth, "#ffffff", 0.08), 4)
    for x in (-22, 18):
        pen.box(x, -3.4, x + 4, 0, PLANK_DARK)


def table(pen: Pen, half: float, wood: str) -> None:
    """Draw a table seen a little from above, `half` as wide as that to either side."""
    dark = mix(wood, "#000000", 0.35)
    pen.veil(0, 1, half, 3, "#10141c", 0.35, 2)
    for x in (-half + 3, half - 8):
        pen.box(x, -38, x + 5, 1, dark, 1)
    pen.polygon([(-half + 5, -45), (half - 5, -45), (half, -36), (-half, -36)], wood)
    pen.box(-half, -36, half, -32.4, mix(wood, "#000000", 0.2), 0.8)


def counter(pen: Pen, half: float, front: str) -> None:
    """Draw a kitchen block with a worktop; people stand behind it."""
    pen.box(-half + 2, -36, half - 2, 2, front, 0.8)
    steps = max(2, round(half / 16))
    for step in range(steps):
        left = -half + 3.5 + step * (2 * half - 7) / steps
        pen.box(left, -30, left + (2 * half - 7) / steps - 1.6, -2, mix(front, "#ffffff", 0.12), 0.8)
    pen.polygon([(-half + 4, -46), (half - 4, -46), (half, -36), (-half, -36)], "#ece5d6")
    pen.box(-half, -36.2, half, -32.6, "#b9af9c", 0.6)


def board(pen: Pen) -> None:
    """Draw a wooden board, seen from above; things lie at its origin."""
    pen.polygon([(-17, -3.6), (17, -3.6), (20, 4.4), (-20, 4.4)], "#c89a63")
    pen.box(-20, 4.2, 20, 6, "#94683a", 0.4)
    for y in (-1.6, 1.4):
        pen.limb([(-15, y), (15, y)], 0.35, "#b08350")


def block(pen: Pen) -> None:
    """Draw a chopping block; its top is 20 units up."""
    _shadow(pen, 14)
    pen.box(-11, -19, 11, 0, "#7c5638", 2)
    for x in (-6, 1, 6):
        pen.limb([(x, -14), (x, -2)], 0.5, "#5d3f28")
    pen.ellipse(0, -19, 11, 3.6, "#c79d6b")
    pen.ellipse(0, -19, 6, 1.9, "#b1854f")


def case(pen: Pen) -> None:
    """Draw an open case lined with cloth; things lie at its origin."""
    pen.polygon([(-18, -6), (18, -6), (16, -17), (-16, -17)], "#4a3a35")
    pen.polygon([(-15.6, -7), (15.6, -7), (14.2, -15.4), (-14.2, -15.4)], "#8d3f45")
    pen.polygon([(-18, -6), (18, -6), (21, 6), (-21, 6)], "#5b4740")
    pen.polygon([(-15.6, -4.6), (15.6, -4.6), (18.4, 4.6), (-18.4, 4.6)], "#a64c52")
    pen.box(-21, 6, 21, 8.4, "#3b2d29", 0.6)


def plaque(pen: Pen) -> None:
    """Draw a wooden board on the wall, for something to hang on."""
    pen.box(-25, -8.4, 25, 8.4, "#5d4635", 2)
    pen.box(-23.4, -6.8, 23.4, 6.8, "#7b5d45", 1.4)


def _shadow(pen: Pen, half: float) -> None:
    pen.veil(0, 0, half, 3, "#10141c", 0.34, 1.8)
