"""An independent reader of Waxseal envelopes, version 1, written from envelope.md alone; numbers in comments are its sections."""
import base64, hmac, json, re, zlib
from io import BytesIO
from types import SimpleNamespace
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM, ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

SUITES = {1: ("c256", b"AEAD_AES_256_GCM", AESGCM), 2: ("c20", b"AEAD_CHACHA20_POLY1305", ChaCha20Poly1305)}
VALUE, BUNDLE, INLINE, WRAP = 1, 2, 3, 4
class Refused(Exception): """Its argument is a code of section 8."""
def need(condition, code="malformed"):
    if not condition: raise Refused(code)
def lp(data): return len(data).to_bytes(4, "big") + data
def b64u(data): return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
def unb64u(text):                                                                           # 3, rule 3
    need(isinstance(text, str) and re.fullmatch(r"[A-Za-z0-9_-]+", text) and len(text) % 4 != 1)
    need(b64u(data := base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))) == text)
    return data
def utf8(data):
    try: return data.decode()
    except UnicodeDecodeError: raise Refused("malformed") from None
def take(source, n):
    need(len(data := source.read(n)) == n)
    return data
def take_lp(source): return take(source, int.from_bytes(take(source, 4), "big"))
def take_leb128(source):
    digits = take(source, 1)
    while digits[-1] > 127 and len(digits) < 5: digits += take(source, 1)
    value = sum((digit & 127) << 7 * i for i, digit in enumerate(digits))
    need(digits[-1] < 128 and (digits[-1] or len(digits) == 1) and value < 2**32)
    return value

def encode_context(pairs):                                                                  # 5
    encoded = sorted((key.encode(), value.encode()) for key, value in pairs.items())
    return len(encoded).to_bytes(4, "big") + b"".join(lp(key) + lp(value) for key, value in encoded)
def decode_context(data):
    source = BytesIO(data)
    pairs = {utf8(take_lp(source)): utf8(take_lp(source)) for _ in range(int.from_bytes(take(source, 4), "big"))}
    need(1 <= len(pairs) <= 32 and not any(key[:1] == "$" for key in pairs) and encode_context(pairs) == data)
    return pairs
