"""People's numbers and notes about them, encrypted: each for its own row, and read in no other.

What encrypts takes 8 MB of each worker, and is loaded where numbers are kept alone.
"""

import hmac
import os
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from flask import current_app

from futurisys.records.newcomers import Seal

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE = 12
# What a key is drawn from serves nothing else, should the same secret be set for something else.
_PURPOSE = b"futurisys: numbers of people"


def keeps_hashes() -> bool:
    """Whether a person is known again: by the keyed hash of their number alone."""
    return bool(current_app.config["FUTURISYS_SUBJECT_KEY"])


def keeps_numbers() -> bool:
    """Whether people's numbers are kept: encrypted, and found by their hash."""
    return bool(_keys() and keeps_hashes())


def sealer() -> Seal | None:
    """What encrypts references by the first key, wherever it is called; None where none is kept."""
    return partial(_seal, _cipher(_keys()[0])) if keeps_numbers() else None


def _seal(cipher: "AESGCM", subjects: Sequence[str], references: Sequence[int]) -> list[bytes]:
    """Each reference, encrypted for its subject alone."""
    encrypt, nonces = cipher.encrypt, os.urandom(NONCE * len(subjects))
    sealed = []
    for place, (subject, reference) in enumerate(zip(subjects, references, strict=True)):
        nonce = nonces[place * NONCE : (place + 1) * NONCE]
        sealed.append(nonce + encrypt(nonce, b"%d" % reference, subject.encode()))
    return sealed


def unseal(subject: str, sealed: bytes | None) -> int | None:
    """The reference that was sealed for this subject; None where no key opens it."""
    opened = _open(subject, sealed)
    return None if opened is None else int(opened)


def seal_note(review_id: str, note: str) -> bytes:
    """A note, encrypted for this review alone by the first key."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(_keys()[0]).encrypt(nonce, note.encode(), review_id.encode())


def unseal_note(review_id: str, sealed: bytes | None) -> str | None:
    """The note that was sealed for this review; None where no key opens it."""
    opened = _open(review_id, sealed)
    return None if opened is None else opened.decode()


def _open(owner: str, sealed: bytes | None) -> bytes | None:
    """What was sealed for this owner; None where no key opens it."""
    if sealed is None:
        return None
    from cryptography.exceptions import InvalidTag

    for key in _keys():
        try:
            return _cipher(key).decrypt(sealed[:NONCE], sealed[NONCE:], owner.encode())
        except InvalidTag:
            continue
    return None


def _keys() -> tuple[str, ...]:
    found: tuple[str, ...] = current_app.config["FUTURISYS_NUMBERS_KEY"]
    return found


@lru_cache(8)
def _cipher(key: str) -> "AESGCM":
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hmac.digest(key.encode(), _PURPOSE, "sha256"))
