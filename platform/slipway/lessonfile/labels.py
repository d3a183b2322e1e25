"""The words on the buttons and blocks of a lesson's text: the page's, not the author's. Pure: no Django, no IO."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape

from slipway.lessonfile.model import DEFAULT_LANGUAGE

WORDS = (
    "Run",
    "Edit",
    "Copy",
    "Ran",
    "in {terminal}",
    "Command",
    "Output",
    "Code",
    "Back",
    "Step through",
    "Open in the editor",
    "Read the recording as text",
    "What the terminal showed",
)


@dataclass(frozen=True)
class Labels:
    """WORDS in the language of the page around a lesson; what is not among `words` stays English."""

    language: str = DEFAULT_LANGUAGE
    words: Mapping[str, str] = field(default_factory=dict)

    def of(self, word: str, **values: str) -> str:
        """Return one of WORDS as HTML, with values in its places."""
        return escape(self.words.get(word, word).format(**values))

    @property
    def attribute(self) -> str:
        """Return the attribute that marks an element's words as the page's; none where English is around it anyway."""
        return "" if self.language == DEFAULT_LANGUAGE else f' lang="{self.language}"'


ENGLISH = Labels()
