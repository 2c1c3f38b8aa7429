"""Which captioners there are on this machine: folders, and what the hub's cache holds."""

import json
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from huggingface_hub import snapshot_download
from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

from ml.results import DRAWN, NetworkCard, NotACaptioner

DRAWN_FOLDER = Path(__file__).parent / "drawn"
CLASS = "BlipForConditionalGeneration"
SAFE = ("model.safetensors", "model.safetensors.index.json")
# In the order in which transformers looks for them.
WEIGHTS = (*SAFE, "pytorch_model.bin", "pytorch_model.bin.index.json")
WORDS = ("tokenizer.json", "vocab.txt")
NOTES = "looks.json"
# What of a hub's model is fetched: weights as safetensors, which hold numbers and no code; only where there are none
# the older file, which is written anew as safetensors (`older`). The rest that lies there is for other programs.
NEEDED = ("*.json", "*.safetensors", "vocab.txt", "merges.txt")


def folder_of(model: str) -> Path | None:
    """Return where a model lies: DRAWN, a folder, or a name of the hub that its local cache knows. None: not here.

    A hub's model is here once its weights are safetensors, whatever was fetched: it must not change its digest later.
    """
    folder = DRAWN_FOLDER if model == DRAWN else Path(model).expanduser()
    if folder.is_dir():
        return folder
    try:
        found = Path(snapshot_download(model, local_files_only=True, allow_patterns=list(NEEDED)))
    except (LocalEntryNotFoundError, HFValidationError):
        return None
    return found if _first(found, SAFE) and _first(found, WORDS) and (found / "config.json").exists() else None


def card(model: str) -> NetworkCard | None:
    """Return what the model's captions depend on, or None if it is not installed here.

    Raises `NotACaptioner` if a folder is there but holds no captioning model of the BLIP family.
    """
    folder = folder_of(model)
    if folder is None:
        return None
    config = check(folder)
    vision, text = (_known(config, part) for part in ("vision_config", "text_config"))
    preprocessing = {
        "side": vision["image_size"],
        "resize": "squash, bicubic",
        "words": _digest_of(*(folder / name for name in WORDS if (folder / name).exists())),
        "looks": looks_of(folder),
    }
    name = f"BLIP, {vision['num_hidden_layers']} + {text['num_hidden_layers']} layers, {vision['hidden_size']} wide"
    return NetworkCard(name, _digest_of(*_weights(folder)), preprocessing, vision["hidden_size"])


def check(folder: Path) -> dict[str, Any]:
    """Return a folder's configuration; `NotACaptioner` if it is none of a captioner that can be run."""
    try:
        config = json.loads((folder / "config.json").read_text())
    except FileNotFoundError:
        raise NotACaptioner(f"{folder} has no config.json, so it is no model of transformers.") from None
    except ValueError as error:
        raise NotACaptioner(f"{folder / 'config.json'} cannot be read: {error}") from error
    names = config.get("architectures") or [] if isinstance(config, dict) else []
    if CLASS not in names:
        raise NotACaptioner(f"{folder} holds {', '.join(names) or 'no known network'}, and captions take a {CLASS}.")
    for what, files in (("weights", WEIGHTS), ("tokenizer", WORDS)):
        if not _first(folder, files):
            raise NotACaptioner(f"{folder} has no {what}: one of {', '.join(files)}.")
    return config  # type: ignore[no-any-return]


def looks_of(folder: Path) -> dict[str, Any] | None:
    """Return which attention of a model says best where it looks, if somebody has measured that, or None."""
    path = folder / NOTES
    return json.loads(path.read_text()) if path.exists() else None


def _known(config: dict[str, Any], part: str) -> dict[str, Any]:
    """Return a part of the configuration, with transformers' own values for what it does not say."""
    from transformers import BlipConfig  # takes a second, and only those need it who have a captioner

    return BlipConfig.from_dict(config).to_dict()[part]  # type: ignore[no-any-return]


def _first(folder: Path, names: tuple[str, ...]) -> Path | None:
    return next((folder / name for name in names if (folder / name).exists()), None)


def _weights(folder: Path) -> list[Path]:
    """Return the files that hold the weights, also where these come in several."""
    first = _first(folder, WEIGHTS)
    if first is None:
        raise NotACaptioner(f"{folder} has no weights.")
    if first.suffix != ".json":
        return [first]
    return sorted({folder / name for name in json.loads(first.read_text())["weight_map"].values()})


def _digest_of(*paths: Path) -> str:
    return _digest(tuple((path, path.stat().st_mtime_ns) for path in paths))


@lru_cache(maxsize=16)
def _digest(files: tuple[tuple[Path, int], ...]) -> str:
    digest = sha256()
    for path, _ in files:
        with path.open("rb") as file:
            while block := file.read(1 << 20):
                digest.update(block)
    return digest.hexdigest()
