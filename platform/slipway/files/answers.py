"""What comes out of a machine, parsed: its root may have put anything in the program's place. Pure: no IO."""

import base64
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from slipway.files.asked import TEXT_BYTES

# 2,000 names of 255 bytes, or a text in base64.
MAX_BYTES = 2 * 1024 * 1024
# What lists and objects are made of, and how much of it 2,000 entries have: a parser makes an object of each, and has
# no pause in which others get their turn. No name and no text has any of these; only paths that are looked at have.
_MARKS, MOST_MARKS = b"[{,:", 20_000
MAX_SIZE = 2**53 - 1


def _decoded(text: str) -> str:
    return base64.b64decode(text, validate=True).decode()


_Name = Annotated[str, StringConstraints(pattern=r"^(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+$", max_length=765)]
_Token = Annotated[str, StringConstraints(pattern=r"^(?:[0-9a-f]{64})?$")]
_Text = Annotated[str, StringConstraints(max_length=(TEXT_BYTES + 2) // 3 * 4), AfterValidator(_decoded)]


class _Answer(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Entry(_Answer):
    name: _Name
    kind: Literal["folder", "file", "other"]
    is_link: bool
    size: Annotated[int, Field(ge=0, le=MAX_SIZE)]


class _Listing(_Answer):
    entries: Annotated[list[_Entry], Field(max_length=2000)]
    left_out: Annotated[int, Field(ge=0, le=MAX_SIZE)]


class _Looked(_Answer):
    tokens: Annotated[dict[str, _Token], Field(max_length=20)]


class _Read(_Answer):
    text: _Text
    token: _Token


class _Saved(_Answer):
    token: _Token


class _Removed(_Answer):
    is_kept: bool


class _Taken(_Answer):
    is_done: bool


class _Sent(_Answer):
    size: Annotated[int, Field(ge=0, le=MAX_SIZE)] | None
    is_folder: bool


class _Done(_Answer):
    pass


_OF: dict[str, type[_Answer]] = {
    "list": _Listing,
    "look": _Looked,
    "read": _Read,
    "save": _Saved,
    "remove": _Removed,
    "upload": _Taken,
    "download": _Sent,
}


class _Reply(_Answer):
    """Either what was found, or a word for why not, with the other version when a file had changed."""

    ok: dict[str, object] | None = None
    refused: Annotated[str, StringConstraints(pattern=r"^[a-z-]{1,32}$")] = ""
    text: _Text = ""
    token: _Token = ""


class NonsenseError(Exception):
    """What the machine said is not what the program says."""


class RefusedError(Exception):
    """The machine did not do it; `code` is a word that `saying.py` has a sentence for."""

    def __init__(self, code: str, text: str = "", token: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text
        self.token = token


def answer_of(act: str, said: bytes) -> dict[str, object]:
    """Return what an act found. Raise `RefusedError` when it was not done, `NonsenseError` for anything else."""
    if sum(map(said.count, _MARKS)) > MOST_MARKS:
        raise NonsenseError(f"more than is ever listed, in {len(said)} bytes")
    try:
        reply = _Reply.model_validate_json(said)
        if reply.ok is not None:
            return _OF.get(act, _Done).model_validate(reply.ok).model_dump()
    except ValidationError as error:
        raise NonsenseError(f"{error.error_count()} mistakes in {len(said)} bytes") from error
    raise RefusedError(reply.refused or "failed", reply.text, reply.token)
