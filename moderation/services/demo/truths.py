"""The drawn truth, written down beside the data for experiments. Nothing in the product reads it."""

import json
from pathlib import Path

from django.conf import settings

from moderation.drawing import Drawn


class Truths:
    """A file with a line of JSON for each drawn picture, once however often it is drawn."""

    def __init__(self) -> None:
        self.path = Path(settings.DATA_DIR) / "demo-truth.jsonl"
        lines = self.path.read_text().splitlines(keepends=True) if self.path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]  # the last one may have been cut off
        if whole != lines:
            self.path.write_text("".join(whole))
        self._kept = {json.loads(line)["name"] for line in whole}

    def keep(self, drawn: Drawn) -> None:
        """Write down the truth about a picture."""
        if drawn.sketch.name not in self._kept:
            with self.path.open("a") as file:
                file.write(drawn.record + "\n")
            self._kept.add(drawn.sketch.name)
