"""The labeling screen in Chromium: key event to paint of the next image, opening, size, controls, the picture's share.

On a running demo lena answers 100 images at a pace of 300 ms and then bursts of ten keys at once; omar does the same
with 100 ms of network latency. A key's time runs from the event's own time stamp to the end of the first frame in which
another image is the current one, decoded and complete. What was sent is then counted in the database.
"""

import asyncio
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from playwright.async_api import Browser, BrowserContext, CDPSession, Page, async_playwright

from benchmarks import watching
from tests.browser.driver import FLAGS, WIDE
from tests.site import Site, wait_for

PASSWORD = "winnow-demo"
QUEUE = "/label/risky-things/"
PEOPLE = {0: "lena", 100: "omar"}  # by the latency in ms that their network has
LABELS, PACE_S = 100, 0.3
BURSTS, BURST = 5, 10
OPENINGS = 5
KEYS = "1213u12131"
PATIENCE_S, LOOK_S = 60.0, 0.05
# Enough pictures that the queue stays long.
DEMO_PICTURES = "900"
# The machines go on with the queue's head when the demo is complete.
SETTLE_S = 30


@dataclass(frozen=True)
class Flow:
    """What one person's keys took, in ms, and the assignments that the page says are answered."""

    paced: list[float]
    burst: list[float]
    answered: list[str]


class Seat:
    """One person's browser, under a latency in ms."""

    def __init__(self, context: BrowserContext, latency: int) -> None:
        self.context, self.latency = context, latency

    async def open(self) -> tuple[Page, CDPSession]:
        """Return a fresh page with its protocol, before it has gone anywhere."""
        page = await self.context.new_page()
        protocol = await self.context.new_cdp_session(page)
        await protocol.send("Network.enable")
        conditions = {"offline": False, "latency": self.latency, "downloadThroughput": -1, "uploadThroughput": -1}
        await protocol.send("Network.emulateNetworkConditions", conditions)
        return page, protocol

    async def log_in(self, name: str) -> None:
        """Log in through the form."""
        page, _ = await self.open()
        await page.goto("/login/")
        await page.get_by_label("Name").fill(name)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_role("button", name="Log in").click()
        await page.wait_for_url("**/")
        await page.close()


async def seat(browser: Browser, url: str, name: str, latency: int) -> Seat:
    """Return the seat of `name`, logged in."""
    context = await browser.new_context(base_url=url, viewport=WIDE)
    await context.add_init_script(watching.WATCH)
    found = Seat(context, latency)
    await found.log_in(name)
    return found


async def press(protocol: CDPSession, key: str) -> None:
    """Press and release a key, as the browser gets it from a keyboard."""
    code = f"Digit{key}" if key.isdigit() else f"Key{key.upper()}"
    event = {"key": key, "code": code, "windowsVirtualKeyCode": ord(key.upper())}
    await asyncio.gather(
        protocol.send("Input.dispatchKeyEvent", {"type": "keyDown", "text": key, **event}),
        protocol.send("Input.dispatchKeyEvent", {"type": "keyUp", **event}),
    )


async def until(page: Page, condition: str) -> None:
    """Return when the condition holds; RuntimeError when it does not come. Playwright's own wait would need eval."""
    for _ in range(int(PATIENCE_S / LOOK_S)):
        if await page.evaluate(condition):
            return
        await asyncio.sleep(LOOK_S)
    raise RuntimeError(f"Not within {PATIENCE_S:.0f} s: {condition}")


async def take(page: Page) -> list[float]:
    """Return the times of the keys since the last look."""
    await until(page, "watch.open.length + watch.painting.length === 0")
    times: list[float] = await page.evaluate("watch.ms.splice(0)")
    return times


async def flow(sat: Seat) -> Flow:
    """Answer images in both ways, and wait until everything is saved."""
    page, protocol = await sat.open()
    await page.goto(QUEUE)
    await until(page, f"{watching.READY} >= {BURST + 1}")
    clock = asyncio.get_running_loop().time
    start = clock()
    for number in range(LABELS):
        await asyncio.sleep(start + number * PACE_S - clock())
        await press(protocol, KEYS[number % len(KEYS)])
    paced = await take(page)
    burst: list[float] = []
    for _ in range(BURSTS):
        await until(page, f"{watching.READY} >= {BURST + 1}")
        await asyncio.gather(*(press(protocol, key) for key in KEYS[:BURST]))
        burst += await take(page)
    await page.wait_for_selector('#saved[data-state="saved"]')
    answered: list[str] = await page.evaluate("watch.answered")
    await page.close()
    return Flow(paced, burst, answered)


