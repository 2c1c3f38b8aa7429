"""Drives the labeling screen in Chromium as a person does: by its keys, its words and what is to be seen.

Nothing here knows the tests' database, so that the screenshots of the documentation are taken with it too.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

WIDE = {"width": 1440, "height": 900}
NARROW = {"width": 600, "height": 800}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
]
# A bound for what hangs, and none on how fast a machine is that does other things besides.
PATIENCE_MS = 30_000
expect.set_options(timeout=PATIENCE_MS)


@contextmanager
def chromium_at(path: str) -> Iterator[Browser]:
    """Yield a headless browser from the executable at `path`."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


class Desk:
    """One person's browser, with one page in front of them. `complaints` are what the console had to say."""

    def __init__(self, browser: Browser, url: str, **context: object) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(base_url=url, **{"viewport": WIDE} | context)
        self.context.set_default_timeout(PATIENCE_MS)
        self.complaints: list[str] = []
        self.page: Page = self.open_tab()

    def open_tab(self) -> Page:
        """Return a further page of the same browser, its complaints heard too."""
        page = self.context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: said.type == "error" and self.complaints.append(said.text))
        return page

    def log_in(self, name: str, password: str, page: Page | None = None) -> None:
        """Log in through the form."""
        page = page or self.page
        page.goto("/login/")
        page.get_by_label("Name").fill(name)
        page.get_by_label("Password").fill(password)
        page.get_by_role("button", name="Log in").click()
        expect(page).not_to_have_url(f"{self.url}/login/")

    def open_queue(self, slug: str) -> None:
        """Open the labeling screen and wait for its first image."""
        self.page.goto(f"/label/{slug}/")
        self.wait_for_image()

    def wait_for_image(self) -> str:
        """Return the assignment of the image on the screen, once it can be answered."""
        self.page.wait_for_selector('.card.current[data-state="ready"]')
        return self.assignment()

    def assignment(self) -> str | None:
        """Return the assignment of the image on the screen, if there is one."""
        card = self.page.query_selector(".card.current")
        return card and card.get_attribute("data-assignment")

    def press(self, *keys: str) -> None:
        """Press keys, one after another."""
        for key in keys:
            self.page.keyboard.press(key)

    def answer(self, *keys: str) -> list[str]:
        """Press each key on an image that is ready; return the assignments that were answered."""
        answered = []
        for key in keys:
            answered.append(self.wait_for_image())
            self.press(key)
        return answered

    def wait_until(self, state: str) -> None:
        """Wait for what the screen says of the answers: saved, saving, offline or loggedout."""
        self.page.wait_for_selector(f'#saved[data-state="{state}"]')

    def overflow(self) -> list[str]:
        """Return the visible elements of which a part lies outside the window or is cut off by its box.

        What a row that scrolls sideways holds can be reached, and is no such element.
        """
        self.page.wait_for_load_state()  # an element can be there before the stylesheet is
        return self.page.evaluate(_OVERFLOW)

    def close(self) -> None:
        """Close the browser's window."""
        self.context.close()


_OVERFLOW = """() => {
  const cut = [];
  const wide = document.documentElement.scrollWidth;
  const row = (element) => element.closest("ol, ul");
  const scrolls = (element) => row(element) && getComputedStyle(row(element)).overflowX === "auto";
  if (wide > innerWidth) cut.push(`the page is ${wide} wide`);
  for (const element of document.querySelectorAll("button, summary, a, h1, h2, p:not(.unseen), kbd, input, label")) {
    if (!element.checkVisibility({ visibilityProperty: true })) continue;
    const box = element.getBoundingClientRect();
    const name = `${element.tagName} ${element.id || element.textContent.trim().slice(0, 30)}`;
    const outside = box.left < -0.5 || box.right > innerWidth + 0.5;
    if (box.width && outside && !scrolls(element)) cut.push(`${name}: outside the window`);
    if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).overflowX !== "visible")
      cut.push(`${name}: cut off`);
  }
  return cut;
}"""
