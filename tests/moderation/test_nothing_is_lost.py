"""People label while the web server and the database are killed: what was acknowledged is stored, once."""

import re
import threading
import time
from collections import Counter
from functools import partial

import psutil
import psycopg
import pytest
import requests

from moderation import embedded
from tests import site as sites
from tests.site import log_in

pytestmark = pytest.mark.servers

ASSIGNMENT = re.compile(r'data-assignment="([0-9a-f-]{36})"')
# Images that no simulated person judged: labels, opinions that were required, and asked for beyond, people, decisions.
OURS_ONLY = """
SELECT l.image_id, count(*), max(CASE WHEN g.u < d.p THEN p.slice_opinions ELSE p.required_opinions END)::bigint,
    (SELECT count(*) FROM labeling_reviewrequest r WHERE r.image_id = l.image_id AND r.purpose = 'second'),
    count(DISTINCT l.labeler_id), (SELECT count(*) FROM labeling_peopledecision x WHERE x.image_id = l.image_id)
FROM labeling_label l
JOIN labeling_person who ON who.id = l.labeler_id
JOIN labeling_image i ON i.id = l.image_id
JOIN labeling_copygroup g ON g.id = i.group_id
JOIN labeling_policy p ON p.id = l.policy_id
JOIN labeling_slicedraw d ON d.group_id = g.id AND d.policy_id = p.id
GROUP BY l.image_id HAVING NOT bool_or(who.simulated)
"""
PAGE = re.compile(r'data-page="([0-9a-f-]{36})"')


@pytest.fixture
def site(workplace_dir):
    made = sites.Site(workplace_dir / "killed")
    made.start()
    yield made
    made.end()


class Labeler(threading.Thread):
    """Labels as the page does: keeps an answer, and sends it again, until the server says that it is stored."""

    def __init__(self, site, name):
        super().__init__()
        self.site, self.browser = site, log_in(site, name)
        self.path = f"{site.url}/label/risky-things/"
        self.acknowledged, self.failures = [], 0

    def run(self):
        html = self.persist(lambda: self.browser.get(self.path, timeout=10)).text
        waiting, page = list(dict.fromkeys(ASSIGNMENT.findall(html))), PAGE.findall(html)[0]
        while waiting:
            assignment = waiting.pop(0)
            waiting += ASSIGNMENT.findall(self.persist(partial(self.send, assignment, page)).text)
            self.acknowledged.append(assignment)
            time.sleep(0.05)

    def send(self, assignment, page):
        fields = {"assignment": assignment, "page": page, "answer": "category:safe"}
        headers = {"X-CSRFToken": self.browser.cookies["csrftoken"], "HX-Request": "true"}
        return self.browser.post(self.path, data=fields, headers=headers, timeout=10)

    def persist(self, send):
        until = time.monotonic() + 60
        while time.monotonic() < until:
            try:
                response = send()
            except requests.RequestException:
                response = None
            if response is not None and response.status_code == 200:
                return response
            self.failures += 1
            time.sleep(0.1)
        raise AssertionError("The site did not come back within a minute.")


def stored(site):
    with psycopg.connect(embedded.database_url(site.data_dir)) as connection:
        return [
            str(row[0])
            for row in connection.execute(
                "SELECT assignment_id FROM labeling_label WHERE "
                "labeler_id IN (SELECT id FROM labeling_person WHERE username IN ('lena', 'omar'))"
            )
        ]


def query(site, text):
    with psycopg.connect(embedded.database_url(site.data_dir)) as connection:
        return connection.execute(text).fetchall()


def test_nothing_acknowledged_is_lost_and_nothing_is_doubled(site):
    labelers = [Labeler(site, name) for name in ("lena", "omar")]
    for labeler in labelers:
        labeler.start()
    sites.wait_for(lambda: all(labeler.acknowledged for labeler in labelers), "the first labels")
    for worker in psutil.Process(site.pid("web")).children():
        worker.kill()
    time.sleep(0.7)
    site.kill("web")
    sites.wait_for(site.answers, "the web server")
    time.sleep(0.7)
    site.kill("postgres")
    before = sum(len(labeler.acknowledged) for labeler in labelers)
    sites.wait_for(
        lambda: sum(len(each.acknowledged) for each in labelers) > before, "labels after the database came back"
    )
    for labeler in labelers:
        labeler.join(90)
        assert not labeler.is_alive()
    acknowledged = [token for labeler in labelers for token in labeler.acknowledged]
    assert sum(labeler.failures for labeler in labelers) > 0, "nothing was in flight when the servers were killed"
    assert set(acknowledged) <= set(stored(site))
    assert max(Counter(stored(site)).values()) == 1
    # Where nobody but these two was asked, no image has more opinions than were required, nor two of one person, and
    # with as many as were required it has its one decision. A second opinion may have been asked for beyond them.
    judged = query(site, OURS_ONLY)
    assert judged
    for image, labels, required, beyond, people, decisions in judged:
        assert people == labels <= required + beyond, image
        assert decisions == (labels >= required), image