async def opening(sat: Seat) -> dict[str, float]:
    """Open the screen in a browser that has nothing of it yet; return ms, bytes as sent, and requests."""
    page, protocol = await sat.open()
    await protocol.send("Network.clearBrowserCache")
    kinds: dict[str, str] = {}
    sizes: dict[str, float] = {}
    protocol.on("Network.responseReceived", lambda said: kinds.update({said["requestId"]: said["type"]}))
    protocol.on("Network.loadingFinished", lambda said: sizes.update({said["requestId"]: said["encodedDataLength"]}))
    await page.goto(QUEUE)
    await until(page, "watch.ready !== null")
    await page.wait_for_load_state("networkidle")
    ready = await page.evaluate("watch.ready")
    await page.close()
    plain = {request: size for request, size in sizes.items() if kinds.get(request) != "Image"}
    scripts = [size for request, size in plain.items() if kinds.get(request) == "Script"]
    return {
        "open_to_ready_ms": ready,
        "page_bytes": sum(plain.values()),
        "js_bytes": sum(scripts),
        "requests": len(plain),
    }


async def looks(sat: Seat) -> dict[str, Any]:
    """Return what is to be seen of an image with help: at rest, and with similar images and the caption open."""
    page, protocol = await sat.open()
    await page.goto(QUEUE)
    await until(page, "watch.ready !== null")
    while await page.evaluate(watching.WITHOUT_HELP):
        await press(protocol, KEYS[0])
        await take(page)
    groups = await page.evaluate(watching.GROUPS)
    controls = await page.evaluate(watching.CONTROLS)
    share = await page.evaluate(watching.SHARE)
    for key in "sc":
        await press(protocol, key)
    await page.wait_for_load_state("networkidle")
    opened = await page.evaluate(watching.GROUPS)
    share_open = await page.evaluate(watching.SHARE)
    await page.close()
    print(f"Groups: {groups}\nWith the side open: {opened}\nControls: {controls}", file=sys.stderr)
    return {
        "groups_visible": len(groups),
        "groups": groups,
        "groups_visible_open": len(opened),
        "controls_visible": len(controls),
        "image_share": round(share, 3),
        "image_share_open": round(share_open, 3),
    }


def percentile(times: Sequence[float], share: float) -> float:
    """Return the time that so large a share of `times` does not exceed."""
    return round(sorted(times)[min(len(times) - 1, int(share * len(times)))], 1)


def timed(measured: Flow, openings: Sequence[dict[str, float]]) -> dict[str, float]:
    """Return the figures of one network."""
    print(f"Slowest keys: {[round(ms) for ms in sorted(measured.paced + measured.burst)[-8:]]}", file=sys.stderr)
    return {
        "key_to_next_ms_p50": percentile(measured.paced, 0.5),
        "key_to_next_ms_p95": percentile(measured.paced, 0.95),
        "burst_ms_p95": percentile(measured.burst, 0.95),
        "open_to_ready_ms": round(statistics.median(each["open_to_ready_ms"] for each in openings)),
    }


def stored(data_dir: Path, answered: Sequence[str]) -> int:
    """Count the labels that stand in the database for these assignments."""
    from moderation import embedded

    with psycopg.connect(embedded.database_url(data_dir)) as connection:
        query = "SELECT count(*) FROM labeling_label WHERE assignment_id = ANY(%s::uuid[])"
        row = connection.execute(query, [list(answered)]).fetchone()
    assert row is not None
    return int(row[0])


async def measure(chromium: str, site: Site) -> dict[str, Any]:
    """Return all figures of a running site."""
    figures: dict[int, dict[str, Any]] = {}
    answered: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        for latency, name in PEOPLE.items():
            sat = await seat(browser, site.url, name, latency)
            openings = [await opening(sat) for _ in range(OPENINGS)]
            measured = await flow(sat)
            answered += measured.answered
            figures[latency] = timed(measured, openings)
            if not latency:
                sizes = {name: round(max(each[name] for each in openings)) for name in openings[0]}
                figures[0] = sizes | figures[0] | await looks(sat)
            print(f"{latency} ms: {json.dumps(figures[latency])}", flush=True)
        await browser.close()
    counts = {"labels_sent": len(answered), "labels_stored": stored(site.data_dir, answered)}
    return figures[0] | {f"latency_{latency}": figures[latency] for latency in PEOPLE if latency} | counts


def main() -> None:
    """Start a site with the demo, measure, stop it, and print one JSON object."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if not chromium:
        raise SystemExit("Chromium is missing: apt-get install chromium, or CHROMIUM=/path/to/chromium")
    os.environ.setdefault("DEMO_PICTURES", DEMO_PICTURES)
    with tempfile.TemporaryDirectory() as folder:
        site = Site(Path(folder).resolve() / "data")
        try:
            site.start()
            wait_for(lambda: "Demo complete." in site.said(), "the whole demo", 1800)
            time.sleep(SETTLE_S)
            figures = asyncio.run(measure(chromium, site))
        finally:
            site.end()
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
