"""`manage.py fetch_models`, against a hub on this machine: what it downloads, and what it says when it cannot."""

import hashlib
import os
import pickle
from pathlib import Path

import numpy as np
import pytest
import torch
from django.core.management import CommandError, call_command
from huggingface_hub import constants

from ml import services
from ml.results import Caption
from tests import pictures
from tests.ml import hub as hubs
from tests.ml import tiny_blip

NAME = "somebody/tiny-captioner"
# Other programs' weights and a page for people, which nobody needs here.
OTHERS = ("pytorch_model.bin", "tf_model.h5", "README.md")


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    folder = tiny_blip.save(tmp_path_factory.mktemp("model"))
    for name in OTHERS:
        (folder / name).write_bytes(b"x" * 1000)
    return folder


@pytest.fixture
def connect(monkeypatch, settings, tmp_path):
    """Let this process know this hub, a cache that is empty, and this model."""

    def to(address, name=NAME, cache=None):
        # The hub's library reads its variables HF_ENDPOINT and HF_HOME when it is loaded.
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants, "HUGGINGFACE_CO_URL_TEMPLATE", f"{address}/{{repo_id}}/resolve/{{revision}}/{{filename}}"
        )
        monkeypatch.setattr(constants, "HF_HUB_CACHE", str(cache or tmp_path / "cache"))
        settings.CAPTION_MODEL = str(name)

    return to


@pytest.fixture
def hub(model, connect):
    with hubs.running(NAME, model) as running:
        connect(running.address)
        yield running


@pytest.fixture(scope="module")
def older(tmp_path_factory):
    """What the hub holds of the default model: a pickle, weights for other programs, and no safetensors."""
    torch.manual_seed(3)
    folder = tiny_blip.save(tmp_path_factory.mktemp("older"), older=True)
    for name in OTHERS[1:]:
        (folder / name).write_bytes(b"x" * 1000)
    return folder


@pytest.fixture
def older_hub(older, connect):
    with hubs.running(NAME, older) as running:
        connect(running.address)
        yield running


def _digests(folder):
    return {hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_a_model_is_downloaded_with_progress_and_without_what_nobody_needs(hub, model, capfd):
    assert services.captioner_card(NAME) is None
    call_command("fetch_models")
    said = capfd.readouterr()
    assert f"Installed: {NAME}" in said.out
    assert "Workers" in said.out
    assert "100%" in said.err
    assert "model.safetensors" in hub.served
    assert not set(OTHERS) & set(hub.served)
    assert services.captioner_card(NAME).weights_digest in _digests(model)
    hub.served.clear()
    call_command("fetch_models")
    assert hub.served == []


def test_a_download_that_broke_off_is_an_error_and_goes_on_the_next_time(hub, model):
    hub.failing = {"model.safetensors"}
    with pytest.raises(CommandError, match=f"The hub did not deliver {NAME}"):
        call_command("fetch_models")
    assert services.captioner_card(NAME) is None
    arrived = set(hub.served)  # what several threads had asked for when one of them failed
    hub.failing.clear()
    hub.served.clear()
    call_command("fetch_models")
    needed = {path.name for path in model.iterdir()} - set(OTHERS)
    assert sorted(hub.served) == sorted(needed - arrived)
    assert services.captioner_card(NAME)


def test_where_there_are_no_safetensors_the_older_weights_are_written_as_such_and_caption(older_hub, older, capfd):
    call_command("fetch_models")
    said = capfd.readouterr()
    assert "Writing pytorch_model.bin as model.safetensors" in said.out
    assert f"Installed: {NAME} (BLIP" in said.out
    assert "100%" in said.err
    assert "pytorch_model.bin" in older_hub.served
    assert not set(OTHERS[1:]) & set(older_hub.served)
    picture = pictures.encoded(pictures.photo_like(1, (64, 48)), "PNG")
    [fetched], [of_the_pickle] = (services.caption([picture], model) for model in (NAME, str(older)))
    assert isinstance(fetched, Caption)
    assert fetched.words
    assert fetched.words == of_the_pickle.words
    np.testing.assert_array_equal(fetched.grids, of_the_pickle.grids)
    older_hub.served.clear()
    call_command("fetch_models")
    assert older_hub.served == []


def test_until_the_older_weights_are_written_anew_whole_nothing_is_installed(older_hub, monkeypatch, connect, tmp_path):
    def stop(_self, _target):
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", stop)
        with pytest.raises(CommandError, match="No space left"):
            call_command("fetch_models")
    assert services.captioner_card(NAME) is None
    assert not list(tmp_path.rglob("*.part"))
    older_hub.served.clear()
    call_command("fetch_models")
    assert older_hub.served == []
    assert services.captioner_card(NAME)


def test_a_pickle_with_a_program_in_it_is_refused_and_the_program_not_run(older, connect, tmp_path):
    folder, mark = tmp_path / "evil", tmp_path / "run"
    folder.mkdir()
    for path in older.iterdir():
        (folder / path.name).write_bytes(path.read_bytes())
    (folder / "pytorch_model.bin").write_bytes(pickle.dumps(_Program(mark), protocol=2))
    with hubs.running(NAME, folder) as hub:
        connect(hub.address)
        with pytest.raises(CommandError, match="holds no weights, or more than weights"):
            call_command("fetch_models")
    assert not mark.exists()
    assert services.captioner_card(NAME) is None


class _Program:
    """Unpickled as pickles usually are, it makes a file."""

    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def test_a_folder_needs_no_hub(connect, model, capsys):
    connect("http://127.0.0.1:9", model)
    call_command("fetch_models")
    said = capsys.readouterr().out
    assert "nothing has to be fetched" in said
    assert "Installed" in said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("somebody/else", "The hub has no model somebody/else"),
        ("/no such folder/at all", "neither a folder here nor the name of a model"),
    ],
)
def test_a_name_that_leads_nowhere_is_said_to(hub, settings, name, said):
    settings.CAPTION_MODEL = name
    with pytest.raises(CommandError, match=said):
        call_command("fetch_models")


def test_without_a_network_it_says_what_else_there_is(connect):
    connect("http://127.0.0.1:9")
    with pytest.raises(CommandError, match=r"The hub cannot be reached\. Without a network, copy the model's folder"):
        call_command("fetch_models")


def test_a_cache_that_cannot_be_written_is_named(hub, connect, tmp_path):
    (tmp_path / "file").write_text("in the way")
    connect(hub.address, cache=tmp_path / "file")
    with pytest.raises(CommandError, match=r"The hub's cache cannot be written: .*HF_HOME"):
        call_command("fetch_models")


def test_a_model_without_safetensors_and_one_that_is_no_captioner_are_refused(connect, tmp_path):
    folder = tmp_path / "other"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "bert", "architectures": ["BertModel"]}')
    with hubs.running(NAME, folder) as other:
        connect(other.address)
        with pytest.raises(CommandError, match="has no weights as safetensors"):
            call_command("fetch_models")
    connect("http://127.0.0.1:9", folder)
    with pytest.raises(CommandError, match="BertModel"):
        call_command("fetch_models")
