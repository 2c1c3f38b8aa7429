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
_WHICH = """
from labeling.models import Arrival
print("FOUND", json.dumps(list(Arrival.objects.values_list("image__view_key", "external_id"))))
"""


def manage(site: Site, *command: str) -> str:
    """Run a management command on the site's data, and return what it printed."""
    line = [sys.executable, "manage.py", *command]
    return subprocess.run(
        line, cwd=ROOT, env=environment(site.data_dir), check=True, capture_output=True, text=True
    ).stdout


def shown(site: Site, code: str) -> list:
    """Return what the code prints as JSON behind the word FOUND."""
    return json.loads(manage(site, "shell", "--no-imports", "-c", f"import json\n{code}").split("FOUND", 1)[1])


@dataclass(frozen=True)
class Truth:
    """The grades of a site's pictures, by the digest of what browsers get."""

    site: Site
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
    found = {}
    for view, external in shown(site, _WHICH):
        name = external.rsplit("/", 1)[-1].removesuffix(".jpg")
        if view and name in grades:
            served = (site.data_dir / "images" / view).read_bytes()
            found[hashlib.sha256(served).hexdigest()] = grades[name]
    return Truth(site, found)
