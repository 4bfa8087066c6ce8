"""Where a model is: a folder, or a Hugging Face repository at a pinned revision."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from futurisys.errors import AddressError, ArtifactError
from futurisys.model import artifact
from futurisys.model.artifact import Artifact

SCHEME = "hf://"
_HUB = re.compile(r"hf://([\w.-]+/[\w.-]+)@([0-9a-f]{40})")
_DIGEST = re.compile("[0-9a-f]{64}")


@dataclass(frozen=True)
class Address:
    """A folder, or `repo` at `revision`; `digest` is the sha256 that its manifest must have."""

    folder: Path | None = None
    repo: str = ""
    revision: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read what FUTURISYS_MODEL holds; raises AddressError with how it is written."""
        place, pinned, digest = text.strip().partition("#sha256=")
        if pinned and not _DIGEST.fullmatch(digest):
            raise AddressError("After #sha256=, 64 hexadecimal digits are expected.")
        if not place.startswith(SCHEME):
            return cls(folder=Path(place), digest=digest)
        match = _HUB.fullmatch(place)
        if not match:
            raise AddressError(
                "A model's address is written hf://owner/name@revision#sha256=digest, with a "
                "revision of 40 hexadecimal digits, never a branch or a tag: `flask model publish` "
                "prints it, and the repository's History page shows it."
            )
        if not digest:
            raise AddressError(
                "An hf:// address must end in #sha256= and the digest of manifest.json: `flask "
                "model publish` prints it."
            )
        return cls(repo=match[1], revision=match[2], digest=digest)

    def __str__(self) -> str:
        place = str(self.folder) if self.folder else f"{SCHEME}{self.repo}@{self.revision}"
        return f"{place}#sha256={self.digest}" if self.digest else place


@dataclass(frozen=True)
class Store:
    """Artifacts by address. cache: where verified ones are kept. seconds: a fetch's deadline."""

    cache: Path
    seconds: int

    def at_hand(self, address: Address) -> Artifact | None:
        """The artifact, without a network call; None where it has to be fetched.

        Raises ArtifactError where a folder is not what its address says.
        """
        if address.folder:
            return artifact.read(address.folder, address.digest)
        try:
            return artifact.read(self.cache / address.digest, address.digest)
        except ArtifactError:
            return None

    def get(self, address: Address) -> Artifact:
        """The artifact, fetched where it has to be; raises ArtifactError within the deadline."""
        return self.at_hand(address) or self._fetch(address)

    def folder(self, address: Address) -> Path:
        """The verified files of an address; raises ArtifactError."""
        self.get(address)
        return address.folder or self.cache / address.digest

    def _fetch(self, address: Address) -> Artifact:
        """Download into a draft, verify it, and only then give it its place in the cache."""
        kept = self.cache / address.digest
        try:
            self.cache.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.cache, prefix=".draft-") as draft:
                files = Path(draft) / "files"
                self._download(address, files)
                shutil.rmtree(files / ".cache", ignore_errors=True)
                found = artifact.read(files, address.digest)
                if kept.exists():
                    os.replace(kept, Path(draft) / "refused")
                os.replace(files, kept)
        except OSError as error:
            # Another worker may have put the same verified files there in the meantime.
            if found_now := self.at_hand(address):
                return found_now
            raise ArtifactError("cache", folder=str(self.cache)) from error
        return found

    def _download(self, address: Address, files: Path) -> None:
        """Run the hub's client in a process of its own, which can be ended whatever it waits for.

        It also keeps the client's memory out of the workers.
        """
        command = (address.repo, address.revision, address.digest, str(files))
        try:
            done = subprocess.run(  # noqa: S603 (an address that was parsed, no shell)
                [sys.executable, "-m", "futurisys.model.hub", *command],
                capture_output=True,
                text=True,
                timeout=self.seconds,
            )
        except subprocess.TimeoutExpired as error:
            raise ArtifactError("hub_late", repo=address.repo, seconds=self.seconds) from error
        if done.returncode:
            if not done.stdout:
                raise ArtifactError("hub_ended")
            code, facts = json.loads(done.stdout)
            raise ArtifactError(code, **facts)
