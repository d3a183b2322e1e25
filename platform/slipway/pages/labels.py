"""The page's words in a lesson's text, in the language that is active."""

from django.utils.translation import get_language, gettext, gettext_noop

from slipway.lessonfile.labels import Labels

_WORDS = (
    gettext_noop("Run"), gettext_noop("Edit"), gettext_noop("Copy"), gettext_noop("Ran"),
    gettext_noop("in {terminal}"), gettext_noop("Command"), gettext_noop("Output"), gettext_noop("Code"),
    gettext_noop("Back"), gettext_noop("Step through"), gettext_noop("Open in the editor"),
    gettext_noop("Read the recording as text"), gettext_noop("What the terminal showed"),
)  # fmt: skip


def labels() -> Labels:
    """Return what `lessonfile.labels.WORDS` are called here; a test compares both lists."""
    return Labels(get_language() or "", {word: gettext(word) for word in _WORDS})
