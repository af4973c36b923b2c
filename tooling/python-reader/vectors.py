"""Runs the readers of docs/spec against files of vectors; prints what each vector came to, as JSON.

vectors.py FOLDER              the files of packages/core/test/vectors, or files like these
vectors.py --chunks FILE       a file of Wycheproof for Cobblestone-256
"""

import hashlib
import json
import sys
import zlib
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "docs/spec"))
import documents  # noqa: E402
import reader  # noqa: E402

SUITES = {"aes-256-gcm": 1, "chacha20-poly1305": 2}
FORMS = {"value": 1, "bundle": 2, "inline": 3, "wrap": 4}
NORMALISERS = {"exact": "exact-v1", "text": "nfkc-lower-v1", "digits": "digits-v1"}


def keys_of(texts):
    return {(text["kid"], text.get("version", 1)): (bytes.fromhex(text["key"]), text.get("scope")) for text in texts}


def roots_of(text):
    return {name: key for name, (key, _) in keys_of([text]).items()}


def accepted(given):
    return [SUITES[name] for name in given.get("acceptSuites", SUITES)]


def reader_of(given):
    services = {}
    if wrapped := given.get("wrapped"):
        local = {
            service["id"]: partial(reader.unwrap_locally, roots_of(service["root"]), accepted(given))
            for service in wrapped["services"]
        }
        services[wrapped["id"]] = partial(reader.unwrap_by_one_of, local) if wrapped["multi"] else local[wrapped["id"]]
    return reader.Reader(keys_of(given.get("keys", [])), services, accepted(given))


def wrap_pairs(given):
    return {name: value for name, value in given["wrapContext"].items() if value is not None}


def unwrapped(given, blob):
    return reader.unwrap_locally(roots_of(given["root"]), accepted(given), bytes.fromhex(blob), wrap_pairs(given))


def opened_document(given, document):
    policy, context, scope = given["policy"], given["context"], given.get("scope")
    if policy.get("form") == "inline":
        ids = policy.get("elementIds", {})
        return documents.open_inline(reader_of(given), document, policy["fields"], context, scope, ids)
    groups = policy.get("groups") or {"": policy["fields"]}
    scopes = {name: scope for name in groups} | (given.get("scopes") or {})
    return documents.open_fields(reader_of(given), document, groups, context, scopes, policy.get("authenticate"))


def message(payload):
    """A Temporal `Payload`: metadata is field 1, a map; data is field 2."""

    def field(number, data):
        assert len(data) < 128
        return bytes([number << 3 | 2, len(data)]) + data

    entries = [field(1, name.encode()) + field(2, bytes.fromhex(value)) for name, value in payload["metadata"].items()]
    return b"".join(field(1, entry) for entry in entries) + field(2, bytes.fromhex(payload["data"]))


def check_value(given, output):
    value, scope = given["value"], given.get("scope")
    sealed = bytes.fromhex(output["bytes"])
    if "payload" in value:
        opened = reader_of(given).open(sealed, given["context"], scope, payload=True)
        return opened == message(value["payload"])
    expected = bytes.fromhex(value["bytes"]) if "bytes" in value else value.get("text", value.get("json"))
    calls = [(sealed, given["context"]), (output["string"], given["context"])]
    if given.get("storeContext"):
        calls += [(output["string"], {"stored": "any"}), (output["string"], {"stored": given["context"]})]
    return all(reader_of(given).open(text, context, scope) == expected for text, context in calls)


def check_document(given, output):
    return opened_document(given, output["document"]) == given["document"]


def check_stream(given, output):
    """Long streams are held as their SHA-256 only: these are sealed again with the salt of the vector, then opened."""
    plain = bytes(i % 256 for i in range(given["length"]))
    sealed = bytes.fromhex(output["bytes"]) if "bytes" in output else sealed_again(given, b"\0" + plain)
    assert len(sealed) == output["length"]
    assert hashlib.sha256(sealed).hexdigest() == output.get("sha256", hashlib.sha256(sealed).hexdigest())
    return b"".join(reader_of(given).open_stream(sealed, given["context"], given.get("scope"))) == plain


