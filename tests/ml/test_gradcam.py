"""Heatmaps of every category, by the library, for the networks that we name; random weights at small input."""

import numpy as np
import pytest
import torch
from pytorch_grad_cam import GradCAM, GradCAMPlusPlus
from pytorch_grad_cam.utils.model_targets import ClassifierOutputTarget

from ml import services
from ml.results import Unreadable
from ml.vision import backbones, committee, embedding, gradcam
from ml.vision.decoding import square
from tests.machines import colour

FAMILIES = [
    ("efficientnet_b0", 64, {}),
    ("tf_efficientnet_lite0", 64, {}),
    ("inception_resnet_v2", 160, {}),
    ("swin_tiny_patch4_window7_224", 64, {"img_size": 64, "window_size": 2}),
]


def awaken(model, inputs):
    """Let batch normalisation learn the scale of a random network's activations, which die away layer by layer."""
    for part in model.modules():
        if isinstance(part, torch.nn.BatchNorm2d):
            part.momentum = None
    with torch.no_grad():
        model.train()(inputs)
    model.eval()


@pytest.mark.parametrize(("name", "side", "options"), FAMILIES)
def test_every_family_gives_a_grid_of_its_last_layer_for_each_category(name, side, options):
    torch.manual_seed(0)
    model, inputs = backbones.create(name, categories=5, **options), torch.randn(2, 3, side, side)
    awaken(model, inputs)
    layer, reshape = backbones.explained(model)
    grids = gradcam.heatmaps(model, layer, inputs, [0, 3, 4], reshape=reshape)
    rows, columns = grids.shape[2:]
    assert grids.shape[:2] == (2, 3)
    assert 1 < rows == columns <= side // 16
    assert 0 <= grids.min() <= grids.max() <= 1
    assert not np.allclose(grids[:, 0], grids[:, 1])


def test_a_network_that_timm_does_not_know_is_named_with_its_neighbours():
    with pytest.raises(backbones.NoBackbone, match=r"Names like it: .*efficient"):
        backbones.create("efficientnet_x", categories=2)


@pytest.fixture(scope="module")
def weights():
    dice = np.random.default_rng(0)
    features, targets = dice.normal(size=(40, 1280)), np.arange(40) % 3
    return committee.train(features, targets, 3, seed=0).weights


def test_the_tail_alone_is_explained_as_the_whole_network_would_be(weights):
    """The fast way, one pass through the trunk, against the library on trunk and head together."""

    class Whole(torch.nn.Module):
        def __init__(self):
            super().__init__()
            self.trunk, self.tail = embedding.network(), gradcam.Tail(committee.read(weights))

        def forward(self, x):
            return self.tail(self.trunk.forward_features(x))

    pixels = [square(colour(n), gradcam.SIDE) for n in range(2)]
    targets = [ClassifierOutputTarget(2)] * 2
    whole = Whole().eval()
    cam = GradCAM(model=whole, target_layers=[whole.tail.maps])
    cam.get_target_width_height = lambda _: (14, 14)
    plain = cam(input_tensor=embedding.normalised(pixels), targets=targets)
    fast = np.stack([heatmap.grids[2] for heatmap in services.explain([colour(0), colour(1)], weights)])
    assert plain == pytest.approx(fast, abs=1e-3)
    assert fast.max() > 0.9


def test_each_file_gets_its_grids_and_a_broken_one_says_so(weights):
    good, broken, again = services.explain([colour(0), b"no picture", colour(0)], weights)
    assert isinstance(broken, Unreadable)
    assert good.grids.shape == again.grids.shape == (3, 14, 14)
    assert good.grids == pytest.approx(again.grids, abs=1e-4)


def test_another_method_of_the_library_looks_elsewhere(weights):
    plain = gradcam.explain([colour(1)], weights)[0].grids
    other = gradcam.explain([colour(1)], weights, method=GradCAMPlusPlus, name="gradcam++")[0]
    assert other.method == "gradcam++"
    assert not np.allclose(plain, other.grids)
