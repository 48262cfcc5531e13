"""Encryption of tokens and of what only one person may read: diets, access needs, private notes."""

from __future__ import annotations

import base64
import os
import secrets
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from handlers.errors import Refusal
from storage.private_files import FILE_MODE

if TYPE_CHECKING:
    from cryptography.fernet import MultiFernet

MIN_KEY_LENGTH = 32  # characters; shorter keys are usually made-up passwords


class FernetCipher:
    """`Cipher`: encrypts with the first key, decrypts with any. Keys are loaded on first use.

    With SQLite (*path* is the store) and no key set, a key file of mode 600 is created beside the store.
    """

    def __init__(self, keys: Sequence[str], path: Path | None) -> None:
        self._keys = tuple(keys)
        self._path = path
        self._fernet: MultiFernet | None = None
        self._loading = threading.Lock()  # large events are encrypted in threads

    def encrypt(self, text: str) -> str:
        return self._loaded_keys().encrypt(text.encode()).decode() if text else ""

    def decrypt(self, encrypted: str) -> str:
        from cryptography.fernet import InvalidToken

        if not encrypted:
            return ""
        try:
            return self._loaded_keys().decrypt(encrypted.encode()).decode()
        except InvalidToken:
            raise Refusal(
                "This was encrypted with a key that is not set any more. "
                "Add the old key at the end of HANDSHAKE_SECRET_KEYS and try again."
            ) from None

    def _loaded_keys(self) -> MultiFernet:
        with self._loading:
            if self._fernet is None:
                from cryptography.fernet import Fernet, MultiFernet

                self._fernet = MultiFernet([Fernet(_fernet_key(key)) for key in self._keys or (self._key_file(),)])
            return self._fernet

    def _key_file(self) -> str:
        if self._path is None:
            raise Refusal(
                "Diets and access needs are kept encrypted, and with PostgreSQL that takes HANDSHAKE_SECRET_KEYS. "
                f"Set it, for example to: {secrets.token_urlsafe(32)}"
            )
        path = self._path.with_name(f"{self._path.name}.key")
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        except FileExistsError:
            return path.read_text().strip()
        with os.fdopen(descriptor, "w") as file:
            file.write(secrets.token_urlsafe(48) + "\n")
        return path.read_text().strip()


def _fernet_key(key: str) -> bytes:
    """*key* as a Fernet key: unchanged if it is one, otherwise derived by HKDF. Raises Refusal if it is too short."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    if len(key) < MIN_KEY_LENGTH:
        raise Refusal(
            f"Each key in HANDSHAKE_SECRET_KEYS needs at least {MIN_KEY_LENGTH} characters. "
            f"Set it, for example, to: {secrets.token_urlsafe(32)}"
        )
    if len(key) == 44 and key.endswith("="):
        return key.encode()
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"handshake seal").derive(key.encode())
    return base64.urlsafe_b64encode(derived)
