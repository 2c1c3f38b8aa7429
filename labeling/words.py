"""What words of captions mean for the categories of a policy: by counting, and by reading the guideline. Pure.

Source of the measure: Monroe, Colaresi and Quinn, "Fightin' Words: Lexical Feature Selection and Evaluation for
Identifying the Content of Political Conflict" (2008): the log odds ratio of a word between two groups, smoothed, and
divided by its standard error, so that rare words do not win by chance. Counted are images, not words: what matters is
whether a caption has the word. Their Dirichlet prior becomes the Haldane-Anscombe correction, 0.5 for each cell of the
table of two by two: uninformative, and there is no larger body of captions to take a prior from.
"""

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

# Below so many images with the word, one decision more or less would change the picture.
SUPPORT = 5
# Standard errors from zero, two-sided 5 %, as in the source. Of many words that mean nothing, some will pass it.
SURE = 1.96
SMOOTHING = 0.5

# Function words, which say how other words belong together.
_FUNCTION_WORDS = """
    a about above across after again against all along also an and another any are around as at away be because been
    before behind being below beside between beyond both but by can could did do does down each either else even every
    few for from front get gets had has have he her here hers him his how i if in inside instead into is it its itself
    just like many may me might more most much must my near neither next no nobody none nor not nothing of off on once
    one only onto or other our out outside over own per same say see seems she should so some somebody someone something
    somewhere still such than that the their them then there these they this those through to too toward towards two
    under until up upon us very was we well were what when where whether which while who whom whose why will with within
    without would you your
image images photo photograph picture pictures thing things
"""
STOP_WORDS = frozenset(_FUNCTION_WORDS.split())
# What guidelines say to those who judge, not of what is to be seen: in a caption no guideline names such a word.
_JUDGING = """
    answer belong category choose count decide depend example grade guess guideline happen judge label look matter mean
    tell unsure worst
"""
JUDGING = frozenset(_JUDGING.split())
IRREGULAR = {
    "axes": "axe",
    "children": "child",
    "feet": "foot",
    "halves": "half",
    "knives": "knife",
    "leaves": "leaf",
    "lives": "life",
    "loaves": "loaf",
    "men": "man",
    "mice": "mouse",
    "scarves": "scarf",
    "shelves": "shelf",
    "teeth": "tooth",
    "thieves": "thief",
    "wives": "wife",
    "wolves": "wolf",
    "women": "woman",
}
_WORD = re.compile(r"[^\W\d_]+(?:['\u2019-]+[^\W\d_]+)*")


@dataclass(frozen=True)
class Association:
    """Log odds ratios and their standard errors, each of the shape (categories, words).

    `images` (words,) counts those whose caption has the word, `in_category` (categories, words) those among them of
    each category.
    """

    log_odds: NDArray[np.float64]
    standard_error: NDArray[np.float64]
    images: NDArray[np.int64]
    in_category: NDArray[np.int64]

    @property
    def z(self) -> NDArray[np.float64]:
        """How many standard errors each lies above zero."""
        return self.log_odds / self.standard_error

    def marked(self) -> NDArray[np.int64]:
        """Return for each word the number of the category that it is a key word of, or -1.

        At most one, the one with the highest z: a word that is rarer than elsewhere speaks for no category.
        """
        if not self.z.size:
            return np.full(len(self.images), -1)
        best = self.z.argmax(0)
        place = best, np.arange(len(best))
        return np.where(is_sure(self.log_odds[place], self.standard_error[place], self.images), best, -1)


def choose(found: Association, named: NDArray[np.bool_]) -> list[int]:
    """Return for each word the number of the category that it speaks for, or -1.

    That is the category that it is marked for, else the only one whose guideline names it, unless decisions point
    elsewhere: a standard error against it is enough, since what a text mentions it need not speak for. `named` has a
    row for the text of each category; rows after them are texts about all, such as an introduction, and whatever these
    name, a category names not alone.
    """
    elsewhere = (found.images > 0) & (found.log_odds < -found.standard_error)
    only = named[: len(elsewhere)] & (named.sum(0) == 1) & ~elsewhere
    by_guideline = np.where(only.any(0), only.argmax(0), -1)
    marked = found.marked()
    chosen: list[int] = np.where(marked >= 0, marked, by_guideline).tolist()
    return chosen


def is_sure(log_odds: Any, standard_error: Any, images: Any) -> Any:
    """Return, for one word or an array of them, whether it is oftener in a category than elsewhere, beyond chance."""
    return (images >= SUPPORT) & (log_odds > SURE * standard_error)


def associate(presence: NDArray[np.bool_], decided: NDArray[np.integer], categories: int) -> Association:
    """Take which image has which word, (images, words), and each image's category, (images,) below `categories`.

    Compared is each category with all others together.
    """
    of_category = decided[None, :] == np.arange(categories)[:, None]
    sizes = of_category.sum(1)[:, None]
    images = presence.sum(0)
    inside = of_category.astype(np.int64) @ presence.astype(np.int64)
    table = [inside, sizes - inside, images - inside, len(decided) - sizes - images + inside]
    has, lacks, others_have, others_lack = (cell + SMOOTHING for cell in table)
    log_odds = np.log(has * others_lack / (lacks * others_have))
    standard_error = np.sqrt(1 / has + 1 / lacks + 1 / others_have + 1 / others_lack)
    return Association(log_odds, standard_error, images, inside)


def fold(word: str) -> str:
    """Return what a word is counted as: lower case, without punctuation, singular; "" for what is no content word.

    A small rule for English: it takes the s of verbs as well, and knows some plurals that no rule makes.
    """
    parts = _parts(word)
    if not parts or (len(parts) == 1 and parts[0] in STOP_WORDS):
        return ""
    return " ".join([*parts[:-1], _singular(parts[-1])])


def _parts(text: str) -> list[str]:
    """Return the words of a text in lower case; what belongs to somebody without its 's."""
    return [re.sub("['\u2019]s$", "", part) for part in _WORD.findall(text.lower())]


def _singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) > 4 and word.endswith("ies"):
        return f"{word[:-3]}y"
    if word.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def content_words(text: str) -> set[str]:
    """Return the single words of a guideline's text that mean something by themselves, folded."""
    return {fold(part) for part in _parts(text)} - {""} - JUDGING


def named_by(text: str, words: set[str]) -> set[str]:
    """Return those of the folded words that a guideline's text names; a word of several parts only as a whole."""
    said = f" {' '.join(map(_singular, _parts(text)))} "
    return {word for word in words - JUDGING if f" {' '.join(map(_singular, word.split()))} " in said}
