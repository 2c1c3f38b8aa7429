"""`manage.py train_captioner`: teaches a small captioner drawn scenes, from nothing to a folder that `caption` runs."""

import shlex
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

# Options and what they are by default. The committed weights' card.json has the command that made them.
NUMBERS: tuple[tuple[str, type, Any, str], ...] = (
    ("scenes", int, 30_000, "how many scenes to learn from"),
    ("validation", int, 128, "how many other scenes to look at on the way"),
    ("epochs", float, 100.0, "how often every scene is looked at"),
    ("minutes", float, 45.0, "when to stop in any case; the rate of learning follows whichever ends first"),
    ("seed", int, 0, "what chance follows"),
    ("rate", float, 0.004, "how fast it learns at first"),
    ("batch", int, 32, "scenes in a step"),
    ("side", int, 224, "pixels of a side of the square that the network sees"),
    ("patch", int, 14, "pixels of a side of a patch"),
    ("width", int, 192, "channels; a multiple of 32"),
    ("layers", int, 6, "layers that look at the picture"),
    ("decoder-layers", int, 2, "layers that find the words"),
)


class Command(BaseCommand):
    """Draws scenes with all cores, learns them on the CPU, and writes network, tokenizer and card into a folder."""

    help = "Train a small captioner on drawn scenes and write it into a folder. See docs/models.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take where, how many, how long, and how large."""
        parser.add_argument("--out", type=Path, required=True, help="the folder, made if it is not there")
        parser.add_argument(
            "--cache", type=Path, help="where drawn scenes are kept for the next time: 170 kB each at 224 pixels"
        )
        parser.add_argument("--begin", type=Path, help="a folder that this command wrote, to go on from; of this size")
        for name, kind, value, text in NUMBERS:
            parser.add_argument(f"--{name}", type=kind, default=value, help=f"{text} (default {value})")

    def handle(self, *_args: Any, out: Path, cache: Path | None, begin: Path | None, **options: Any) -> None:
        """Train, and say how good it became on scenes that it has not learnt from."""
        if min(options[name.replace("-", "_")] for name, *_ in NUMBERS if name != "seed") <= 0:
            raise CommandError("Every number but --seed has to be above 0.")
        if options["side"] % options["patch"] or options["patch"] % 2:
            raise CommandError("--side has to be a multiple of --patch, and --patch has to be even.")
        if options["width"] % 32:
            raise CommandError("--width has to be a multiple of 32.")
        with tempfile.TemporaryDirectory() as folder:
            try:
                card = _train(out, cache or Path(folder), begin, options)
            except ValueError as error:
                raise CommandError(str(error)) from error
        self.stdout.write(
            f"{card['steps']} steps in {card['minutes']} minutes; of the next words on other scenes, "
            f"{card['validation']['right']:.3f} are right. The captioner is in {out}."
        )


def _train(out: Path, cache: Path, begin: Path | None, options: dict[str, Any]) -> dict[str, Any]:
    from ml.vision.captioning.learning.course import Course  # here, since torch takes seconds
    from ml.vision.captioning.learning.training import Files, Shape, train

    return train(
        scenes=options["scenes"],
        examined=options["validation"],
        shape=Shape(**{name: options[name] for name in ("side", "patch", "width", "layers", "decoder_layers")}),
        course=Course(**{name: options[name] for name in ("epochs", "minutes", "rate", "batch", "seed")}),
        files=Files(out, cache, begin),
        command=_command(out, begin, options),
    )


def _command(out: Path, begin: Path | None, options: dict[str, Any]) -> str:
    """Return what to type to do this again, wherever the results and the scenes then lie."""
    said = [f"--{name} {options[name.replace('-', '_')]}" for name, *_ in NUMBERS]
    said += [f"--begin {shlex.quote(begin.name)}"] if begin else []
    return f"manage.py train_captioner --out {shlex.quote(out.name)} {' '.join(said)}"
