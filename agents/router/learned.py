"""TF-IDF over characters and words with a logistic regression, trained from the phrase file."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

import yaml

PHRASES = Path(__file__).with_name("phrases.yaml")

# Below this share the answer is no better than a guess; buttons ask instead.
THRESHOLD = 0.45
NONE = "none"


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest intent; `sure` when it may be acted on."""

    intent: str
    share: float

    @property
    def sure(self) -> bool:
        return self.share >= THRESHOLD and self.intent != NONE


class _Classifier(Protocol):
    """The little of scikit-learn that is used."""

    classes_: Sequence[str]

    def fit(self, texts: Sequence[str], labels: Sequence[str]) -> object: ...

    def predict_proba(self, texts: Sequence[str]) -> Sequence[Sequence[float]]: ...


class Router:
    """Reads masked text; the same phrases always train the same router."""

    def __init__(self, phrases: dict[str, list[str]]) -> None:
        pairs = [(text, intent) for intent in sorted(phrases) for text in phrases[intent]]
        self._model = _made()
        self._model.fit([t for t, _ in pairs], [i for _, i in pairs])

    def guesses(self, masked: str) -> tuple[Guess, ...]:
        """Return every intent with its share, the likeliest first."""
        shares = self._model.predict_proba([masked])[0]
        found = [
            Guess(str(intent), float(share))
            for intent, share in zip(self._model.classes_, shares, strict=True)
        ]
        return tuple(sorted(found, key=lambda g: (-g.share, g.intent)))


def _made() -> _Classifier:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import FeatureUnion, Pipeline

    words = TfidfVectorizer(analyzer="word", ngram_range=(1, 2), sublinear_tf=True)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), sublinear_tf=True)
    chooser = LogisticRegression(C=20.0, max_iter=1000, class_weight="balanced")
    return cast(
        "_Classifier",
        Pipeline(
            [
                ("features", FeatureUnion([("words", words), ("letters", letters)])),
                ("chooser", chooser),
            ]
        ),
    )


@lru_cache(maxsize=1)
def router() -> Router:
    """Return the router of the bundled phrases, trained when first asked for."""
    with PHRASES.open(encoding="utf-8") as file:
        return Router(cast("dict[str, list[str]]", yaml.safe_load(file)))
