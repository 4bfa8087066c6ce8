"""The domain's exceptions: a sentence for its reader, and no web.

The type says what went wrong, and attributes the facts, to a door that has a sentence of its own.
"""

from collections.abc import Sequence


class FuturisysError(Exception):
    """Whatever goes wrong in a way that we can name: `str(error)` is a sentence for a person."""


class SettingError(FuturisysError):
    """An environment variable holds what the service cannot use."""


class ExtractError(FuturisysError):
    """An HR extract cannot be read; the sentence names file, line and column."""


class AlertsRefused(FuturisysError):
    """Whole columns of a file look wrong, and its sender wants none scored then."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__(" ".join(sentences))
        self.sentences = sentences


class ArtifactError(FuturisysError):
    """A model's files are missing, altered, or do not answer as they must."""


class ConversionError(FuturisysError):
    """A model of the older service is not of a kind that can be converted."""


class ModelUnavailable(FuturisysError):
    """No proven model is loaded in this worker."""


class StorageUnavailable(FuturisysError):
    """The database did not confirm that the answer is kept."""


class StorageRefused(FuturisysError):
    """The database would not keep what it was given; the sentence repeats none of it."""


class WorkerBusy(FuturisysError):
    """As much long work is under way as leaves room for short work."""


class TooManyRows(FuturisysError):
    """A file has more rows than this database can take at once."""


class KeyInFlight(FuturisysError):
    """Another request with the same Idempotency-Key has not been answered yet."""


class KeyReused(FuturisysError):
    """An Idempotency-Key came back with another body."""


class AccessDenied(FuturisysError):
    """No key, or none that we know, where one is needed."""


class TooManyRefused(FuturisysError):
    """An address has sent too many keys that were refused; `seconds`: when it may try again."""

    def __init__(self, sentence: str, seconds: int) -> None:
        super().__init__(sentence)
        self.seconds = seconds


class ScopeMissing(FuturisysError):
    """A good key that does not open this door."""


class PredictionUnknown(FuturisysError):
    """Nothing is kept under an identifier."""


class PurgeRefused(FuturisysError):
    """A purge would take what is too young; `floor`: so many days are left in place."""

    def __init__(self, floor: int) -> None:
        super().__init__(f"At least {floor} days are left in place.")
        self.floor = floor


class LeakSuspected(FuturisysError):
    """An evaluation is too good to be true."""
