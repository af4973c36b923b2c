"""Runs calls of adk-secure-sessions and cryptography: JSON requests in the first argument, JSON answers on standard output."""

import functools
import json
import sys


@functools.cache
def backend_of(kind, key):
    from adk_secure_sessions import AesGcmBackend, FernetBackend

    return AesGcmBackend(key=bytes.fromhex(key)) if kind == "aesGcm" else FernetBackend(key=key)


def column(keys):
    from adk_secure_sessions.services.type_decorator import EncryptedJSON

    backend = backend_of(*next(iter(keys.items())))
    return EncryptedJSON(backend.sync_encrypt, backend.backend_id, {backend.backend_id: backend.sync_decrypt})


def saltless(keys):
    """A cell as versions before 1.1 wrote it under a passphrase, under the key that the package keeps for them."""
    from adk_secure_sessions.services.type_decorator import EncryptedJSON

    backend = backend_of("fernet", keys["fernet"])
    return EncryptedJSON(backend._legacy_fernet.encrypt, backend.backend_id, {})


def fernet(keys):
    from cryptography.fernet import Fernet

    return Fernet(keys["fernet"])


CALLS = {
    "adk.open": lambda keys: lambda value: column(keys).process_result_value(value, None),
    "adk.seal": lambda keys: lambda value: column(keys).process_bind_param(value, None),
    "adk.sealWithoutSalt": lambda keys: lambda value: saltless(keys).process_bind_param(value, None),
    "fernet.open": lambda keys: lambda value: fernet(keys).decrypt(value, ttl=600).decode(),
    "fernet.seal": lambda keys: lambda value: fernet(keys).encrypt(value.encode()).decode(),
}

def answer(request):
    call = CALLS[request["call"]](request["keys"])
    return [call(value) for value in request["values"]]


print(json.dumps([answer(request) for request in json.loads(sys.argv[1])]))
