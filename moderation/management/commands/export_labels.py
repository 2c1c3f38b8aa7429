"""`manage.py export_labels --format csv|jsonl|parquet`: every label, and what followed from it."""

import os
import shutil
import sys
import tempfile
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, cast

from django.core.management.base import BaseCommand, CommandError

from labeling.export_files import WRITERS, Writer, write_parquet, write_votes
from labeling.models import Policy
from labeling.selectors.exporting import Export, Row
from moderation.choosing import find
from moderation.progress import progress

STDOUT = 1


class Command(BaseCommand):
    """Streams from the database into a file, which is there only when it is whole, or into stdout."""

    help = (
        "Write a row for each image and policy with labels: the votes, the decision with its reason, the shares of "
        "the votes, and how the image was chosen. Labels that were taken back are left out."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Choose the format, what is in it, and where it goes."""
        parser.add_argument("--format", choices=WRITERS, default="csv")
        parser.add_argument("--policy", metavar="SLUG", help="this question only")
        parser.add_argument("--out", default="-", metavar="FILE", help="- (the default) is stdout")
        parser.add_argument(
            "--votes", action="store_true", help="plain lines item,labeler,label of one policy, as CSV, and no more"
        )
        parser.add_argument("--names", action="store_true", help="people's logins instead of pseudonyms")
        parser.add_argument(
            "--real-only", action="store_true", help="without images that only demo sources sent, and simulated people"
        )
        parser.add_argument(
            "--with-restricted", action="store_true", help="also images of restricted categories, which are left out"
        )

    def handle(self, *, format: str, policy: str | None, out: str, votes: bool, **options: Any) -> None:
        """Write, and say on stderr how much."""
        writer = self.writer(format, votes, policy)
        export = Export(
            policy=find(Policy, slug=policy) if policy else None,
            names=options["names"],
            real_only=options["real_only"],
            restricted=options["with_restricted"],
        )
        try:
            written = self.write(export, writer, out)
        except BrokenPipeError:
            # The reader has gone, as `head` does; whatever else is flushed at the end would complain.
            os.dup2(os.open(os.devnull, os.O_WRONLY), STDOUT)
            return
        said = f"{written} images with labels written"
        if export.left_out:
            said += f", {export.left_out} of restricted categories left out (--with-restricted writes them too)"
        self.stderr.write(f"{said}.")

    def writer(self, name: str, votes: bool, policy: str | None) -> Writer:
        """Return what writes the format. Raises CommandError where the options do not go together."""
        if not votes:
            return WRITERS[name]
        if name != "csv" or policy is None:
            raise CommandError("--votes writes CSV about one question: name it with --policy.")
        return write_votes

    def write(self, export: Export, writer: Writer, out: str) -> int:
        """Write all rows, and return how many."""
        with self.opened(out, writer) as file, progress(self.stderr, sys.stderr, unit=" images") as bar:
            writer(counted(export, bar), file)
            return bar.n

    @contextmanager
    def opened(self, out: str, writer: Writer) -> Iterator[IO[bytes]]:
        """Open where it goes to. A file is there only when it is whole.

        Parquet has to know where in the file it is, which a pipe cannot say: stdout gets a copy at the end.
        """
        if out != "-":
            with replacing(Path(out)) as file:
                yield file
            return
        stdout = cast(IO[bytes], self.stdout.buffer)
        if writer is write_parquet:
            with tempfile.TemporaryFile() as file:
                yield file
                file.seek(0)
                shutil.copyfileobj(file, stdout)
        else:
            yield stdout
        self.stdout.flush()


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that takes the path's place when the block ends well, and is gone when it does not."""
    draft = path.with_name(f"{path.name}.part")
    try:
        file = draft.open("wb")
    except OSError as error:
        raise CommandError(f"{draft} cannot be written: {error.strerror}.") from error
    try:
        with file:
            yield file
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def counted(rows: Export, bar: Any) -> Iterator[Row]:
    """Yield the rows, and count them on the bar."""
    for row in rows:
        yield row
        bar.update()
