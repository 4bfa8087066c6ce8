"""Download an artifact from Hugging Face's hub: `python -m futurisys.model.hub`.

The store runs it in a process of its own, which can be killed at the deadline. Where it fails its
output is one line of JSON: the code and the facts of an ArtifactError.
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
            kind = type(error).__name__
            raise ArtifactError("hub_silent", kind=kind, host=request.url.host) from error
        if response.status_code == 404 and "/resolve/" in request.url.path:
            raise ArtifactError("hub_unknown", path=request.url.path)
        if response.status_code in (401, 403):
            raise ArtifactError("hub_refuses", status=response.status_code)
        if response.status_code == 429 or response.status_code >= 500:
            raise ArtifactError("hub_ill", status=response.status_code)
        return response


def fetch(repo: str, revision: str, digest: str, folder: Path) -> None:
    """Download the manifest, check it against `digest`, then download each file that it names."""
    set_client_factory(_client)
    manifest = _download(repo, revision, MANIFEST, folder).read_bytes()
    if hashlib.sha256(manifest).hexdigest() != digest:
        raise ArtifactError("digest")
    for name in json.loads(manifest)["files"]:
        if Path(name).name != name:
            raise ArtifactError("outside")
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
        kind = type(error).__name__
        raise ArtifactError("hub_file", name=name, repo=repo, kind=kind) from error


def main() -> None:
    repo, revision, digest, folder = sys.argv[1:]
    try:
        fetch(repo, revision, digest, Path(folder))
    except ArtifactError as error:
        print(json.dumps([error.code, error.facts]))
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
