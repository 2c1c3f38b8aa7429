"""Which words speak for which category: measured on what people decided, or named by the guideline.

Always computed anew from the facts: some 2,000 captions a policy at most, whose words PostgreSQL takes out of the
grids. Written only when something has changed.
"""

from collections.abc import Iterator, Sequence

import numpy as np
from django.db import connection, transaction

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
# A hundred-thousandth of a log odds is no news.
DECIMALS = 5


@transaction.atomic
def measure_key_words(*, policy: Policy) -> bool:
    """Bring the policy's key words up to date, for drawn pictures and for others apart; return whether they changed.

    A word is a key word of the category that it is measured for, else of the only category whose guideline names it,
    unless decisions speak against that.
    """
    with connection.cursor() as cursor:  # of two at once the second would write the rows of the first again
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"key words: {policy.pk}"])
    decided = latest_decided(policy)
    fresh = [row for domain in ("", versions.DRAWN) for row in _key_words(policy, domain, decided)]
    before = KeyWord.objects.filter(category__policy=policy)
    if {_content(row) for row in before} == {_content(row) for row in fresh}:
        return False
    before.delete()
    KeyWord.objects.bulk_create(fresh)
    return True


def _content(row: KeyWord) -> tuple[object, ...]:
    figures = round(row.log_odds, DECIMALS), round(row.standard_error, DECIMALS), row.images, row.in_category
    return row.category_id, row.domain, row.word, row.in_guideline, *figures


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
        if number >= 0:
            yield KeyWord(
                category=categories[number],
                domain=domain,
                word=vocabulary[place],
                log_odds=float(found.log_odds[number, place]),
                standard_error=float(found.standard_error[number, place]),
                images=int(found.images[place]),
                in_category=int(found.in_category[number, place]),
                in_guideline=bool(named[number, place]),
                measured_at=clock.now(),
            )


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
    """Return the text of each category in the newest guideline."""
    newest = policy.versions.first()
    texts = dict(Guideline.objects.filter(version=newest).values_list("category", "text"))
    return [texts.get(category.pk, "") for category in categories]
