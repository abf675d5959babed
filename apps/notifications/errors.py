"""What notifications refuse. What does not belong here: HTTP, what a mail server said (it goes to the log)."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class ChannelUnavailable(DomainError):
    """The operator has not set the channel up on this server."""

    code = "CHANNEL_UNAVAILABLE"
    kind = Kind.REJECTED
    message = "This way to be told is not available here."


class ChannelNotSetUp(DomainError):
    """The user has not said where messages go."""

    code = "CHANNEL_NOT_SET_UP"
    kind = Kind.CONFLICT
    message = "Say first where messages are to be sent to."


class ChannelTestsExhausted(DomainError):
    """The user tried channels several times of late."""

    code = "CHANNEL_TESTS_EXHAUSTED"
    kind = Kind.LIMIT
    message = "You have tested this often enough for now. Please wait an hour."
