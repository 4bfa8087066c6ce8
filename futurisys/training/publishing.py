"""Uploading an artifact to Hugging Face's hub."""

import hashlib
import json
from pathlib import Path

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from futurisys.errors import PublicationRefused
from futurisys.model.artifact import MANIFEST


def publish(repo: str, folder: Path, card: str, private: bool) -> str:
    """Upload a verified folder with its card; returns the pinned address.

    Raises PublicationRefused.
    """
    manifest = (folder / MANIFEST).read_bytes()
    names = [MANIFEST, *json.loads(manifest)["files"]]
    api = HfApi()
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        api.upload_file(path_or_fileobj=card.encode(), path_in_repo="README.md", repo_id=repo)
        commit = api.upload_folder(
            repo_id=repo,
            folder_path=folder,
            allow_patterns=names,
            commit_message="A model, with the manifest that pins it",
        )
    except (HfHubHTTPError, HFValidationError, httpx2.HTTPError) as error:
        raise PublicationRefused(
            f"The hub refused the upload ({type(error).__name__}): check the name and HF_TOKEN."
        ) from error
    return f"hf://{repo}@{commit.oid}#sha256={hashlib.sha256(manifest).hexdigest()}"
