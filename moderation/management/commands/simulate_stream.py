"""`manage.py simulate_stream --images FOLDER`: how many of 100 arrivals people have to see, tried on photos."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from labeling import clock
from labeling.intervals import Share
from labeling.selectors.filling import filling
from moderation import embedded, stream
from moderation.manifest import items
from moderation.progress import Lines
from moderation.selectors.streaming import AgainstTruth, against_truth
from moderation.selectors.waterfall import Waterfall, waterfall
from moderation.services import streaming

SUFFIXES = {".jpg", ".jpeg", ".png", ".webp", ".gif"}


class Command(BaseCommand):
    """Plays arrivals through the real services, and prints the waterfall. Stopped, it can be run again to go on."""

    help = (
        "Play photos, and edited copies of them, as a stream of arrivals: machines look for copies, simulated people "
        "who are always right label the rest. Print how many of them a person saw."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the photos, what is harmful, and the shape of the stream."""
        parser.add_argument("--images", required=True, type=Path, metavar="FOLDER", help="photos, in folders by kind")
        parser.add_argument("--harmful", action="append", default=[], metavar="NAME", help="a folder of harmful ones")
        parser.add_argument("--copies", type=float, default=0.34, help="the share of copies among the arrivals")
        parser.add_argument("--arrivals", type=int, metavar="N", help="end after so many, if photos last")
        parser.add_argument("--seed", type=int, default=0)
        parser.add_argument("--json", action="store_true", help="print one line of JSON instead of the table")
        parser.add_argument(
            "--anyway", action="store_true", help="also on a configured database, where all of it then stays"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Play the stream with a line of progress now and then, then print what became of it."""
        if not (embedded.is_in_use(settings.DATA_DIR) or options["anyway"]):
            raise CommandError("This is a configured database, and what is played stays there. Add --anyway to do it.")
        if filling():
            raise CommandError("The demo is being filled in. Try again when it is complete.")
        folder: Path = options["images"]
        arrivals = self.plan(folder, options)
        harmful = self.checked(options["harmful"], arrivals)
        truth = {each.path: "harmful" if each.path.parent.name in harmful else "safe" for each in arrivals}
        policy = streaming.make_policy()
        run = f"{folder.resolve().name} {options['copies']} {options['seed']}"
        played = self.play(arrivals=arrivals, truth=truth, policy=policy, run=run)
        found = waterfall(policy, [played.source], since=played.since, until=clock.now())
        checked = against_truth(policy, truths=played.truths, edited=played.edited)
        self.stdout.write(as_json(found, checked) if options["json"] else as_table(found, checked))

    def plan(self, folder: Path, options: dict[str, Any]) -> list[stream.Arrival]:
        """Return the stream. Raises CommandError where there is nothing to play."""
        photos = sorted(item.path for item in items([folder]) if item.path.suffix.lower() in SUFFIXES)
        if not photos:
            raise CommandError(f"No photos in {folder}.")
        try:
            wanted = options["arrivals"]
            return list(stream.plan(photos, copies=options["copies"], arrivals=wanted, seed=options["seed"]))
        except ValueError as error:
            raise CommandError(str(error)) from error

    def checked(self, names: list[str], arrivals: list[stream.Arrival]) -> set[str]:
        """Return the names of the harmful folders. Raises CommandError for one that is not there."""
        if missing := set(names) - {arrival.path.parent.name for arrival in arrivals}:
            raise CommandError(f"No photo lies in a folder called {', '.join(sorted(missing))}.")
        return set(names)

    def play(self, *, arrivals: list[stream.Arrival], **how: Any) -> streaming.Played:
        """Play the stream, saying how far it is."""
        say = Lines(self.stderr)
        try:
            for played in streaming.play(arrivals=arrivals, **how):
                say.now_and_then(f"{len(played.images)} of {len(arrivals)} arrivals, {played.labels} labels …")
        except streaming.AnotherStream:
            raise CommandError(
                "Another stream was played in this database, and what it taught would count for this one. "
                "Use an empty one: DATA_DIR=/new/folder, or `make reset`."
            ) from None
        return played


def as_table(found: Waterfall, checked: AgainstTruth) -> str:
    """Return the waterfall as people read it, of 100 arrivals."""
    all_of_them = max(found.arrivals, 1)
    lines = [f"Of 100 arrivals ({found.arrivals:,} were played):"]
    for each in found.stages:
        looks = f"   pictures wrong, by looks at some: {interval(each.wrong)}" if each.wrong and each.wrong.n else ""
        lines.append(f"{100 * each.arrivals / all_of_them:6.1f} {each.stage.label}{looks}")
    lines += [
        f"Decided without a look at them, against the truth: {interval(checked.wrong)} images",
        f"Edited copies that people saw all the same: {interval(checked.looked_at)}",
        f"Views of harmful pictures spared: {found.spared}",
    ]
    return "\n".join(lines)


def interval(found: Share) -> str:
    """Return a share in words, with its 95 % interval."""
    return f"{found.hits:,} of {found.n:,} ({100 * found.low:.1f} to {100 * found.high:.1f} %)"


def as_json(found: Waterfall, checked: AgainstTruth) -> str:
    """Return the same in one line."""
    stages = {str(each.stage): each.arrivals for each in found.stages}
    shares = {
        name: {"hits": each.hits, "n": each.n, "low": each.low, "high": each.high}
        for name, each in (("wrong", checked.wrong), ("edited_copies_seen", checked.looked_at))
    }
    return json.dumps({"arrivals": found.arrivals, "stages": stages, "harmful_views_spared": found.spared} | shares)
