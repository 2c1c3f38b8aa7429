"""A browser, a web server on the tests' database, and real pictures in the storage.

pytest may read this file before Django is set up, so what needs the models is imported where it is used.

One image in ten comes without help (labeling/help.py), and a test must not depend on that chance. The web server is a
process of its own with the real share, so the images are chosen instead: `pictures(5)` queues only such as come with
help for lena under the queue's policies, `pictures(5, arm="without")` only such as come without. Whoever queues
images by `make.queued`, or has somebody else label, asks `arm_of(image, person, policy)` for the arm.
"""

import itertools
from functools import cache

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from labeling import help
from tests.browser.driver import Desk, chromium_at
from tests.browser.web import Web, collect_static
from tests.pictures import encoded, photo_like

PASSWORD = "a-password-for-tests"
# What the web server draws with; tests/conftest.py takes the chance out of this process.
REAL_SHARE = help.WITHOUT_SHARE


@pytest.fixture(scope="package")
def browser(chromium):
    # Playwright keeps an event loop in this thread, which Django takes for a reason not to use the database in it.
    patch = pytest.MonkeyPatch()
    patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    with chromium_at(chromium) as opened:
        yield opened
    patch.undo()


@pytest.fixture(scope="package")
def static_files(django_db_setup):
    collect_static()


@pytest.fixture(scope="package")
def server(static_files, tmp_path_factory):
    made = Web(tmp_path_factory.mktemp("web") / "web.log")
    yield made
    made.kill()


@pytest.fixture
def web(transactional_db, server):
    """The web server, up. What a test killed is started again, and nobody serves two tests."""
    if server.process is None:
        server.start()
    yield server
    if server.process is not None:
        server.renew()


@pytest.fixture
def policy(transactional_db):
    from tests import factories as make

    return make.policy("clothes")


@pytest.fixture
def lena(transactional_db):
    from tests import factories as make

    return make.person("lena", "labeler", password=PASSWORD)


def arm_of(image, person, policy):
    """With help, or without? As the web server draws it, for it has the same key."""
    from django.conf import settings

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(help, "WITHOUT_SHARE", REAL_SHARE)
        return help.arm(image.group_id, person.pk, policy.pk, key=settings.SAMPLING_KEY)


@cache
def _photo(number):
    return encoded(photo_like(number, (640, 480)), "JPEG")


@pytest.fixture
def pictures(policy, lena):
    """Puts so many real pictures of an arm into the queue."""
    from labeling.services.queueing import queue_image
    from tests import factories as make

    def put(count: int, *policies, arm="with") -> list:
        asked = policies or [policy]
        tried = (make.image(f"picture {number}") for number in itertools.count())
        fit = (image for image in tried if all(arm_of(image, lena, each) == arm for each in asked))
        made = list(itertools.islice(fit, count))
        for number, image in enumerate(made):
            for each in asked:
                queue_image(image=image, policy=each)
            for key in (image.view_key, image.thumb_key):
                default_storage.save(key, ContentFile(_photo(number)))
        return made

    yield put
    for folder in ("views", "originals", "thumbs"):
        if default_storage.exists(folder):
            for name in default_storage.listdir(folder)[1]:
                default_storage.delete(f"{folder}/{name}")


def let_in(desk, name):
    """Log somebody in without the form, whose hashing of passwords takes longer than most tests."""
    from django.conf import settings
    from django.test import Client

    from labeling.models import Person

    client = Client()
    client.force_login(Person.objects.get(username=name))
    session = client.cookies[settings.SESSION_COOKIE_NAME]
    desk.context.add_cookies([{"name": session.key, "value": session.value, "url": desk.url}])
    desk.page.goto("/")


@pytest.fixture
def desk(browser, web, lena):
    """Lena, logged in. At the end the browser must not have had to refuse anything of ours."""
    sat = Desk(browser, web.url)
    let_in(sat, "lena")
    yield sat
    assert [text for text in sat.complaints if "Failed to load resource" not in text] == []
    sat.close()


@pytest.fixture
def labeling(desk, pictures):
    """Lena at the labeling screen, with thirteen pictures in the queue."""
    pictures(13)
    desk.open_queue("clothes")
    return desk
