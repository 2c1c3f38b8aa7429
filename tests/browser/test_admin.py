"""The admin in a real browser: under our content security policy nothing of it is blocked or broken."""

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.urls import reverse
from PIL import Image as Picture

from tests import factories as make

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LISTS = [
    "labeling_adjudicationcase",
    "labeling_image",
    "labeling_label",
    "labeling_source",
    "labeling_policy",
    "labeling_person",
    "moderation_failedfile",
    "auditlog_logentry",
]
FORMS = ["labeling_policy", "labeling_source", "labeling_person"]


@pytest.fixture
def work(client, tmp_path, settings):
    """An image on which people disagree, its picture, and the cookie of an admin."""
    disk = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = {**settings.STORAGES, "default": disk}
    policy = make.policy(required_opinions=2, slice_opinions=2)
    image = make.queued("a", policy)
    Picture.new("RGB", (64, 48), "navy").save(tmp_path / "small.jpg")
    for key in (image.thumb_key, image.view_key):
        default_storage.save(key, ContentFile((tmp_path / "small.jpg").read_bytes()))
    for name, key in (("lena", "safe"), ("omar", "harmful")):
        make.label_next(make.person(name, "labeler"), policy, key)
    make.source("shop", policy)
    client.force_login(make.person("admin", "admin"), backend="labeling.access.RoleBackend")
    pages = [reverse("admin:index"), *(reverse(f"admin:{name}_changelist") for name in LISTS)]
    pages += [reverse(f"admin:{name}_add") for name in FORMS]
    pages += [
        reverse("admin:labeling_image_change", args=[image.pk]),
        reverse("admin:labeling_policy_change", args=[policy.pk]),
        f"{reverse('admin:labeling_policyversion_add')}?policy={policy.pk}",
    ]
    return pages, client.cookies["sessionid"].value


def test_no_page_is_blocked_or_broken(live_server, work, browser):
    pages, session = work
    seen = {}
    context = browser.new_context()
    context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page, said = context.new_page(), []
    # Chromium also remarks, as information, that of a form's two autofocused fields it takes the first.
    page.on("console", lambda message: message.type in {"error", "warning"} and said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for address in pages:
        page.goto(live_server.url + address, wait_until="networkidle")
        said += page.evaluate("[...document.images].filter(i => !i.naturalWidth).map(i => `empty: ${i.src}`)")
        seen[address] = (page.locator("#content h1").inner_text(), *said)
        said.clear()
    context.close()
    assert {address: what for address, what in seen.items() if len(what) > 1} == {}
    assert seen[reverse("admin:labeling_adjudicationcase_changelist")] == ("Needs adjudication",)
