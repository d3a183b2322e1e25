"""The sentences for what did not work: what happened, and what to do next."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_SENTENCES: dict[str, Promise] = {
    "bad-request": _("The page asked for something that is no act on files. Load it anew."),
    "bad-path": _("This is no path in the machine: it begins with a slash, and has no . or .. in it."),
    "long": _("The name is too long: 255 bytes for one name and 4,095 for a whole path are the most."),
    "missing": _("It is not there any more: it was removed or renamed in the machine. Refresh the list."),
    "exists": _("There is something of this name already, and it stays as it is. Choose another name."),
    "not-folder": _("A part of the path is a file and no folder. Refresh the list."),
    "is-folder": _("This is a folder, not a file."),
    "special": _("This is no ordinary file but a device, a pipe or the like. Look at it in the terminal."),
    "large": _("The file is larger than 1 MiB, more than the editor takes. Download it, or use the terminal."),
    "binary": _("The file is no UTF-8 text, so the editor would damage it. Download it, or use the terminal."),
    "changed": _("The file was changed in the machine since you opened it. Nothing was overwritten."),
    "full": _("The machine's disk is full, so nothing was changed. Remove what you do not need, then try again."),
    "no-room": _("The file does not fit on the machine's disk. Remove what you do not need, or send a smaller one."),
    "too-much": _("The file is larger than 1 GiB, the most that can be sent up. Send it in parts."),
    "gap": _("A part of the file is missing in the machine, so it was not taken. Send it up again."),
    "read-only": _("This place can only be read."),
    "denied": _("The machine's own system does not allow it here, not even to root."),
    "busy": _("Something is mounted here, or a program holds it. Unmount or end that first, in the terminal."),
    "loop": _("The link leads in a circle. Mend it in the terminal."),
    "inside": _("A folder cannot be moved into itself."),
    "expired": _("It is no longer kept: the trash holds the last 20 deletions, for a day."),
    "not-copied": _("It could not be copied to where it should go, so it stays where it is. Move it in the terminal."),
    "failed": _("The machine could not do it. Try it in the terminal, which says why."),
    "nonsense": _("The machine answered something that makes no sense. Try again; if it stays so, reset the machine."),
    "silent": _("The machine did not answer in time. Look at what runs in it, then try again."),
    "not-ready": _("The machine is not running now. What you typed is kept in this browser; save it when it is back."),
    "lost": _("The machine cannot be reached just now. What you typed is kept in this browser; try again in a moment."),
    "full-house": _("Slipway moves as many files as it can just now. Try again in a moment."),
    "crowded": _("You move as many files at once as one person may. Wait until one of them is done."),
    "text-large": _("The text is larger than 1 MiB, more than the editor saves. Send it up as a file."),
}


def sentence(code: str) -> str:
    """Return the sentence for a word; for one that is not known, that it did not work."""
    return str(_SENTENCES.get(code, _SENTENCES["failed"]))
