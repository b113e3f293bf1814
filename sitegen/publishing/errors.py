"""What can go wrong at a target: one exception, with a kind, and never with a secret in it."""

from typing import Literal

from sitegen.model.errors import OutsideFailedError
from sitegen.publishing.secrets import scrubbed

FailureKind = Literal["refused", "unreachable", "missing", "busy", "foreign", "changed", "failed"]
"""`refused`: by credentials or rights; `unreachable`: no answer; `missing`: no such target, or a tool that is not installed;
`busy`: another publisher is at work, or was quicker; `foreign`: what lies in the way is not sitegen's; `changed`: the output
folder changed while it was published; `failed`: anything else."""


class PublishError(OutsideFailedError):
    """Publishing cannot go on: exit status 3. Secrets are taken out of the message."""

    def __init__(self, kind: FailureKind, message: str, hint: str = "") -> None:
        super().__init__(scrubbed(message), hint=scrubbed(hint))
        self.kind = kind
