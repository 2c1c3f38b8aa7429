"""What browsers get of the files in static/: without the comments, which are for those who work on them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.storage import Storage
from rcssmin import cssmin
from rjsmin import jsmin
from whitenoise.storage import CompressedManifestStaticFilesStorage

MINIFIERS = {".css": cssmin, ".js": jsmin}


class MinifiedStaticFilesStorage(CompressedManifestStaticFilesStorage):
    """Minifies our own scripts and styles, then hashes and compresses all; other libraries' stay as they are."""

    def post_process(self, paths: dict[str, tuple[Storage, str]], dry_run: bool = False, **options: Any) -> Iterator:
        """Do so for the collected files, `{name: (where it was collected from, its name there)}`."""
        own = {} if dry_run else {name: (self, name) for name, found in paths.items() if _is_own(*found)}
        for name in own:
            source, path = paths[name]
            with source.open(path) as file:
                text = MINIFIERS[Path(name).suffix](file.read().decode())
            Path(self.path(name)).write_bytes(text.encode())  # whatever the system writes text in
        yield from super().post_process(paths | own, dry_run=dry_run, **options)


def _is_own(source: Storage, path: str) -> bool:
    folder = Path(getattr(source, "location", "")).resolve()
    return folder in (Path(own).resolve() for own in settings.STATICFILES_DIRS) and Path(path).suffix in MINIFIERS
