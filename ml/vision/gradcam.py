"""Where a network looks, per category: class activation maps through pytorch-grad-cam.

Source: Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-based Localization" (2017). The
library's hooks are not safe in several threads, hence the lock; and its `with` block hides an IndexError, hence none.
"""

import threading
from collections.abc import Callable, Sequence
from typing import Any, BinaryIO

import numpy as np
import torch
from numpy.typing import NDArray
from pytorch_grad_cam import GradCAM
from pytorch_grad_cam.base_cam import BaseCAM
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml.results import Heatmap, Unreadable
from ml.vision import committee, embedding
from ml.vision.decoding import decode_all

METHOD = "gradcam"
# Larger than the embedder's: a grid of 14 x 14 points at things that one of 7 x 7 cannot tell apart.
SIDE = 448
# So many images' activations times categories are in memory at once.
BATCH = 2
_one_at_a_time = threading.Lock()


def heatmaps(
    model: torch.nn.Module,
    layer: torch.nn.Module,
    inputs: torch.Tensor,
    categories: Sequence[int],
    *,
    method: type[BaseCAM] = GradCAM,
    reshape: Callable[[torch.Tensor], torch.Tensor] | None = None,
) -> NDArray[np.float32]:
    """Return a grid per image and category, shape (n, categories, rows, columns), each scaled to 0..1.

    `inputs` (n, …) go through `model`; `layer` is the one whose activations are weighed. `reshape` brings those into
    (n, channels, rows, columns) where the layer gives another order, as transformers do.
    """
    # Gradients must reach the layer also where nothing before it has parameters.
    repeated = inputs.repeat_interleave(len(categories), dim=0).detach().requires_grad_()
    targets = [ClassifierOutputTarget(category) for category in categories] * len(inputs)
    sizes: list[tuple[int, int]] = []
    with _one_at_a_time:
        cam = method(model=model, target_layers=[layer], reshape_transform=reshape)
        watch = layer.register_forward_hook(lambda _, __, out: sizes.append(_grid(out, reshape)))
        try:
            # Without a target size of its own the library would blow the grid up to the input's size.
            cam.get_target_width_height = lambda _: sizes[0][::-1]
            grids = cam(input_tensor=repeated, targets=targets)
        finally:
            watch.remove()
            cam.activations_and_grads.release()
    scaled = np.nan_to_num(np.asarray(grids, dtype=np.float32)).clip(0, 1)
    return scaled.reshape(len(inputs), len(categories), *scaled.shape[-2:])


def _grid(activations: torch.Tensor, reshape: Callable[[torch.Tensor], torch.Tensor] | None) -> tuple[int, int]:
    rows, columns = (reshape(activations) if reshape else activations).shape[-2:]
    return int(rows), int(columns)


class Tail(torch.nn.Module):
    """What follows the frozen trunk: pooling, and the mean of the committee's heads.

    Only this is explained. The trunk below needs one pass without gradients, whatever the number of categories.
    """

    def __init__(self, heads: committee.Heads) -> None:
        super().__init__()
        self.maps = torch.nn.Identity()
        self.head = torch.nn.Linear(heads.weight.shape[2], heads.weight.shape[1])
        with torch.no_grad():
            self.head.weight.copy_(torch.from_numpy(heads.weight.mean(0)))
            self.head.bias.copy_(torch.from_numpy(heads.bias.mean(0)))

    def forward(self, activations: torch.Tensor) -> torch.Tensor:
        """Take the trunk's activations (n, channels, rows, columns), return logits (n, categories)."""
        return self.head(self.maps(activations).mean((2, 3)))  # type: ignore[no-any-return]


def explain(
    files: Sequence[bytes | BinaryIO],
    weights: bytes,
    *,
    method: type[BaseCAM] = GradCAM,
    name: str = METHOD,
    side: int = SIDE,
) -> list[Heatmap | Unreadable]:
    """Return each file's heatmap of every category of the committee, or `Unreadable` where it is no picture."""
    heads = committee.read(weights)
    tail = Tail(heads).eval().to(embedding.device())
    results: list[Heatmap | Unreadable] = []
    for squares in decode_all(files, side, BATCH):
        readable = [each for each in squares if not isinstance(each, Unreadable)]
        grids = iter(_explain(tail, readable, method) if readable else ())
        results += [each if isinstance(each, Unreadable) else Heatmap(name, next(grids)) for each in squares]
    return results


def _explain(tail: Tail, squares: Sequence[NDArray[np.uint8]], method: type[BaseCAM]) -> NDArray[np.float32]:
    model: Any = embedding.network()
    with torch.no_grad():
        activations = model.forward_features(embedding.normalised(squares)).float()
    return heatmaps(tail, tail.maps, activations, range(tail.head.out_features), method=method)
