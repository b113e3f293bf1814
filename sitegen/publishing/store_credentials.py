"""What object stores are logged in to with: the environment, the keyring, and what the providers' own tools have stored.

obstore reads the environment by itself, as it does the identities that a machine of the provider's or a CI job is lent. Here
is what it does not: the keyring, and the profiles of `aws configure`. Whatever is found is kept out of messages.
"""

import configparser
import os
import shutil
import socket
from pathlib import Path

from sitegen.publishing.secrets import find_secret, kept_secret

Found = dict[str, str]
"""Settings for obstore, by the names that it gives them."""

_LENT = (
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
_METADATA = ("169.254.169.254", 80)
"""Where a machine of Amazon's asks for the identity that it was lent."""


def aws_keys() -> Found | None:
    """Keys for S3; empty where obstore finds what it needs by itself, and None where there is nothing at all."""
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), find_secret(("AWS_SECRET_ACCESS_KEY",))
    token = find_secret(("AWS_SESSION_TOKEN",))
    if not os.environ.get("AWS_PROFILE") or (key and secret):
        key = key or find_secret(("AWS_ACCESS_KEY_ID",))
        if key and secret:
            return _keys(key, secret, token)
    if profile := _profile(os.environ.get("AWS_PROFILE") or "default"):
        return profile
    if any(os.environ.get(name) for name in _LENT) or _is_answering(_METADATA):
        return {}
    return None


def google_keys() -> Found:
    """Keys for Google Cloud Storage. What `gcloud auth application-default login` stored is found by obstore."""
    if key := find_secret(("GOOGLE_SERVICE_ACCOUNT_KEY",)):
        return {"service_account_key": key}
    if token := find_secret(("GOOGLE_BEARER_TOKEN", "CLOUDSDK_AUTH_ACCESS_TOKEN")):
        return {"bearer_token": token}
    return {}


def azure_keys() -> Found:
    """Keys for Azure; else what `az login` stored is asked for through that tool."""
    if key := find_secret(("AZURE_STORAGE_ACCOUNT_KEY", "AZURE_STORAGE_ACCESS_KEY", "AZURE_STORAGE_KEY")):
        return {"account_key": key}
    if token := find_secret(("AZURE_STORAGE_SAS_TOKEN", "AZURE_STORAGE_SAS_KEY")):
        # A shared access signature is a query: its signature alone may turn up in an address too.
        for part in token.lstrip("?").split("&"):
            if part.startswith("sig="):
                kept_secret(part.removeprefix("sig="))
        return {"sas_key": token}
    if find_secret(("AZURE_CLIENT_SECRET", "AZURE_STORAGE_CLIENT_SECRET")) or os.environ.get(
        "AZURE_FEDERATED_TOKEN_FILE"
    ):
        return {}
    return {"use_azure_cli": "true"} if shutil.which("az") else {}


def _profile(name: str) -> Found | None:
    """The keys of a profile, as `aws configure` writes them. Names and places are those of Amazon's own tools."""
    home = Path.home() / ".aws"
    places = (
        (os.environ.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials", name),
        (
            os.environ.get("AWS_CONFIG_FILE") or home / "config",
            name if name == "default" else f"profile {name}",
        ),
    )
    for path, section in places:
        parser = configparser.RawConfigParser()
        try:
            parser.read(path, encoding="utf-8")
        except (configparser.Error, OSError, UnicodeDecodeError):
            continue
        if parser.has_option(section, "aws_access_key_id") and parser.has_option(
            section, "aws_secret_access_key"
        ):
            token = parser.get(section, "aws_session_token", fallback=None)
            key, secret = (
                parser.get(section, f"aws_{part}") for part in ("access_key_id", "secret_access_key")
            )
            return _keys(key, kept_secret(secret), kept_secret(token) if token else None)
    return None


def _keys(key: str, secret: str, token: str | None) -> Found:
    keys = {"access_key_id": key, "secret_access_key": secret}
    if token:
        keys["token"] = token
    return keys


def _is_answering(address: tuple[str, int]) -> bool:
    try:
        with socket.create_connection(address, timeout=1):
            return True
    except OSError:
        return False
