"""The rooms of the house: who may import whom, and how long a file may be."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
# Each may import itself and what stands before it.
ROOMS = ("ml.vision", "ml", "labeling", "moderation")
# The values that cross the border between ml and ml/vision; both sides know them, they know neither.
BORDER = "ml.results"
NEURAL = {"torch", "torchvision", "timm", "transformers", "pytorch_grad_cam"}
WITHOUT_DJANGO = (
    "labeling.sampling",
    "labeling.help",
    "labeling.bootstrap",
    "labeling.effect",
    "labeling.consensus",
    "labeling.ordering",
    "labeling.graphs",
    "labeling.heat",
    "labeling.softening",
    "labeling.landscape",
    "labeling.pictures",
    "labeling.agreement.report",
    "labeling.agreement.cohen",
    "labeling.agreement.crowdlab",
    "labeling.agreement.files",
    "labeling.agreement.suspects",
    "labeling.measuring",
    "labeling.reviewing",
    "labeling.texts",
    "labeling.touched",
    "labeling.worth",
    "moderation.drawing",
    "moderation.env",
    "moderation.simulation",
    "moderation.stream",
)
LONGEST = 300


def modules(room: str) -> list[Path]:
    """The files of a room, without those of a room inside it."""
    found = [path for path in (ROOT / room.replace(".", "/")).rglob("*.py") if "migrations" not in path.parts]
    return [path for path in found if room_of(name_of(path)) == room]


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def room_of(module: str) -> str | None:
    return next((room for room in ROOMS if f"{module}.".startswith(f"{room}.")), None)


def imports(path: Path) -> Iterator[str]:
    """Every module that the file imports, anywhere in it; `from a import b` gives a.b as well."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path}: relative import"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def broken(room: str, forbidden) -> list[str]:
    return [f"{name_of(path)} imports {name}" for path in modules(room) for name in imports(path) if forbidden(name)]


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_imports_against_the_direction(room):
    above = ROOMS[ROOMS.index(room) + 1 :]
    assert modules(room)
    assert broken(room, lambda name: room_of(name) in above and not f"{name}.".startswith(f"{BORDER}.")) == []


def test_the_search_for_imports_finds_them():
    assert any(room_of(name) == "labeling" for path in modules("moderation") for name in imports(path))


def test_the_border_knows_neither_side():
    names = imports(ROOT / f"{BORDER.replace('.', '/')}.py")
    assert [name for name in names if room_of(name) or name.split(".")[0] == "django"] == []


def test_vision_does_not_know_django():
    assert broken("ml.vision", lambda name: name.split(".")[0] == "django") == []


@pytest.mark.parametrize("room", ["labeling", "moderation"])
def test_people_and_routing_do_not_know_torch(room):
    assert broken(room, lambda name: name.split(".")[0] in NEURAL) == []


@pytest.mark.parametrize("room", ["labeling", "moderation"])
def test_vision_is_reached_through_the_one_door(room):
    assert broken(room, lambda name: room_of(name) == "ml.vision") == []


def test_models_are_imported_through_their_package():
    inside = ("labeling.models.", "labeling.migrations.")
    paths = [path for room in ROOMS for path in modules(room) if not name_of(path).startswith("labeling.models")]
    past_it = [
        f"{name_of(path)} imports {name}"
        for path in paths
        for name in imports(path)
        if name.startswith(inside) and name.count(".") > 2 and not name.startswith("labeling.models.facts.")
    ]
    assert past_it == []


def in_a_fresh_process(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_pure_modules_load_without_django():
    code = f"import sys, {', '.join(WITHOUT_DJANGO)}; print([name for name in sys.modules if name == 'django'])"
    assert in_a_fresh_process(code) == "[]"


def test_the_web_process_does_not_load_torch():
    code = f"import sys, moderation.wsgi; print(sorted({NEURAL!r} & set(sys.modules)))"
    assert in_a_fresh_process(code) == "[]"


def test_files_fit_in_the_head():
    paths = [path for room in (*ROOMS, "tests", "benchmarks") for path in (ROOT / room.replace(".", "/")).rglob("*.py")]
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text().splitlines())
        for path in paths
        if "migrations" not in path.parts
    }
    assert {path: length for path, length in lengths.items() if length > LONGEST} == {}
    own = sorted(length for path, length in lengths.items() if length and not path.startswith(("tests", "benchmarks")))
    assert own[len(own) // 2] < 80
