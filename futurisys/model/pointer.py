"""The file that says which model is served: replaced as a whole, and its service told of it."""

import fcntl
import os
import shutil
import signal
import struct
from pathlib import Path

from futurisys.errors import AddressError

# How Linux describes a lock: its kind, from where, its start and length, and who holds it.
_LOCK = "hhqqi"

_UNREADABLE = "The file that holds the address must be a readable line of UTF-8."


def named(text: str) -> Path | None:
    """The file that a setting names; None where it says an address itself. Raises AddressError."""
    try:
        return Path(text) if Path(text).is_file() else None
    except OSError as error:
        raise AddressError(_UNREADABLE) from error


def read(file: Path) -> str:
    """The address that it holds; raises AddressError."""
    try:
        return file.read_text().strip()
    except (OSError, ValueError) as error:
        raise AddressError(_UNREADABLE) from error


def replace(file: Path, address: str) -> None:
    """Have it hold another address; nobody ever reads half of one. Raises AddressError."""
    file = file.resolve()
    draft = file.with_name(file.name + ".part")
    try:
        draft.write_text(f"{address}\n")
        shutil.copymode(file, draft)
        os.replace(draft, file)
    except OSError as error:
        raise AddressError(
            f"{file} cannot be replaced: let this user write to its folder, and mount the folder "
            "where it is mounted, never the file alone."
        ) from error


def hold(file: Path) -> bool:
    """Be the process that is told of another address, for as long as it lives.

    By a lock, which says who holds it and ends with the holder: a number in a file would not. False
    where another process holds it, or it cannot be held.
    """
    try:
        lock = os.open(_beside(file), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        return False
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(lock)
        return False
    return True


def tell(file: Path) -> bool:
    """Send SIGHUP to the process that holds it; False where none does that can be told here."""
    try:
        lock = os.open(_beside(file), os.O_RDONLY)
    except OSError:
        return False
    try:
        asked = struct.pack(_LOCK, fcntl.F_WRLCK, os.SEEK_SET, 0, 0, 0)
        kind, *_, holder = struct.unpack(_LOCK, fcntl.fcntl(lock, fcntl.F_GETLK, asked))
    finally:
        os.close(lock)
    # Whoever holds it in another container has no number here.
    if kind == fcntl.F_UNLCK or holder <= 0:
        return False
    try:
        os.kill(holder, signal.SIGHUP)
    except OSError:
        return False
    return True


def _beside(file: Path) -> Path:
    file = file.resolve()
    return file.with_name(file.name + ".lock")
