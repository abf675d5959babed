"""What accounts refuse. What does not belong here: HTTP."""

from apps.core.enums import Kind
from apps.core.errors import DomainError


class InvalidToken(DomainError):
    """The token is malformed, expired, revoked or of another kind."""

    code = "INVALID_TOKEN"
    kind = Kind.UNAUTHENTICATED
    message = "The token is not valid or no longer valid. Sign in again."


class InvalidCredentials(DomainError):
    """No account matches; which part was wrong is not said."""

    code = "INVALID_CREDENTIALS"
    kind = Kind.UNAUTHENTICATED
    message = "E-mail or password is wrong."


class AccountLocked(DomainError):
    """Too many failed attempts: even the right password waits."""

    code = "ACCOUNT_LOCKED"
    kind = Kind.LOCKED
    message = "Too many failed attempts. The account is locked for a while."


class SubscriptionRequired(DomainError):
    """The trial is over and no subscription is in force."""

    code = "SUBSCRIPTION_REQUIRED"
    kind = Kind.PAYMENT_REQUIRED
    message = "Your trial has ended. Subscribe to go on; everything you have stays readable."


class EmailTaken(DomainError):
    """There is an account with this e-mail."""

    code = "EMAIL_TAKEN"
    kind = Kind.CONFLICT
    message = "There is an account with this e-mail already."


class LastSuperadmin(DomainError):
    """Without this account nobody could administer."""

    code = "LAST_SUPERADMIN"
    kind = Kind.CONFLICT
    message = "This is the last active superadministrator. Make another one first."


class InvalidMailToken(DomainError):
    """The token of a mail is unknown, used, replaced by a newer one, or too old."""

    code = "INVALID_MAIL_TOKEN"
    kind = Kind.INVALID
    message = "This link is not valid or no longer valid. Ask for another mail."


class EmailNotVerified(DomainError):
    """The configuration asks for proof that the address is one's own, and there is none yet."""

    code = "EMAIL_NOT_VERIFIED"
    kind = Kind.FORBIDDEN
    message = "Confirm your e-mail address first: follow the link in the mail, or ask for another one."


class TwoFactorRequired(DomainError):
    """The password is right; the code of the authenticator app is still to come. The details hold the challenge."""

    code = "TWO_FACTOR_REQUIRED"
    kind = Kind.UNAUTHENTICATED
    message = "Send the challenge with the code of your authenticator app to finish signing in."


class InvalidCode(DomainError):
    """The code is wrong, or was used before."""

    code = "INVALID_CODE"
    kind = Kind.UNAUTHENTICATED
    message = "The code is wrong or was used before."


class TwoFactorEnrolmentRequired(DomainError):
    """The configuration asks administrators for two-factor, and this one has none."""

    code = "TWO_FACTOR_ENROLMENT_REQUIRED"
    kind = Kind.FORBIDDEN
    message = "Administrators need two-factor here. Enrol first: POST /auth/two-factor/enrol."


class TwoFactorEnabled(DomainError):
    """Two-factor is on already."""

    code = "TWO_FACTOR_ENABLED"
    kind = Kind.CONFLICT
    message = "Two-factor is on already. Switch it off before you enrol another device."


class TwoFactorNotEnabled(DomainError):
    """There is no two-factor, or no enrolment, to act on."""

    code = "TWO_FACTOR_NOT_ENABLED"
    kind = Kind.CONFLICT
    message = "Two-factor is off. Enrol first."


class ApiKeyNotAllowed(DomainError):
    """The key lacks the scope, or only somebody who has signed in may do this."""

    code = "API_KEY_NOT_ALLOWED"
    kind = Kind.FORBIDDEN
    message = "This API key may not do this."


class TooManyApiKeys(DomainError):
    """The account has as many keys as it may."""

    code = "TOO_MANY_API_KEYS"
    kind = Kind.CONFLICT
    message = "Revoke a key first: the account has as many as it may."
