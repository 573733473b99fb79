"""A file of results on its way: read for a sender, carried sealed from page to page.

Nothing of it is kept before somebody stores what was shown.
"""

import base64
import binascii
import hashlib
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from service.access import senders
from service.access.ids import id_of
from service.desk.guard import current_user, stamp
from service.desk.sealing import (
    SealBroken,
    new_nonce,
    seal_parts,
    unseal_parts,
)
from service.intake.files.limits import MAX_FILE
from service.intake.files.reading import FileRead, Manner, Read, read_file
from service.interpreting import Order
from service.keeping import Kept, accept_together, rehearse
from service.services import services
from service.store import files, idempotency
from service.store.codec import dumps
from service.store.idempotency import IdempotencyKey
from service.store.mappings import confirmed

MOST_BYTES = MAX_FILE
"""The largest file at the desk, as anywhere."""

MOST_PACKED = 1_500_000
"""The largest file once it is packed: until it is stored it travels in the pages."""

MOST_SEALED = 2 * MOST_PACKED
"""The largest text of a sealed file: twice the bytes hold two encodings."""

MOST_SHOWN = 200
"""The most panels that are shown one by one; a file of more is stored in parts."""

TABLES = ("csv", "tsv", "txt", "xlsx")
_PURPOSE = "file"
_ID = re.compile(r"\b[a-z2-7]{26}\b")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file: its ending, its bytes, whose it is, and what was shown of it.

    ``sender`` is the id of one that was set up, or empty.  ``keep_unread`` keeps rows
    that cannot be read as not judged.  ``nonce`` names this upload; ``digest`` is of
    what was shown, empty where nothing was shown yet.  ``in_parts`` marks a file that
    holds more than is shown: its digest is of what was read.
    """

    ending: str
    body: bytes
    sender: str
    keep_unread: bool
    nonce: str = ""
    digest: str = ""
    in_parts: bool = False


def is_too_large(body: bytes) -> bool:
    """Say whether *body* is more than travels in a page."""
    return len(zlib.compress(body, 9)) > MOST_PACKED


def seal_upload(upload: Upload) -> str:
    """Return the upload as text that only this session can open."""
    packed = base64.b85encode(zlib.compress(upload.body, 9)).decode()
    kept = (upload.ending, packed, upload.sender, upload.keep_unread)
    return seal_parts(_PURPOSE, (*kept, upload.nonce, upload.digest, upload.in_parts))


def unseal_upload(text: str) -> Upload:
    """Return the upload that was sealed.

    Raises:
        SealBroken: it was changed, is too old, or belongs to another session.
    """
    try:
        ending, packed, *rest = unseal_parts(_PURPOSE, text)
        body = zlib.decompress(base64.b85decode(packed))
    except (ValueError, binascii.Error, zlib.error):
        raise SealBroken("not as it was shown") from None
    return Upload(ending, body, *rest)


def manner_of(upload: Upload) -> Manner:
    """Return how the file is read: as its sender writes, by confirmed columns."""
    engine = services().engine
    door = services().door(senders.as_it_sends(engine, upload.sender or None))
    on_problem = "report" if upload.keep_unread else "refuse"
    return Manner(door, partial(confirmed, engine, upload.sender), on_problem)


def read_upload(upload: Upload) -> FileRead:
    """Read the file.

    Raises:
        TableError: it cannot be read as a whole.
    """
    return read_file(f"file.{upload.ending}", upload.body, manner_of(upload))


def looked_at(upload: Upload, read: FileRead) -> tuple[tuple[Kept, ...], Upload]:
    """Return what would be stored, and the upload with a digest of just that.

    Of more than ``MOST_SHOWN`` panels nothing is worked out before it is stored.
    """
    if len(read.panels) > MOST_SHOWN:
        large = replace(upload, in_parts=True)
        return (), replace(large, digest=digest_of(orders_of(large, read)))
    named = replace(upload, nonce=new_nonce())
    kept = rehearse(services(), orders_of(named, read), stamp())
    return kept, replace(named, digest=_digest(kept))


def store(upload: Upload, read: FileRead) -> tuple[Kept, ...]:
    """Store all panels of the file as they were shown, once, or none.

    Raises:
        SealBroken: it would mean something else now than was shown, or was not shown
            as fit to be stored.
        StoreUnavailable: nothing was stored.
    """
    if not (upload.digest and read.kept) or upload.in_parts:
        raise SealBroken("it was not shown as fit to be stored")

    def approve(kept: Sequence[Kept]) -> None:
        again = all(one.saved.replayed for one in kept)
        if not again and _digest(kept) != upload.digest:
            raise SealBroken("it would be read differently now")

    return accept_together(services(), orders_of(upload, read), stamp(), approve)


def keys_of(upload: Upload, read: FileRead) -> list[IdempotencyKey]:
    """Return the key of each panel: known by this upload and its place in it.

    A file that is stored in parts is known by itself, whoever sends it again, and each
    of its panels by what was read: one that would be read differently is refused.
    """
    whose, start = _known_by(upload)
    whole = hashlib.sha256(upload.body).hexdigest()
    return [
        IdempotencyKey(
            whose, f"{start}{number}", _read_as(one) if upload.in_parts else whole
        )
        for number, one in enumerate(read.panels, start=1)
    ]


def stored_of(upload: Upload) -> dict[int, str]:
    """Return the ids of what is stored of the file, by the numbers of its panels.

    Raises:
        StoreUnavailable: they could not be looked up.
    """
    found = idempotency.answered(services().engine, *_known_by(upload))
    return {int(number): stored for number, stored in found.items()}


def _known_by(upload: Upload) -> tuple[str, str]:
    """Return under whose name the keys of the panels stand, and how they start."""
    if upload.in_parts:
        return files.KEYS, files.key_of(id_of_upload(upload), "")
    return f"user:{current_user().id}", f"file:{upload.nonce}:"


def id_of_upload(upload: Upload) -> str:
    """Return the id of a file and of how it is read, but for its sender's set-up."""
    how = f"{upload.ending}\n{upload.sender}\n{int(upload.keep_unread)}\n"
    return id_of(how.encode() + upload.body)


def digest_of(orders: Sequence[Order]) -> str:
    """Return a digest of what was read in all panels of a file stored in parts."""
    told = "\n".join(one.key.body_sha256 for one in orders if one.key)
    return hashlib.sha256(told.encode()).hexdigest()


def _read_as(panel: Read) -> str:
    """Return a digest of what was read, and not of how or when it came."""
    read = panel.submission and replace(panel.submission, raw=b"", received_at=None)
    return hashlib.sha256(dumps((read, panel.corrects)).encode()).hexdigest()


def orders_of(upload: Upload, read: FileRead) -> list[Order]:
    """Return what is to be stored of the file, panel by panel, each by its key."""
    feed = f"sender:{upload.sender}" if upload.sender else ""
    return [
        Order(one.submission, one.corrects, key, sender=feed)
        for one, key in zip(read.panels, keys_of(upload, read), strict=True)
        if one.submission is not None
    ]


def _digest(kept: Sequence[Kept]) -> str:
    """Return a digest of what was found; an id of this moment counts by its place."""
    places = {one.saved.id: f"panel {at}" for at, one in enumerate(kept)}
    found = [dumps(one.interpretation) for one in kept if one.interpretation]
    told = _ID.sub(lambda one: places.get(one[0], one[0]), "\n".join(found))
    return hashlib.sha256(told.encode()).hexdigest()
