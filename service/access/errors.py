"""What the service refuses to people and machines, by name."""

from datetime import timedelta

from service.problems import Fault


class AccessError(Exception):
    """Anything that is refused for who asks; the text never says more than it must."""


class SignInRefused(AccessError):  # noqa: N818 - it names what happened
    """Name or password is wrong, or the account is closed; which is not said."""


class TooManyAttempts(AccessError):  # noqa: N818 - it names what happened
    """Sign-in is paused for this account or this source; ``wait`` says how long."""

    def __init__(self, wait: timedelta) -> None:
        """Keep how long to *wait*."""
        super().__init__("too many attempts")
        self.wait = wait


class PasswordRefused(AccessError):  # noqa: N818 - it names what happened
    """A new password breaks a rule; ``code`` is too_short, too_long, or too_common."""

    def __init__(self, code: str) -> None:
        """Keep the *code*, never the password."""
        super().__init__(code)
        self.code = code


class NotAllowed(AccessError):  # noqa: N818 - it names what happened
    """The role of this user does not cover this."""


class UsernameTaken(AccessError):  # noqa: N818 - it names what happened
    """There is an account of this name."""


class UnknownAccount(AccessError):  # noqa: N818 - it names what is missing
    """There is no such account, or no such key."""


class UnknownSender(AccessError):  # noqa: N818 - it names what is missing
    """There is no such sender."""


class SenderNameTaken(AccessError):  # noqa: N818 - it names what happened
    """There is a sender of this name."""


class SenderChanged(AccessError):  # noqa: N818 - it names what happened
    """Somebody else has changed this sender since it was looked at."""


class SetupRefused(AccessError):  # noqa: N818 - it names what happened
    """A sender cannot be set up so; ``faults`` name each value that is not known."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        """Keep the *faults*."""
        super().__init__("the sender cannot be set up so")
        self.faults = faults


class ScopeRefused(AccessError):  # noqa: N818 - it names what happened
    """A token was asked for more than its key opens."""


class UnknownWebhook(AccessError):  # noqa: N818 - it names what is missing
    """There is no such webhook, or no such message of one."""