def sealed_again(given, frame):
    ((kid, version), (key, _)), *_ = keys_of(given["keys"]).items()
    suite, salt = SUITES[given["suite"]], bytes.fromhex(given["random"])[:24]
    context = reader.bound(suite, reader.VALUE, reader.encode_context(given["context"]))
    message_key, nonce, commitment = reader.message_keys(reader.purpose_key(key, "enc"), suite, salt, context)
    aead, base = reader.SUITES[suite][2](message_key), int.from_bytes(nonce, "big")
    pieces = [frame[i : i + 16384] for i in range(0, len(frame) + 1, 16384)]
    sealed = [aead.encrypt((base ^ i).to_bytes(12, "big"), piece, None) for i, piece in enumerate(pieces)]
    assert version < 128
    return bytes([0xC1, 1, suite, 0, len(kid)]) + kid.encode() + bytes([version]) + salt + commitment + b"".join(sealed)


def check_wrap(given, output):
    assert reader.encode_context(wrap_pairs(given)).hex() == output["context"]
    return unwrapped(given, output["wrapped"]).hex() == given["dataKey"]


def check_derivation(given, output):
    key, suite, form = bytes.fromhex(given["dataKey"]), SUITES[given["suite"]], FORMS[given["form"]]
    pairs = {} if given["context"] == "none" else given["context"]
    canonical = reader.encode_context(pairs | given.get("added", {}))
    prk = reader.purpose_key(key, "wrap" if given["form"] == "wrap" else "enc")
    derived = reader.message_keys(prk, suite, bytes.fromhex(given["salt"]), reader.bound(suite, form, canonical))
    purposes = {name: reader.purpose_key(key, name).hex() for name in ("enc", "index", "dedup", "wrap")}
    names = ("messageKey", "baseNonce", "commitment")
    return {"purposeKeys": purposes, "context": canonical.hex()} | {n: d.hex() for n, d in zip(names, derived)} == output


def check_index(given, output):
    key, scope = bytes.fromhex(given["keys"][0]["key"]), given.get("scope", "")
    if dedup := given.get("dedup"):
        return documents.dedup_value(key, dedup["jobType"], dedup["args"], scope) == output["value"]
    index = dict(given["index"])
    index["normaliser"] = NORMALISERS[index["normaliser"]]
    return documents.index_value(key, scope=scope, **index) == output["value"]


def refusal(given):
    if given["open"] == "wrap":
        return unwrapped(given, given["bytes"])
    if given["open"] == "document":
        return opened_document(given, given["document"])
    sealed = given["sealed"] if "sealed" in given else bytes.fromhex(given["bytes"])
    if given["open"] == "stream":
        return list(reader_of(given).open_stream(sealed, given["context"], given.get("scope")))
    return reader_of(given).open(sealed, given["context"], given.get("scope"))


CHECKS = {
    "values": check_value,
    "documents": check_document,
    "streams": check_stream,
    "wraps": check_wrap,
    "derivations": check_derivation,
    "indexes": check_index,
}


def outcome(work, *args):
    try:
        return "opened" if work(*args) else "differs"
    except reader.Refused as error:
        return error.args[0]


def files(folder):
    """For every file, the outcome of each vector: "opened" as it should be, or the code that refused it."""
    found = {}
    for name, check in CHECKS.items():
        path = Path(folder, f"{name}.json")
        if path.exists():
            found[name] = {v["id"]: outcome(check, v["input"], v["output"]) for v in json.loads(path.read_text())}
    path = Path(folder, "refusals.json")
    if path.exists():
        found["refusals"] = {v["id"]: outcome(lambda given: refusal(given) or True, v["input"]) for v in json.loads(path.read_text())}
    return found


def check_chunks(test):
    """The file holds ciphertexts deflated; the lengths are those of section 2, rule 5."""
    key, body = bytes.fromhex(test["key"]), zlib.decompress(bytes.fromhex(test["ct"]))
    reader.need(len(key) == 32 and len(body) >= 72 and (len(body) - 56) % 16400 >= 16)
    plain = b"".join(reader.chunks(key, 1, bytes.fromhex(test["ctx"]), body))
    return len(plain) == test["msgLength"] and hashlib.sha512(plain).hexdigest() == test["msgSha512"]


def wycheproof(path):
    groups = json.loads(Path(path).read_text())["testGroups"]
    return {test["tcId"]: [test["result"], outcome(check_chunks, test)] for group in groups for test in group["tests"]}


if __name__ == "__main__":
    command, *rest = sys.argv[1:]
    json.dump(wycheproof(rest[0]) if command == "--chunks" else files(command), sys.stdout)
