"""The domain's exceptions: a sentence for its reader, and no web.

The type says what went wrong, and attributes the facts, to a door that has a sentence of its own.
"""

from collections.abc import Mapping, Sequence

# What can be wrong with an artifact, by code, for the log and the terminal. `model/unserved.py`
# has the French for whoever waits for an answer.
ARTIFACT: Mapping[str, str] = {
    "answers": "The model does not give the answers that its manifest announces: train it again "
    "with the pinned libraries, or name another in FUTURISYS_MODEL.",
    "booster": "model.ubj is no XGBoost model that this release can read: train or convert the "
    "model again.",
    "width": "model.ubj and the encoder differ in their number of columns: train or convert the "
    "model again.",
    "altered": "{name} is not the file that manifest.json describes: copy or fetch the whole "
    "folder again.",
    "digest": "manifest.json has not the digest that its address demands: correct the digest, or "
    "copy or fetch the folder again.",
    "edited": "manifest.json was changed after the training: copy or fetch the folder again.",
    "format": "manifest.json is of no format that this release knows ({format}): train the model "
    "again, or deploy the release that made it.",
    "undescribed": "manifest.json does not describe {names}: train or convert the model again.",
    "outside": "manifest.json names a file outside its folder: do not use this artifact.",
    "unreadable": "{name} is missing or cannot be read in {folder}: look at the folder and its "
    "permissions.",
    "not_json": "{name} is no JSON document: copy or fetch the whole folder again.",
    "shape": "{name} is missing, or not what it must be: train or convert the model again.",
    "member": "{name}: the member {member} is missing, or not what it must be: train or convert "
    "the model again.",
    "bounds": "manifest.json bounds its estimates above at less than below: train the model again.",
    "encoder": "encoder.json describes no encoder: train or convert the model again.",
    "words": "mapping_classes.json does not give the two words that are expected: train or convert "
    "the model again.",
    "definition": "The model was trained with another definition of the employee: train it again.",
    "field": "The model was trained with another definition of the field {field}: train it again.",
    "cache": "The cache {folder} cannot be written: set FUTURISYS_CACHE to a folder that can.",
    "hub_silent": "The hub does not answer ({kind}): {host}; look at the network and HF_ENDPOINT.",
    "hub_unknown": "The hub does not know {path} (404), or does not say so: check the address and "
    "HF_TOKEN.",
    "hub_refuses": "The hub refuses access ({status}): check HF_TOKEN.",
    "hub_ill": "The hub is down or overloaded ({status}): try again later.",
    "hub_file": "The hub did not deliver {name} of {repo} ({kind}): try again later.",
    "hub_late": "The hub did not deliver {repo} in {seconds} s: look at the network, or raise "
    "FUTURISYS_HUB_SECONDS.",
    "hub_ended": "The hub's client ended without a word: look at the machine's memory.",
}


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


class AddressError(FuturisysError):
    """What should say where a model is does not, or what is there could not be proven."""


class ArtifactError(FuturisysError):
    """A model's files are missing, altered, or do not answer as they must.

    code: which of `ARTIFACT`; facts: what its sentence is filled with.
    """

    def __init__(self, code: str, **facts: str | int) -> None:
        super().__init__(ARTIFACT[code].format_map(facts))
        self.code = code
        self.facts = facts


class ThresholdRefused(FuturisysError):
    """A threshold cannot be chosen as it was asked for."""


class PublicationRefused(FuturisysError):
    """The hub would not take an artifact."""


class ConversionError(FuturisysError):
    """A model of the older service is not of a kind that can be converted."""


class StatementRefused(FuturisysError):
    """A model, or a table, of which no SQL can be written."""


class FrameRefused(FuturisysError):
    """A data frame, or a model, of which nothing is scored."""


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


class PersonWithheld(FuturisysError):
    """Somebody of whom no estimate is made; `places`: where they stand, among several."""

    def __init__(self, sentence: str, places: Sequence[int] = ()) -> None:
        super().__init__(sentence)
        self.places = places


class PredictionUnknown(FuturisysError):
    """Nothing is kept under an identifier."""


class RequestUnknown(PredictionUnknown):
    """No request of a person is kept under an identifier."""


class RequestRefused(FuturisysError):
    """What a person asks for cannot be recorded, extended or closed in this way."""


class OutcomesRefused(FuturisysError):
    """A list of departures cannot be kept, or not as it is sent."""


class ReaderRefused(FuturisysError):
    """Somebody who cannot be named to see a file's numbers, or not until then."""


class ReviewRefused(FuturisysError):
    """What is said of an estimate cannot be written down so; a sentence by field of it."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = faults


class GroupsTooNarrow(FuturisysError):
    """Groups that would single somebody out."""


class ComparisonImpossible(FuturisysError):
    """Two files cannot be compared, for nobody is known again."""


class ChangeRefused(FuturisysError):
    """A change of a group that cannot be, or of which nothing may be said."""


class PurgeRefused(FuturisysError):
    """A purge would take what is too young; `floor`: so many days are left in place."""

    def __init__(self, floor: int) -> None:
        super().__init__(f"At least {floor} days are left in place.")
        self.floor = floor


class JournalBroken(FuturisysError):
    """The journal is not what was written: the sentence says where."""


class JournalUnkeyed(FuturisysError):
    """What needs the journal's key was asked for without it."""


class TrainingRefused(FuturisysError):
    """No model can be learnt from what is given; the sentence says what is missing."""


class LeakSuspected(FuturisysError):
    """An evaluation is too good to be true."""


class TrialRefused(FuturisysError):
    """A model cannot be tried on what was given."""


class TrialUnknown(PredictionUnknown):
    """No trial is kept under an identifier."""


class PromotionRefused(FuturisysError):
    """A model is not put in the served one's place; the sentence says what would change that."""


class DossierRefused(FuturisysError):
    """What a company says of itself for its dossier cannot be read; the sentence says where."""
