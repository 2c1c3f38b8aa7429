"""What a drawn picture shows: people who answer at random make pictures of the screens that look silly."""

import hashlib
import json
import subprocess
import sys
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.driver import Desk
from tests.site import ROOT, Site, environment

KEYS = {"safe": "1", "low_exposure": "2", "harmful": "3"}
REASONS = {
    "safe": "Nothing here can hurt anybody.",
    "low_exposure": "It is at rest: nobody holds it.",
    "harmful": "Somebody holds it, and that alone counts.",
}
# Printed behind a word that nothing else prints before it.
_WHICH = """
import json
from labeling.models import Arrival
print("ARRIVED", json.dumps(list(Arrival.objects.values_list("image__view_key", "external_id"))))
"""


def manage(site: Site, *command: str) -> str:
    """Run a management command on the site's data, and return what it printed."""
    line = [sys.executable, "manage.py", *command]
    return subprocess.run(
        line, cwd=ROOT, env=environment(site.data_dir), check=True, capture_output=True, text=True
    ).stdout


@dataclass(frozen=True)
class Truth:
    """The grades of a site's pictures, by the digest of what browsers get."""

    grades: dict[str, str]

    def key(self, page: Page) -> str:
        """Return the key of the right answer to the image on the screen."""
        return KEYS[self.grade(page)]

    def grade(self, page: Page) -> str:
        """Return what the image on the screen is."""
        address = page.locator(".card.current img").first.get_attribute("src")
        return self.grades[hashlib.sha256(page.request.get(address).body()).hexdigest()]

    def answer(self, desk: Desk, count: int, *, wrong: str = "") -> None:
        """Answer so many images rightly, but those of which the number, from 0, stands in `wrong` otherwise."""
        for number in range(count):
            desk.wait_for_image()
            right = self.key(desk.page)
            desk.answer(str(int(right) % 3 + 1) if str(number) in wrong.split() else right)


def known(site: Site) -> dict[str, str]:
    """Return the grades of the demo's pictures by their names."""
    lines = (site.data_dir / "demo-truth.jsonl").read_text().splitlines()
    return {each["name"]: each["grade"] for each in map(json.loads, lines)}


def truth_of(site: Site, grades: dict[str, str]) -> Truth:
    """Return the truth of a site whose pictures have these grades; uploaded files are called by theirs."""
    arrived = json.loads(manage(site, "shell", "--no-imports", "-c", _WHICH).split("ARRIVED", 1)[1])
    found = {}
    for view, external in arrived:
        name = external.rsplit("/", 1)[-1].removesuffix(".jpg")
        if view and name in grades:
            shown = (site.data_dir / "images" / view).read_bytes()
            found[hashlib.sha256(shown).hexdigest()] = grades[name]
    return Truth(found)
