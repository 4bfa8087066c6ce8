"""Uploading an artifact to Hugging Face's hub."""

import hashlib
import json
from pathlib import Path

import httpx2
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError, HFValidationError

from futurisys.errors import PublicationRefused
from futurisys.model.artifact import MANIFEST

OWN_PEOPLE = (
    "What was learnt from a company's own people goes into a private repository alone: name one "
    "that is private, or that does not exist yet, and leave out --public."
)


def publish(repo: str, folder: Path, card: str, private: bool, fictional: bool) -> str:
    """Upload a verified folder with its card; returns the pinned address.

    private: whether a new repository is. fictional: whether the model has learnt from the sample;
    another goes into a private repository alone. Raises PublicationRefused.
    """
    if not (private or fictional):
        raise PublicationRefused(OWN_PEOPLE)
    manifest = (folder / MANIFEST).read_bytes()
    names = [MANIFEST, *json.loads(manifest)["files"]]
    api = HfApi()
    try:
        api.create_repo(repo, private=private, exist_ok=True)
        # One that was there already stays what it was.
        if not fictional and not api.model_info(repo).private:
            raise PublicationRefused(OWN_PEOPLE)
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
