"""A password hasher that counts: how many guesses were judged. What does not belong here: assertions."""

from __future__ import annotations

import threading

from django.contrib.auth.hashers import MD5PasswordHasher


class CountingHasher(MD5PasswordHasher):
    """One hash is computed for each password that is made or judged, whatever the outcome."""

    algorithm = "md5"
    judged = 0
    lock = threading.Lock()

    def encode(self, password: str, salt: str) -> str:
        with self.lock:
            CountingHasher.judged += 1
        return super().encode(password, salt)