def parse(sealed):
    if isinstance(sealed, str):                                                             # 3
        need(len(sealed) <= 2**27 // 3, "too_large")
        head, *parts = sealed.split(".")
        need(re.fullmatch(r"wax[1-9][0-9]*", head) and parts, "plaintext_rejected")
        need(head == "wax1", "unsupported_version")
        tokens = {name + w + x: (suite, w, x) for suite, (name, _, _) in SUITES.items() for w in ("", "w") for x in ("", "x")}
        need(parts[0] in tokens, "unsupported_suite")
        suite, w, x = tokens[parts[0]]
        need(len(parts) == 3 + len(w + x) and re.fullmatch(r"[^~]+~(0|[1-9][0-9]{0,9})", parts[1]))
        (kid, version), blobs = parts[1].split("~"), [unb64u(part) for part in parts[2:]]
        wrapped, stored, body = blobs[0] if w else None, blobs[len(w)] if x else None, blobs[-1]
    else:                                                                                   # 2
        need(len(sealed) <= 2**25, "too_large")
        need(sealed[:1] == b"\xc1", "plaintext_rejected")
        source = BytesIO(sealed[1:])
        need(take(source, 1) == b"\x01", "unsupported_version")
        need((suite := take(source, 1)[0]) in SUITES, "unsupported_suite")
        mode, n = take(source, 2)
        need(mode < 4)
        kid, version = take(source, n).decode("latin1"), take_leb128(source)
        wrapped, stored = [take(source, take_leb128(source)) if mode & bit else None for bit in (1, 2)]
        body = source.read()
    need(re.fullmatch(r"[a-z0-9-]{1,64}", kid) and int(version) < 2**32 and (wrapped is None or 1 <= len(wrapped) <= 6144))
    need((stored is None or len(stored) <= 4096) and len(body) >= 72 and (len(body) - 56) % 16400 >= 16)
    stored = stored if stored is None else decode_context(stored)
    return SimpleNamespace(suite=suite, kid=kid, version=int(version), wrapped=wrapped, stored=stored, body=body)

def expand(prk, info, length): return HKDFExpand(SHA512(), length, info).derive(prk)        # 4
def purpose_key(data_key, purpose): return expand(data_key, f"waxseal/v1/{purpose}\0".encode(), 32)
def bound(suite, form, canonical): return b"waxseal/v1/envelope\0" + lp(bytes([0xC1, 1, suite, form])) + lp(canonical)
def message_keys(prk, suite, salt, context):
    okm = expand(prk, b"c2sp.org/chunked-encryption@v1+" + SUITES[suite][1] + b"\0" + salt + context, 76)
    return okm[:32], okm[32:44], okm[44:]
def chunks(prk, suite, context, body):
    key, nonce, commitment = message_keys(prk, suite, body[:24], context)
    need(hmac.compare_digest(commitment, body[24:56]), "open_failed")
    for i, at in enumerate(range(56, len(body), 16400)):
        nonce_i = (int.from_bytes(nonce, "big") ^ i).to_bytes(12, "big")
        try: yield SUITES[suite][2](key).decrypt(nonce_i, body[at : at + 16400], None)
        except InvalidTag: raise Refused("open_failed") from None
def wrap_context(e, scope):
    pairs = {"waxseal": "v1/wrap", "use": "envelope", "kid": e.kid, "version": str(e.version)}
    return pairs if scope is None else pairs | {"scope": scope}
def unwrap_locally(roots, accept, blob, pairs):                                             # 4, shape 4
    e = parse(blob)
    need(e.wrapped is None and e.stored is None)
    need(e.suite in accept, "unsupported_suite")
    need((e.kid, e.version) in roots, "key_not_found")
    prk = purpose_key(roots[e.kid, e.version], "wrap")
    return b"".join(chunks(prk, e.suite, bound(e.suite, WRAP, encode_context(pairs)), e.body))
def unwrap_by_one_of(services, blob, pairs):                                                # 4, shape 5
    need(blob[:1] == b"\x01" and 1 <= int.from_bytes(blob[1:2], "big") <= 8)
    source = BytesIO(blob[2:])
    blobs = dict(entries := [(take_lp(source), take_lp(source)) for _ in range(blob[1])])
    need(not source.read() and entries == sorted(blobs.items()))
    name = next((name for name in services if name.encode() in blobs), None)
    return services[name](blobs[name.encode()], pairs) if name else need(False, "key_not_found")

def parse_json(data):
    text, depth = utf8(data), 0
    for bracket in re.findall(r"[\[\]{}]", re.sub(r'"(?:[^"\\]|\\.)*"', "", text)):
        depth += 1 if bracket in "[{" else -1
        need(depth <= 64, "too_large")
    try: return json.loads(text, parse_constant=lambda _: need(False))
    except ValueError: raise Refused("malformed") from None
def unframe(frame, contents, limit):                                                        # 6
    first = frame[0] if frame else 255
    need(first < 128 and first & 7 in contents and first >> 3 & 7 < 4)
    if first & 64: need((frame := frame.rstrip(b"\0"))[-1] == 128)
    data = frame[1:-1] if first & 64 else frame[1:]
    if compression := first >> 3 & 7:
        length = take_leb128(source := BytesIO(data))
        need(length <= limit, "too_large")
        need(compression < 3, "unsupported_compression")
        inflater = zlib.decompressobj(-15 if compression == 1 else 31)
        try: data = inflater.decompress(source.read(), length + 1)
        except zlib.error: raise Refused("malformed") from None
        need(len(data) <= length, "too_large")
        need(len(data) == length and inflater.eof and not inflater.unused_data)
    need(len(data) <= limit, "too_large")
    return utf8(data) if first & 7 == 1 else parse_json(data) if first & 7 == 2 else data

class Reader:
    """`keys`: (kid, version) to (32 bytes, scope or None); `services`: kid to a function of wrapped key and wrap context."""
    def __init__(self, keys, services={}, accept=SUITES): self.keys, self.services, self.accept = keys, services, accept
    def chunks(self, sealed, context, scope=None, form=VALUE, added={}):                    # 4, the order of opening
        e = parse(sealed)
        need(e.suite in self.accept, "unsupported_suite")
        if e.wrapped is None: key, owner = self.keys.get((e.kid, e.version), (None, None))
        else: key, owner = self.services.get(e.kid, lambda *_: None)(e.wrapped, wrap_context(e, scope)), scope
        need(key and owner == scope, "key_not_found")
        need(len(key) == 32, "open_failed")
        if isinstance(context, dict) and list(context) == ["stored"]:                       # 5
            need(e.stored, "context_required")
            need(context["stored"] == "any" or context["stored"].items() <= e.stored.items(), "open_failed")
            context = e.stored
        pairs = ({} if context == "none" else context) | added | ({} if scope is None else {"$scope": scope})
        return chunks(purpose_key(key, "enc"), e.suite, bound(e.suite, form, encode_context(pairs)), e.body)
    def open(self, sealed, context, scope=None, form=VALUE, added={}, payload=False):
        contents = {3} if payload else {VALUE: {0, 1, 2}, BUNDLE: {2}, INLINE: {1, 2}}[form]
        return unframe(b"".join(self.chunks(sealed, context, scope, form, added)), contents, 2**24 if form == VALUE else 2**18)
    def open_stream(self, sealed, context, scope=None):                                     # 6
        for i, chunk in enumerate(self.chunks(sealed, context, scope)):
            need(i or chunk[:1] == b"\0")
            yield chunk if i else chunk[1:]
