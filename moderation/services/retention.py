"""What a source's retention asks for: its images are erased when the last arrival has run out, refused files too."""

from labeling.services import erasing
from moderation.selectors.erasing import outlived, outlived_files
from moderation.services.incoming import drop_refused

WHY = "retention"


def erase_outlived(*, count: int) -> int:
    """Erase up to `count` images that have outlived their sources' retention; return how many, with refused files."""
    images = list(outlived()[:count])
    for image in images:  # each in a transaction of its own: people wait for the locks of groups
        erasing.erase(image=image, by=None, why=WHY)
    return len(images) + drop_refused(outlived_files())
