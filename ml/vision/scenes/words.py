"""The sentence for a picture: where and when, what each person does, and what lies where.

"On a beach at night, a woman in a red shirt points a pistol at a man in a blue shirt who stands; a ball lies on the
sand."
"""

from ml.vision.scenes.places import Place
from ml.vision.scenes.plans import Laid, Plan, Role

TIMES = {"day": "", "evening": " in the evening", "night": " at night"}
STANCES = {"stand": "stands", "walk": "walks"}
HANDLING = {"hold": "holds {}", "raise": "raises {}", "low": "carries {}", "front": "holds {} in both hands"}
HANDLING |= {"aim": "holds out {}", "level": "holds out {}"}


def sentence(plan: Plan) -> str:
    """Return what is to be seen, in one English sentence."""
    targets = {role.target for role in plan.roles}
    clauses = [_clause(plan, role) for number, role in enumerate(plan.roles) if number not in targets]
    who = ", and ".join([", ".join(clauses[:-1]), clauses[-1]]) if len(clauses) > 1 else clauses[0]
    lying = "".join(f"; {_rest(plan.place, each)}" for each in _grouped(plan.laid))
    text = f"{plan.place.where}{TIMES[plan.light]}, {who}{lying}."
    return text[0].upper() + text[1:]


def _clause(plan: Plan, role: Role) -> str:
    if role.thing and role.target is not None:
        target = plan.roles[role.target]
        return f"{role.look} points {role.thing.name} at {target.look} who {_pose(plan.place, target)}"
    if role.thing and role.gesture == "cut":
        return f"{role.look} prepares food on a board with {role.thing.name}"
    return f"{role.look} {_pose(plan.place, role)}"


def _pose(place: Place, role: Role) -> str:
    stance = f"sits {place.seat[0]}" if role.stance == "sit" else STANCES[role.stance]
    if role.thing:
        return f"{stance} and {HANDLING[role.gesture].format(role.thing.name)}"
    if role.arms == ("up", "up"):
        return f"{stance} and holds up both hands"
    return f"{stance} and waves" if "wave" in role.arms else stance


def _grouped(laid: tuple[Laid, ...]) -> list[list[Laid]]:
    """Bring together what is in the same spot."""
    spots = dict.fromkeys(each.spot for each in laid)
    return [[each for each in laid if each.spot == spot] for spot in spots]


def _rest(place: Place, laid: list[Laid]) -> str:
    names, spot, thing = [each.thing.name for each in laid], laid[0].spot, laid[0].thing
    what = " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
    many = len(names) > 1 or thing.plural
    if spot == "block":
        return f"{what} sticks in a chopping block" if thing.risky else f"{what} lies on a chopping block"
    if spot == "wall":
        return f"{what} {'hang' if many else 'hangs'} on the wall"
    where = {
        "ground": place.lying,
        "table": f"on a {place.table}",
        "board": f"on a board on the {place.table}",
        "case": "in an open case",
    }[spot]
    return f"{what} {'lie' if many else 'lies'} {where}"
