"""Networks of timm by name, and the layer of each family whose activations are explained."""

from collections.abc import Callable
from typing import Any

import timm
import torch

Reshape = Callable[[torch.Tensor], torch.Tensor]


class NoBackbone(Exception):
    """The network cannot be had; the message says why."""


def create(architecture: str, *, categories: int, pretrained: bool = False, **options: Any) -> torch.nn.Module:
    """Return a network of timm, ready to judge; `options` go to timm, such as `img_size` for transformers.

    With `pretrained` its weights come from timm's hub or local cache. Raises NoBackbone for a name that timm does not
    know, and for weights that cannot be reached.
    """
    if not timm.is_model(architecture):
        near = ", ".join(timm.list_models(f"*{architecture[:8]}*")[:5]) or "none"
        raise NoBackbone(f"timm knows no network {architecture!r}. Names like it: {near}.")
    try:
        model: torch.nn.Module = timm.create_model(
            architecture, num_classes=categories, pretrained=pretrained, **options
        )
    except (OSError, RuntimeError) as error:
        raise NoBackbone(f"The weights of {architecture} cannot be had: {error}") from error
    return model.eval()


def explained(model: torch.nn.Module) -> tuple[torch.nn.Module, Reshape | None]:
    """Return the last layer that still has places, and how to bring its output into (n, channels, rows, columns)."""
    if (layer := getattr(model, "bn2", None)) is not None:  # EfficientNet
        return layer, None
    if (layer := getattr(model, "conv2d_7b", None)) is not None:  # Inception-ResNet-v2
        return layer, None
    if (layer := getattr(model, "norm", None)) is not None and hasattr(model, "layers"):  # Swin: places come first
        return layer, lambda out: out.permute(0, 3, 1, 2)
    raise NoBackbone(f"Which layer of {type(model).__name__} to explain is not known.")
