"""In which language and with which values of an attempt texts are shown. No queries."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from slipway.lessonfile.model import Text
from slipway.pages import texts

EMPTY = SafeString("")


@dataclass(frozen=True)
class Wording:
    """In which language and with which parameters of the attempt texts are shown."""

    language: str
    parameters: Mapping[str, str]

    def html(self, text: Text) -> SafeString:
        """Return a short text as inline HTML."""
        return texts.html(text, self.language, self.parameters) if text else EMPTY

    def words(self, text: Text) -> SafeString:
        """Return a short text as HTML without elements, for where none may stand, as in an option."""
        return SafeString(strip_tags(self.html(text)))
