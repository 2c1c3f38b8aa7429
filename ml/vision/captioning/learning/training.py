"""From nothing to a folder with a captioner: scenes, network, course, files and their card."""

import copy
import json
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch
from transformers import AutoTokenizer, BlipForConditionalGeneration, BlipImageProcessor, BlipProcessor

from ml.vision.captioning.installed import NOTES
from ml.vision.captioning.learning import start, store
from ml.vision.captioning.learning.batches import LONGEST, MEAN, STD, Teacher, vocabularies
from ml.vision.captioning.learning.course import Course, Report, learn
from ml.vision.captioning.learning.lessons import told_heads
from ml.vision.captioning.learning.vocabulary import tokenizer, words_of

# Far from the demo's scenes, which count from small numbers, and from each other's and the benchmarks'.
FIRST_TRAINING, FIRST_VALIDATION = 50_000_000, 60_000_000
MARGIN = 8  # pixels that pictures are larger than what the network sees, so that no crop falls on the same patches
CARD = "card.json"


@dataclass(frozen=True)
class Shape:
    """How large the network and its pictures are."""

    side: int = 224
    patch: int = 14
    width: int = 192
    layers: int = 6
    decoder_layers: int = 2


@dataclass(frozen=True)
class Files:
    """Where the captioner goes, where drawn scenes are kept, and an earlier captioner to go on from, or None."""

    out: Path
    cache: Path
    begin: Path | None = None


def train(*, scenes: int, examined: int, shape: Shape, course: Course, files: Files, command: str) -> dict[str, Any]:
    """Train a captioner on drawn scenes, write it with its card, and return that."""
    drawn, held_out = (
        store.draw(first, count, shape.side + MARGIN, files.cache)
        for first, count in ((FIRST_TRAINING, scenes), (FIRST_VALIDATION, examined))
    )
    words = words_of(about["sentence"] for about in drawn.about)
    torch.manual_seed(course.seed)
    model = (
        _begun(files.begin, words) if files.begin else start.network(start.config(words=len(words), **asdict(shape)))
    )
    values = vocabularies(drawn.about)
    teacher, examiner = (Teacher(each, words, values, side=shape.side, patch=shape.patch) for each in (drawn, held_out))

    def keep(report: Report) -> None:
        more = {"scenes": scenes, "shape": asdict(shape), "course": asdict(course)}
        save(model, words, files.out, _card(model, report, command) | more)

    keep(learn(model, teacher, examiner, course, keep))
    return json.loads((files.out / CARD).read_text())  # type: ignore[no-any-return]


def _begun(folder: Path, words: list[str]) -> BlipForConditionalGeneration:
    """Return the captioner of an earlier course, to be taught further; ValueError if it has other words."""
    known = AutoTokenizer.from_pretrained(folder, local_files_only=True).get_vocab()
    if sorted(known, key=lambda word: known[word]) != words:
        raise ValueError(f"{folder} has other words than these scenes.")
    return BlipForConditionalGeneration.from_pretrained(
        folder, local_files_only=True, dtype=torch.float32, attn_implementation="eager"
    )


def save(model: Any, words: list[str], out: Path, card: dict[str, Any]) -> None:
    """Write the network in half precision, with its tokenizer, what is done to pictures, and its card."""
    out.mkdir(parents=True, exist_ok=True)
    side = model.config.vision_config.image_size
    pictures = BlipImageProcessor(size={"height": side, "width": side}, image_mean=[MEAN] * 3, image_std=[STD] * 3)
    with tempfile.TemporaryDirectory() as folder:
        BlipProcessor(pictures, tokenizer(words, Path(folder))).save_pretrained(out)
    half = copy.deepcopy(model).to(torch.float16)
    half.generation_config.max_length = LONGEST
    half.save_pretrained(out)
    (out / NOTES).write_text(json.dumps(_looks(half)) + "\n")
    (out / CARD).write_text(json.dumps(card, indent=2) + "\n")


def _looks(model: Any) -> dict[str, Any]:
    """Return which attention to believe: that of the heads that were told where to look, on the way to a word."""
    text = model.config.text_config
    heads = list(range(told_heads(text.num_attention_heads)))
    return {"layers": [text.num_hidden_layers - 1], "heads": heads, "before": True, "common": 0.0}


def _card(model: torch.nn.Module, report: Report, command: str) -> dict[str, Any]:
    return {
        "command": command,
        "first_training_scene": FIRST_TRAINING,
        "first_validation_scene": FIRST_VALIDATION,
        "parameters": sum(weight.numel() for weight in model.parameters()),
        "steps": report.steps,
        "pictures_seen": report.pictures,
        "minutes": round(report.minutes, 1),
        "validation": report.marks[-1] if report.marks else {},
    }
