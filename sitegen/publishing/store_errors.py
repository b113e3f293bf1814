"""What object stores answer when they refuse or fail, in words: `PublishError` for whatever obstore raises.

The text of an error of obstore holds whole addresses and answers, in which signatures and tokens may stand. None of it is
passed on but the status, the code that the store gave, and figures that are looked for by name.
"""

import datetime as dt
import re

from sitegen.publishing.errors import PublishError

_CODE = re.compile(r"<Code>([A-Za-z0-9.]{3,60})</Code>")
_STATUS = re.compile(r"status code: (\d{3})|status: (\d{3}),")
_SERVER_TIME = re.compile(r"<ServerTime>([0-9TZ:.+-]{16,32})</ServerTime>")
_REGION = re.compile(r"expecting '([a-z0-9-]+)'|<Region>([a-z0-9-]+)</Region>")

_RIGHTS = {
    "s3": "the user needs s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects",
    "gcs": "the account needs the role Storage Object User on the bucket",
    "azure": "the account needs the role Storage Blob Data Contributor on the container",
}
_CREDENTIALS = {
    "s3": "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, or log in with `aws configure`",
    "gcs": "set GOOGLE_APPLICATION_CREDENTIALS, or log in with `gcloud auth application-default login`",
    "azure": "set AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN, or log in with `az login`",
}
_MISSING = frozenset({"NoSuchBucket", "ContainerNotFound", "ResourceNotFound", "AccountNotFound"})
_SKEWED = frozenset({"RequestTimeTooSkewed", "RequestExpired"})
_WRONG_KEY = frozenset(
    {"InvalidAccessKeyId", "SignatureDoesNotMatch", "ExpiredToken", "InvalidToken", "AuthenticationFailed"}
)
_ELSEWHERE = frozenset(
    {"PermanentRedirect", "AuthorizationHeaderMalformed", "IllegalLocationConstraintException"}
)
_LOGIN = re.compile(r"token request|credentials? (?:provider|could|not|missing)", re.IGNORECASE)
_UNANSWERED = ("error sending request", "tcp connect", "dns error", "timed out", "Connect", "connection")


def no_credentials(kind: str, place: str) -> PublishError:
    """Nothing was found to log in with."""
    return PublishError("refused", f"there are no credentials for {place}", _CREDENTIALS[kind])


def told(kind: str, place: str, error: Exception) -> PublishError:
    """An error of obstore as one of sitegen's. The caller raises it `from None`."""
    text = str(error)
    found = _CODE.search(text)
    code = found[1] if found else ""
    status = _status(text)
    if code in _MISSING or (status == "404" and not code):
        hint = "create it first, or correct its name in sitegen.yaml"
        return PublishError("missing", f"there is no {place}", hint)
    if code in _ELSEWHERE or status == "301":
        return PublishError("missing", f"{place} is in another region", _region(text))
    if code in _SKEWED or status in {"401", "403"} or _LOGIN.search(text):
        return _refused(kind, place, code or status, text)
    if status:
        message = f"{place} failed: it answered {status}{f' ({code})' if code else ''}"
        return PublishError("failed", message, _AGAIN)
    if any(word in text for word in _UNANSWERED):
        return PublishError("unreachable", f"{place} does not answer", f"is the network up? {_AGAIN}")
    return PublishError("failed", f"{place} failed: {type(error).__name__}", _AGAIN)


def _refused(kind: str, place: str, why: str, text: str) -> PublishError:
    if why in _SKEWED:
        return PublishError(
            "refused", f"{place} refused the request: {_clock(text)}", "set this machine's clock"
        )
    if _LOGIN.search(text):
        return no_credentials(kind, place)
    hint = _CREDENTIALS[kind] if why in _WRONG_KEY or why == "401" else _RIGHTS[kind]
    return PublishError("refused", f"{place} refused the credentials ({why})", hint)


def _status(text: str) -> str:
    return next((one or other for one, other in _STATUS.findall(text)), "")


_AGAIN = "run it again: what was sent stays, the rest is sent then"


def is_passing(error: Exception) -> bool:
    """Whether the same request may succeed a moment later."""
    text = str(error)
    status = _status(text)
    if status:
        return status in {"408", "429"} or status >= "500"
    return any(word in text for word in _UNANSWERED)


def is_without_bucket(error: Exception) -> bool:
    """Whether not an object is missing, but that which should hold it."""
    found = _CODE.search(str(error))
    return found is not None and found[1] in _MISSING


def _clock(text: str) -> str:
    found = _SERVER_TIME.search(text)
    if found is None:
        return "this machine's clock and the store's differ"
    theirs = dt.datetime.fromisoformat(found[1])
    minutes = round(abs((dt.datetime.now(dt.UTC) - theirs).total_seconds()) / 60)
    return f"this machine's clock and the store's differ by {minutes // 60} h {minutes % 60} min"


def _region(text: str) -> str:
    found = _REGION.search(text)
    return f"write region: {found[1] or found[2]}" if found else "write its region: in sitegen.yaml"
