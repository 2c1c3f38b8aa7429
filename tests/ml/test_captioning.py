"""Captioners: any of the BLIP family from a folder or the hub's cache, and the one that comes with Winnow."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from huggingface_hub import constants
from PIL import Image

from ml import services
from ml.results import Caption, NotACaptioner, Unreadable
from ml.vision.captioning import DRAWN_FOLDER
from ml.vision.captioning.attention import Looks, grids
from ml.vision.captioning.wording import words
from tests.ml import tiny_blip

REVISION = "0123456789012345678901234567890123456789"


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(3)
    return tiny_blip.save(tmp_path_factory.mktemp("tiny"))


def picture(shade: int, size: tuple[int, int] = (60, 40)) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(np.random.default_rng(shade).integers(0, 256, (*size[::-1], 3), dtype=np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def test_every_file_has_its_caption_in_order_and_what_is_no_picture_is_said(tiny: Path) -> None:
    first, second, third = services.caption([picture(1), b"no picture", picture(2, (30, 90))], str(tiny))

    assert isinstance(second, Unreadable)
    for caption in (first, third):
        assert isinstance(caption, Caption)
        assert caption.grids.shape == (len(caption.words), 4, 4)
        assert caption.grids.dtype == np.float32
        assert caption.grids.min() >= 0
        assert caption.grids.max() <= 1


def test_a_batch_says_what_each_picture_says_alone(tiny: Path) -> None:
    files = [picture(number) for number in range(11)]

    together = services.caption(files, str(tiny))

    for file, one in zip(files, together, strict=True):
        [alone] = services.caption([file], str(tiny))
        assert isinstance(alone, Caption)
        assert isinstance(one, Caption)
        assert alone.words == one.words
        np.testing.assert_allclose(alone.grids, one.grids, atol=1e-3)


def test_the_card_tells_the_weights_and_what_is_done_to_pictures(tiny: Path) -> None:
    card = services.captioner_card(str(tiny))

    assert card is not None
    assert card.architecture == "BLIP, 2 + 2 layers, 16 wide"
    assert card.preprocessing["side"] == 32
    assert card.dimensions == 16
    assert len(card.weights_digest) == 64


def test_other_weights_have_another_digest(tiny: Path, tmp_path: Path) -> None:
    torch.manual_seed(4)
    cards = [services.captioner_card(str(each)) for each in (tiny, tiny_blip.save(tmp_path))]

    assert cards[0]
    assert cards[1]
    assert cards[0].weights_digest != cards[1].weights_digest


@pytest.mark.parametrize("model", ["/nowhere/blip", "./nowhere", "someone/never-fetched", "a b c"])
def test_what_is_not_here_has_no_card_and_no_captions(model: str) -> None:
    assert services.captioner_card(model) is None
    with pytest.raises(LookupError, match="not installed here"):
        services.caption([picture(1)], model)


def test_a_folder_without_a_captioner_is_told_from_none(tiny: Path, tmp_path: Path) -> None:
    with pytest.raises(NotACaptioner, match=r"no config\.json"):
        services.captioner_card(str(tmp_path))

    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertModel"], "model_type": "bert"}))
    with pytest.raises(NotACaptioner, match="holds BertModel"):
        services.captioner_card(str(tmp_path))

    (tmp_path / "config.json").write_text((tiny / "config.json").read_text())
    with pytest.raises(NotACaptioner, match="no weights"):
        services.captioner_card(str(tmp_path))


def test_weights_that_do_not_fit_are_said_to(tiny: Path, tmp_path: Path) -> None:
    for path in tiny.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"nothing")

    with pytest.raises(NotACaptioner, match="cannot be loaded"):
        services.caption([picture(1)], str(tmp_path))


def test_a_model_of_the_hub_counts_when_the_cache_has_it(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    assert services.captioner_card("someone/tiny") is None

    repository = tmp_path / "models--someone--tiny"
    (repository / "refs").mkdir(parents=True)
    (repository / "refs" / "main").write_text(REVISION)
    snapshot = repository / "snapshots" / REVISION
    snapshot.mkdir(parents=True)
    (snapshot / "config.json").write_text((tiny / "config.json").read_text())
    assert services.captioner_card("someone/tiny") is None  # half fetched

    for path in tiny.iterdir():
        (snapshot / path.name).write_bytes(path.read_bytes())
    assert services.captioner_card("someone/tiny") == services.captioner_card(str(tiny))


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        ("a man hold ##s a knife .", "a man holds a knife."),
        ("in a park , a man ; a ball", "in a park, a man; a ball"),
        ("a t - shirt and the man ' s hat", "a t-shirt and the man's hat"),
        ('a sign ( red ) says " stop "', "a sign (red) says stop"),
        (". a", "a"),
        ("", ""),
    ],
)
def test_words_read_as_people_write_them(tokens: str, expected: str) -> None:
    assert " ".join(word.text for word in words(tokens.split())) == expected


def test_a_word_knows_all_its_tokens_but_its_marks() -> None:
    assert [word.tokens for word in words(["a", "man", "hold", "##s", ",", "now"])] == [(0,), (1,), (2, 3), (5,)]


def attention() -> torch.Tensor:
    """Return attention of one head, four tokens and 2 x 2 patches; the first column is the whole picture's."""
    rows = [[0.9, 0.1, 0, 0, 0], [0.0, 0.2, 0.8, 0, 0], [0, 0.5, 0, 0.5, 0], [0, 0.4, 0, 0, 0.6]]
    return torch.tensor([rows])


