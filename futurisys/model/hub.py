"""Download an artifact from Hugging Face's hub: `python -m futurisys.model.hub`.

The store runs it in a process of its own, which can be killed at the deadline.
"""

import hashlib
import json
import sys
from pathlib import Path

import httpx2
from huggingface_hub import hf_hub_download, set_client_factory
from huggingface_hub.errors import HfHubHTTPError

from futurisys.errors import ArtifactError
from futurisys.model.artifact import MANIFEST

TIMEOUT_SECONDS = 10


class _Transport(httpx2.HTTPTransport):
    """Raises an error at the first failed request, where the hub's client would retry."""

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        try:
            response = super().handle_request(request)
        except httpx2.TransportError as error:
            raise ArtifactError(
                f"Le hub ne répond pas ({type(error).__name__}) : {request.url.host}."
            ) from error
        if response.status_code == 404 and "/resolve/" in request.url.path:
            raise ArtifactError(
                f"Le hub ne connaît pas {request.url.path} (404), ou le tait : vérifiez l'adresse "
                "et HF_TOKEN."
            )
        if response.status_code in (401, 403):
            raise ArtifactError(
                f"Le hub refuse l'accès ({response.status_code}) : vérifiez HF_TOKEN."
            )
        if response.status_code == 429 or response.status_code >= 500:
            raise ArtifactError(f"Le hub est en panne ou débordé ({response.status_code}).")
        return response


def fetch(repo: str, revision: str, digest: str, folder: Path) -> None:
    """Download the manifest, check it against `digest`, then download each file that it names."""
    set_client_factory(_client)
    manifest = _download(repo, revision, MANIFEST, folder).read_bytes()
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise ArtifactError(f"{MANIFEST} n'a pas l'empreinte que l'adresse exige.")
    for name in json.loads(manifest)["files"]:
        if Path(name).name != name:
            raise ArtifactError(f"{MANIFEST} nomme un fichier hors de son dossier.")
        _download(repo, revision, name, folder)


def _client() -> httpx2.Client:
    return httpx2.Client(
        transport=_Transport(),
        follow_redirects=True,
        timeout=TIMEOUT_SECONDS,
    )


def _download(repo: str, revision: str, name: str, folder: Path) -> Path:
    try:
        return Path(hf_hub_download(repo, name, revision=revision, local_dir=folder))
    except (HfHubHTTPError, OSError, ValueError) as error:
        raise ArtifactError(
            f"Le hub n'a pas livré {name} de {repo} ({type(error).__name__})."
        ) from error


def main() -> None:
    repo, revision, digest, folder = sys.argv[1:]
    try:
        fetch(repo, revision, digest, Path(folder))
    except ArtifactError as error:
        print(error)
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
