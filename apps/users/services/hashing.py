"""How passwords are hashed. What does not belong here: judging them (lockout)."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class AccountHasher(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane, OWASP's choice: about 25 ms, a tenth of the framework's cost.

    Source: OWASP Password Storage Cheat Sheet. Hashes made with other figures are still read.
    """

    time_cost = 2
    memory_cost = 19 * 1024
    parallelism = 1