def test_a_word_is_tied_to_what_was_looked_at_before_or_after_it() -> None:
    before = grids([attention()], [[2], [3]], Looks())
    after = grids([attention()], [[2], [3]], Looks(before=False))

    assert np.unravel_index(before[0].argmax(), (2, 2)) == (0, 1)
    assert np.unravel_index(after[0].argmax(), (2, 2)) in [(0, 0), (1, 0)]
    assert np.unravel_index(after[1].argmax(), (2, 2)) == (1, 1)


def test_what_all_words_look_at_can_be_taken_away() -> None:
    plain = grids([attention()], [[1], [2], [3]], Looks(before=False))
    less = grids([attention()], [[1], [2], [3]], Looks(before=False, common=1.0))

    assert plain[1].argmax() in (0, 2)
    assert less[1].argmax() == 2
    assert less.max() == 1
    assert less.min() == 0


def test_layers_and_heads_can_be_chosen_and_no_words_have_no_grids() -> None:
    other = attention().flip(-1)
    both = torch.cat([attention(), other])

    chosen = grids([other, both], [[2]], Looks(layers=(1,), heads=(0,)))

    np.testing.assert_array_equal(chosen, grids([attention()], [[2]], Looks()))
    assert grids([both], [], Looks()).shape == (0, 2, 2)


@pytest.fixture(scope="module")
def drawn() -> list[tuple[services.Scene, Caption]]:
    scenes = [services.draw_scene(seed) for seed in range(80_000_000, 80_000_016)]
    captions = services.caption([scene.jpeg for scene in scenes], services.DRAWN)
    return [(scene, each) for scene, each in zip(scenes, captions, strict=True) if isinstance(each, Caption)]


def test_the_committed_captioner_knows_where_scenes_are(drawn: list[tuple[services.Scene, Caption]]) -> None:
    right = [" ".join(caption.words).split(",")[0] == scene.sentence.split(",")[0] for scene, caption in drawn]

    assert len(right) == 16
    assert sum(right) >= 14


def test_its_words_point_at_the_things_they_name(drawn: list[tuple[services.Scene, Caption]]) -> None:
    hits = []
    for scene, caption in drawn:
        width, height = Image.open(io.BytesIO(scene.jpeg)).size
        for thing in scene.things:
            last = thing.name.split()[-1]
            for word, grid in zip(caption.words, caption.grids, strict=True):
                if word.strip(".,;") == last:
                    row, column = np.unravel_index(int(grid.argmax()), grid.shape)
                    x, y = (column + 0.5) * width / grid.shape[1], (row + 0.5) * height / grid.shape[0]
                    box = thing.box
                    hits.append(box.left <= x < box.right and box.top <= y < box.bottom)

    assert len(hits) >= 10
    assert np.mean(hits) >= 0.5


def test_its_card_says_how_it_was_made() -> None:
    card = json.loads((DRAWN_FOLDER / "card.json").read_text())

    assert card["command"].startswith("manage.py train_captioner ")
    assert {"first_training_scene", "first_validation_scene", "steps", "validation"} <= card.keys()
    assert sum(path.stat().st_size for path in DRAWN_FOLDER.iterdir()) < 8_000_000


def test_it_has_a_word_for_everything_that_is_drawn() -> None:
    from ml.vision.captioning.learning.vocabulary import tokens

    known = json.loads((DRAWN_FOLDER / "tokenizer.json").read_text())["model"]["vocab"]
    sentences = [services.draw_scene(seed).sentence for seed in range(80_000_016, 80_000_036)]
    assert {word for sentence in sentences for word, _, _ in tokens(sentence)} <= known.keys()
