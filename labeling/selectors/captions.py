"""An image's caption as it is shown: each word with its place in the image, and what it means for the decision."""

from dataclasses import dataclass, replace
from enum import StrEnum

from django.db.models import Case, QuerySet, When

from labeling.models import Caption, Category, Image, KeyWord, MachineWork, Policy
from labeling.selectors.captionable import domain_of
from labeling.words import fold, is_sure
from ml import versions

PUNCTUATION = ",;.:!?"


class Missing(StrEnum):
    """Why there is no caption."""

    WAITING = "waiting"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Key:
    """What a word speaks for: `in_category` of `images` decided images with it were decided as `category`.

    `measured`: that is more than elsewhere, beyond chance. `in_guideline`: the guideline names it, for this category or
    in its introduction. Without a category the guideline names it, and it speaks for none alone.
    """

    category: Category | None
    images: int
    in_category: int | None
    in_guideline: bool
    measured: bool


@dataclass(frozen=True, slots=True)
class Word:
    """A word as the caption has it. `grid`: a digit for each place, row by row, 0 to 9; `key` None: an ordinary one."""

    text: str
    grid: str
    key: Key | None

    @property
    def content(self) -> bool:
        """Whether it means something by itself, so that a place can be called by it."""
        return bool(fold(self.text))


@dataclass(frozen=True, slots=True)
class Meaning:
    """What speaks for one category, or is named for none alone."""

    category: Category | None
    words: list[Word]

    @property
    def place(self) -> tuple[bool, int, int]:
        """Where it stands among others."""
        return (False, self.category.grade, self.category.pk) if self.category else (True, 0, 0)


@dataclass(frozen=True, slots=True)
class ShownCaption:
    """A caption. `kind` is "captioner" (a sentence) or "tagger" (key words, none where nothing was sure enough)."""

    kind: str
    model: str
    words: list[Word]
    rows: int
    columns: int

    @property
    def keys(self) -> list[Word]:
        """The words that mean something, in the order of the sentence, each once, without punctuation."""
        first: dict[str, Word] = {}
        for word in self.words:
            if word.key:
                first.setdefault(fold(word.text), replace(word, text=word.text.strip(PUNCTUATION)))
        return list(first.values())

    @property
    def meanings(self) -> list[Meaning]:
        """The same by what they speak for: the categories by grade; last what the guideline names for none alone."""
        found: dict[Category | None, list[Word]] = {}
        for word in self.keys:
            found.setdefault(word.key.category if word.key else None, []).append(word)
        return sorted((Meaning(*each) for each in found.items()), key=lambda each: each.place)


def caption_of(*, image: Image, policy: Policy) -> ShownCaption | Missing:
    """Return the image's newest sentence, else its newest key words, with what the words mean under the policy."""
    caption = _captions(image).first()
    if caption is None:
        given_up = MachineWork.objects.filter(image=image, stage=MachineWork.Stage.CAPTION, failed_at__isnull=False)
        return Missing.FAILED if given_up.exists() else Missing.WAITING
    model = caption.model_version
    keys = _keys(policy, model.domain, {fold(text) for text, _ in caption.words})
    words = [Word(text, "".join(map(str, grid)), keys.get(fold(text))) for text, grid in caption.words]
    return ShownCaption(model.kind, model.name, words, caption.rows, caption.columns)


def _captions(image: Image) -> QuerySet[Caption]:
    kinds = [When(model_version__kind=kind, then=place) for place, kind in enumerate(versions.CAPTIONING)]
    of_domain = Caption.objects.filter(image=image, model_version__domain=domain_of(image))
    return of_domain.select_related("model_version").order_by(Case(*kinds), "-id")


def _keys(policy: Policy, domain: str, words: set[str]) -> dict[str, Key]:
    rows = KeyWord.objects.filter(policy=policy, domain=domain, word__in=words).select_related("category")
    return {
        row.word: Key(
            category=row.category,
            images=row.images,
            in_category=row.in_category,
            in_guideline=row.in_guideline,
            measured=row.category is not None and is_sure(row.log_odds, row.standard_error, row.images),
        )
        for row in rows
    }
