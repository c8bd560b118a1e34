"""Prose with figures by reference: `{{option.cost}}` is filled here, never written by a model."""

import re
from collections.abc import Mapping

REFERENCE = re.compile(r"\{\{\s*([a-z_]+(?:\.[a-z_]+)*)\s*\}\}")

# Longer prose than this is not read at ten in the morning.
MOST_CHARACTERS = 900
# Numbers written as words lie as well as digits do. `one` is left out: it is a pronoun too.
_WORDS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen "
    "seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred "
    "thousand million dozen half twice double triple"
)
_NUMBER_WORD = re.compile(rf"\b(?:{'|'.join(_WORDS.split())})\b", re.IGNORECASE)
_MARKUP = re.compile(r"https?:|www\.|<[a-z/!]|\]\(|```", re.IGNORECASE)


class Unsayable(ValueError):
    """The prose may not be shown; the deterministic wording takes its place."""


def render(prose: str, figures: Mapping[str, str]) -> str:
    """Fill the references of a model's prose.

    Unsayable when it is empty or too long, writes a number itself, holds markup or speaks of a
    figure that is not there.
    """
    text = " ".join(prose.split())
    if not text:
        raise Unsayable("nothing was said")
    if len(text) > MOST_CHARACTERS:
        raise Unsayable(f"{len(text)} characters are too many")
    bare = REFERENCE.sub("", text)
    if any(c.isnumeric() for c in bare):
        raise Unsayable("a literal digit")
    if _NUMBER_WORD.search(bare):
        raise Unsayable("a number in words")
    if "{" in bare or "}" in bare or _MARKUP.search(bare):
        raise Unsayable("markup")
    if not all(c.isprintable() for c in bare):
        raise Unsayable("unprintable characters")
    for name in REFERENCE.findall(text):
        if name not in figures:
            raise Unsayable(f"there is no figure {name!r}")
    return REFERENCE.sub(lambda m: figures[m.group(1)], text)


def fill(template: str, figures: Mapping[str, str]) -> str:
    """Fill the references of our own wording; KeyError for one that is not there."""
    return REFERENCE.sub(lambda m: figures[m.group(1)], template)


def count(number: int, one: str, many: str = "") -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many or one + 's'}"
