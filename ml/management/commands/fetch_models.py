"""`manage.py fetch_models`: the captioner that CAPTION_MODEL names, from the Hugging Face hub into its local cache."""

import errno
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from ml import services
from ml.results import NotACaptioner


class Command(BaseCommand):
    """The only place that downloads anything: workers use what is there."""

    help = (
        "Download the captioning model that CAPTION_MODEL names from the Hugging Face hub, or say what is installed. "
        "Started again, it goes on where it was stopped."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        """Fetch, then say what is installed."""
        model = settings.CAPTION_MODEL
        if Path(model).is_dir():
            self.stdout.write(f"CAPTION_MODEL is the folder {model}: nothing has to be fetched.")
        else:
            self._say(f"Fetching {model} …")
            self._fetch(model)
        try:
            card = services.captioner_card(model)
        except NotACaptioner as error:
            raise CommandError(str(error)) from error
        if card is None:
            raise CommandError(f"{model} lacks files of a captioning model of the BLIP family.")
        self.stdout.write(self.style.SUCCESS(f"Installed: {model} ({card.architecture}, {card.weights_digest[:8]})."))
        self.stdout.write("Workers on this machine take it up by themselves; nothing has to be restarted.")

    def _fetch(self, model: str) -> None:
        """Fetch what is needed; the older weights only where there are no others, and then write them anew."""
        from ml.vision.captioning.installed import NEEDED, SAFE
        from ml.vision.captioning.older import NEWER, OLDER, rewrite

        folder = _download(model, *NEEDED)
        if any((folder / name).exists() for name in SAFE):
            return
        folder = _download(model, *NEEDED, OLDER)
        if not (folder / OLDER).exists():
            raise CommandError(f"{model} has no weights as safetensors, and no {OLDER} either: nothing to load.")
        self._say(f"Writing {OLDER} as {NEWER}, which holds numbers and no code …")
        try:
            rewrite(folder)
        except (NotACaptioner, OSError) as error:
            raise CommandError(str(error)) from error

    def _say(self, text: str) -> None:
        """Say it now: what follows takes its time, and has its progress on the other stream."""
        self.stdout.write(text)
        self.stdout.flush()


def _download(model: str, *patterns: str) -> Path:
    """Return the folder with the model's files that fit; CommandError with a sentence for whoever runs this."""
    from huggingface_hub import errors, snapshot_download

    try:
        return Path(snapshot_download(model, allow_patterns=list(patterns)))
    except errors.HFValidationError as error:
        raise CommandError(f"CAPTION_MODEL={model} is neither a folder here nor the name of a model.") from error
    except errors.RepositoryNotFoundError as error:
        told = "The hub has no model {} for everybody. If it is private or gated, set HF_TOKEN."
        raise CommandError(told.format(model)) from error
    except errors.OfflineModeIsEnabled as error:
        raise CommandError("HF_HUB_OFFLINE forbids to ask the hub. Unset it and start again.") from error
    except errors.LocalEntryNotFoundError as error:
        if getattr(error.__cause__, "response", None) is not None:  # it was reached, and answered with an error
            raise CommandError(f"The hub did not deliver {model}: {error.__cause__}") from error
        told = "The hub cannot be reached. Without a network, copy the model's folder here and set CAPTION_MODEL to it."
        raise CommandError(f"{told} ({error.__cause__ or error})") from error
    except (errors.HfHubHTTPError, errors.XetDownloadError) as error:
        raise CommandError(f"The hub did not deliver {model}: {error}") from error
    except OSError as error:
        reason = "the disk is full" if error.errno == errno.ENOSPC else error.strerror or str(error)
        raise CommandError(f"The hub's cache cannot be written: {reason}. HF_HOME says where it lies.") from error
