"""The page on agreement and its files, as a client gets them."""

import csv
import io

from django.urls import reverse

BACKEND = "labeling.access.RoleBackend"
FILES = ("numbers", "history", "categories", "pairs", "images", "people")


def page(client, **asked):
    response = client.get(reverse("admin:agreement"), asked)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def file(client, name, **asked):
    response = client.get(reverse("admin:agreement_table", args=[name]), asked)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.content.decode())))


def part(text, ident):
    """The element with this id, up to the end of its row or table."""
    inside = text.split(f'id="{ident}"')[1]
    return inside.split("</table>" if "<thead>" in inside.split("</tr>")[0] else "</tr>")[0]
