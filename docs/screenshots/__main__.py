"""Takes the documentation's pictures from real sites, `make run` with the demo and without: `make screenshots`."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docs.screenshots import labelers, staff
from docs.screenshots.camera import IMAGES
from docs.screenshots.first_day import first_day
from docs.screenshots.truth import known, manage, truth_of
from tests.browser.driver import Desk, chromium_at
from tests.site import Site, wait_for

PATIENCE_S = 1800
# Each as a person of its own with a browser of their own, in the order of the story.
STORY = (
    staff.ask_about_all_disputes,
    labelers.labeling,
    staff.administration,
    staff.agreement,
    labelers.eyes,
    staff.adjudication,
    staff.guideline,
    labelers.judge_again,
    staff.judge_again,
    staff.disputes,
    staff.recheck_rest,
)
# By the clock it would run an hour after the start.
_SUSPECTS = "from labeling import tasks; tasks.find_suspects()"
# Only simulated people have weeks of own figures, and they cannot log in. This site ends with it.
_MADE_REAL = f"""
from labeling.models import Person
Person.objects.filter(simulated=True).update(simulated=False)
anna = Person.objects.get(username="sim-anna")
anna.username = "anna"
anna.set_password("{labelers.PASSWORD}")
anna.save()
"""


def main() -> None:
    """Start both sites, one after the other, take the pictures, and stop them."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium is missing: apt-get install chromium, or CHROMIUM=/path/to/chromium")
    IMAGES.mkdir(exist_ok=True)
    os.environ["DEMO_PICTURES"] = "1000"  # with fewer no two people share enough images for a number
    with tempfile.TemporaryDirectory() as folder, chromium_at(chromium) as browser:
        data = Path(folder).resolve()
        with running(Site(data / "first"), demo=False) as site:
            first_day(site, lambda _name: Desk(browser, site.url))
        with running(Site(data / "demo"), demo=True) as site:
            truth = truth_of(site, known(site))
            for part in STORY:
                desk = Desk(browser, site.url)
                part(desk, truth)
                desk.close()
            manage(site, "shell", "--no-imports", "-c", _MADE_REAL)
            labelers.own_pages(Desk(browser, site.url))


@contextmanager
def running(site: Site, *, demo: bool) -> Iterator[Site]:
    """Keep a site up inside the block; one with the demo is ready when all of it is there."""
    if not demo:
        (site.data_dir / "demo-done").touch()  # as if it had been deleted since
    try:
        site.start(PATIENCE_S)
        if demo:
            wait_for(lambda: "Demo complete." in site.said(), "the whole demo", PATIENCE_S)
            manage(site, "shell", "--no-imports", "-c", _SUSPECTS)
            time.sleep(30)  # heatmaps for the queue's head
        yield site
    finally:
        site.end()


if __name__ == "__main__":
    main()
