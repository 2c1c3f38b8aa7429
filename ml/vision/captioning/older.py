"""Weights in the older file format, a pickle, written anew as safetensors.

The hub's best known captioner, Salesforce/blip-image-captioning-base, has no others.
"""

from pathlib import Path
from pickle import UnpicklingError

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from ml.results import NotACaptioner

OLDER = "pytorch_model.bin"
NEWER = "model.safetensors"


def rewrite(folder: Path) -> None:
    """Write a folder's OLDER weights as NEWER beside them, whole or not at all.

    Raises `NotACaptioner` if they hold anything but named tensors: a pickle may hold a program, and none is run.
    """
    draft = folder / f"{NEWER}.part"
    try:
        save_file(_apart(_read(folder / OLDER)), draft, metadata={"format": "pt"})  # without it transformers refuses
        draft.replace(folder / NEWER)
    except SafetensorError as error:  # its own word for a disk that is full, too
        raise NotACaptioner(f"{folder / OLDER} cannot be written as safetensors: {error}") from error
    finally:
        draft.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, torch.Tensor]:
    try:
        held = torch.load(path, map_location="cpu", weights_only=True)
    except (UnpicklingError, RuntimeError, EOFError, ValueError) as error:
        raise NotACaptioner(f"{path} holds no weights, or more than weights: {error}") from error
    if not isinstance(held, dict) or not all(isinstance(each, torch.Tensor) for each in held.values()):
        raise NotACaptioner(f"{path} holds something else than a network's weights by name.")
    return held


def _apart(held: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors, each with numbers of its own: safetensors knows no two that share theirs, as tied ones do."""
    seen: set[int] = set()
    apart = {}
    for name, tensor in held.items():
        shared = (place := tensor.untyped_storage().data_ptr()) in seen
        seen.add(place)
        apart[name] = tensor.clone().contiguous() if shared else tensor.contiguous()
    return apart
