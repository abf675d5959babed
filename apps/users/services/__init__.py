"""Every rule and write of accounts. What does not belong here: HTTP."""

from apps.users.services.permissions import seed_permissions
from apps.users.services.tokens import TokenPair, authenticate_token, issue_tokens

__all__ = ["TokenPair", "authenticate_token", "issue_tokens", "seed_permissions"]
