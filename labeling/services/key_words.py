"""Which words speak for which category: measured on what people decided, or named by the guideline; and which others
the guideline names.

Always computed anew from the facts: some 2,000 captions a policy at most, whose words PostgreSQL takes out of the
grids. Written only when something has changed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

from labeling import clock, words
from labeling.models import Category, Guideline, KeyWord, Policy
from labeling.selectors.captionable import Decided, latest_decided
from labeling.words import Association
from ml import versions

# Each image's words by the caption that is shown: a sentence before key words, the newest of a kind.
_CAPTIONS = """
SELECT DISTINCT ON (c.image_id) c.image_id, ARRAY(SELECT word ->> 0 FROM jsonb_array_elements(c.words) AS word)
FROM labeling_caption c
JOIN ml_modelversion m ON m.id = c.model_version_id
WHERE c.image_id = ANY(%(images)s) AND m.domain = %(domain)s
ORDER BY c.image_id, m.kind = 'captioner' DESC, c.id DESC
"""
LONGEST = 60
# Of the guideline's texts the last one.
INTRODUCTION = -1
# A hundred-thousandth of a log odds is no news.
DECIMALS = 5


@transaction.atomic
def measure_key_words(*, policy: Policy) -> bool:
    """Bring the policy's key words up to date, for drawn pictures and for others apart; return whether they changed.

    A word is a key word of the category that it is measured for, else of the only category whose text names it, unless
    decisions point elsewhere. Whatever else the guideline names, in its introduction or for several categories, is a
    key word of the policy, and of no category.
    """
    with connection.cursor() as cursor:  # of two at once the second would write the rows of the first again
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"key words: {policy.pk}"])
    decided = latest_decided(policy)
    fresh = [row for domain in ("", versions.DRAWN) for row in _key_words(policy, domain, decided)]
    before = KeyWord.objects.filter(policy=policy)
    if {_content(row) for row in before} == {_content(row) for row in fresh}:
        return False
    before.delete()
    KeyWord.objects.bulk_create(fresh)
    return True


def _content(row: KeyWord) -> tuple[object, ...]:
    figures = (figure and round(figure, DECIMALS) for figure in (row.log_odds, row.standard_error))
    return row.category_id, row.domain, row.word, row.in_guideline, row.images, row.in_category, *figures


def _key_words(policy: Policy, domain: str, decided: Sequence[Decided]) -> Iterator[KeyWord]:
    # The same picture counts once, by its latest decision.
    pictures = {each.group_id: each for each in reversed(decided) if each.domain == domain}
    said = _said([each.image_id for each in pictures.values()], domain)
    counted = [each for each in pictures.values() if each.image_id in said]
    categories = list(policy.categories.all())
    texts = _guideline(policy, categories)
    vocabulary = sorted(set[str]().union(*said.values(), *map(words.content_words, texts)))
    if not vocabulary:
        return
    found = _associate(counted, said, vocabulary, categories)
    naming = [words.named_by(text, set(vocabulary)) for text in texts]
    named = np.array([[word in each for word in vocabulary] for each in naming])
    for place, number in enumerate(words.choose(found, named)):
        row = KeyWord(policy=policy, domain=domain, word=vocabulary[place], images=int(found.images[place]))
        row.measured_at = clock.now()
        if number >= 0:
            yield _of_category(row, categories[number], found, (number, place), named=named)
        elif named[:, place].any():
            row.in_guideline = True
            yield row


def _of_category(
    row: KeyWord, category: Category, found: Association, at: tuple[int, int], *, named: NDArray[np.bool_]
) -> KeyWord:
    """Return the row with what was found of it, `at` this number of the category and place of the word."""
    row.category = category
    row.log_odds, row.standard_error = float(found.log_odds[at]), float(found.standard_error[at])
    row.in_category = int(found.in_category[at])
    row.in_guideline = bool(named[at] or named[INTRODUCTION, at[1]])
    return row


def _said(images: list[int], domain: str) -> dict[int, set[str]]:
    """Return the content words of each image's caption, folded."""
    with connection.cursor() as cursor:
        cursor.execute(_CAPTIONS, {"images": images, "domain": domain})
        return {
            image: {word for word in map(words.fold, texts) if 0 < len(word) <= LONGEST}
            for image, texts in cursor.fetchall()
        }


def _associate(
    counted: list[Decided], said: dict[int, set[str]], vocabulary: list[str], categories: list[Category]
) -> Association:
    column = {word: place for place, word in enumerate(vocabulary)}
    number = {category.pk: place for place, category in enumerate(categories)}
    presence = np.zeros((len(counted), len(vocabulary)), bool)
    for row, each in enumerate(counted):
        presence[row, [column[word] for word in said[each.image_id]]] = True
    return words.associate(presence, np.array([number[each.category_id] for each in counted]), len(categories))


def _guideline(policy: Policy, categories: list[Category]) -> list[str]:
    """Return the text of each category in the newest guideline, and last its introduction."""
    newest = policy.versions.first()
    texts = dict(Guideline.objects.filter(version=newest).values_list("category", "text"))
    return [*(texts.get(category.pk, "") for category in categories), newest.introduction if newest else ""]
