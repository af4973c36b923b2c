"""Sections 7 and 9 of envelope.md on top of reader.py: sealed documents, index and dedup values. Written from that text alone."""
import hashlib, hmac, json, re, unicodedata
from decimal import Decimal
from reader import BUNDLE, INLINE, b64u, expand, lp, need, purpose_key, unb64u

def number(value):                                                                          # RFC 8785, section 3.2.2.3
    if value == 0: return "0"
    sign, digits, exponent = Decimal(repr(float(value))).normalize().as_tuple()
    digits, point = "".join(map(str, digits)), len(digits) + exponent
    if len(digits) <= point <= 21: text = digits.ljust(point, "0")
    elif 0 < point <= 21: text = f"{digits[:point]}.{digits[point:]}"
    elif -6 < point <= 0: text = "0." + "0" * -point + digits
    else: text = f"{digits[0]}.{digits[1:]}".rstrip(".") + f"e{point - 1:+d}"
    return "-" * sign + text
def canonical_json(value):                                                                  # RFC 8785
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{canonical_json(name)}:{canonical_json(value[name])}" for name in names) + "}"
    if isinstance(value, list): return "[" + ",".join(map(canonical_json, value)) + "]"
    return number(value) if type(value) in (int, float) else json.dumps(value, ensure_ascii=False)

def tokens(pointer):                                                                        # RFC 6901
    need(isinstance(pointer, str) and re.fullmatch(r"(/([^~/]|~[01])*)+", pointer))
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer[1:].split("/"))
def pointer_of(path): return "".join("/" + token.replace("~", "~0").replace("/", "~1") for token in path)
def children(value):
    return value if isinstance(value, dict) else {str(i): item for i, item in enumerate(value if isinstance(value, list) else ())}
def member(value, path):
    for token in path:
        need(token in children(value), "document_changed")
        value = children(value)[token]
    return value
def replace(value, path, new):
    parent, last = member(value, path[:-1]), path[-1]
    parent[int(last) if isinstance(parent, list) else last] = new
def select(value, selector, path=()):                                                       # 7: `*` and `**`
    if not selector: return [path] if path else []
    found = select(value, selector[1:], path) if selector[0] == "**" else []
    for token, child in children(value).items():
        if selector[0] in ("**", "*", token) and path + (token,) != ("$wax",):
            found += select(child, selector if selector[0] == "**" else selector[1:], path + (token,))
    return found
def covered(path, paths): return any(path[:length] in paths for length in range(1, len(path) + 1))

def clear_hash(document, authenticate):                                                     # 7.2
    clear = {name: value for name, value in document.items() if name != "$wax"}
    if authenticate != "all":
        present = [pointer for pointer in authenticate if tokens(pointer) in select(clear, tokens(pointer))]
        clear = [[pointer, member(clear, tokens(pointer))] for pointer in sorted(present, key=str.encode)]
    return b64u(hashlib.sha256(canonical_json(clear).encode()).digest())
def entries_of(bundle):                                                                     # 7.1, rules 2 and 5
    need(isinstance(bundle, list) and len(bundle) % 2 == 0 and len(bundle) <= 2 * 4096)
    paths = [tokens(pointer) for pointer in bundle[::2]]
    need(all(one.encode() < next.encode() for one, next in zip(bundle[::2], bundle[2::2])))
    need(not any(path[0] == "$wax" or covered(path[:-1], set(paths)) for path in paths))
    need(not any("__proto__" in path for path in paths), "document_changed")
    return dict(zip(paths, bundle[1::2]))
def open_fields(reader, document, groups, context, scopes={}, authenticate=None):
    """`groups` are the selectors of each group that is opened, or { "": selectors } for a document without groups."""
    need(isinstance(document, dict) and "$wax" in document, "plaintext_rejected")
    wax, added = document["$wax"], {} if authenticate is None else {"$clear": clear_hash(document, authenticate)}
    need(isinstance(wax, str if "" in groups else dict))
    bundles = {"": wax} if "" in groups else {name: bundle for name, bundle in wax.items() if name != "$id"}
    if "" not in groups:                                                                    # 7.3
        need(len(unb64u(wax.get("$id"))) == 16 and 1 <= len(bundles) <= 16)
        need(all(re.fullmatch(r"[a-z][a-z0-9_-]{0,31}", name) and isinstance(wax[name], str) for name in bundles))
        added |= {"$groups": ",".join(sorted(bundles)), "$id": wax["$id"]}
    need("$doc" not in document or len(document) == 2, "document_changed")                  # 7.5
    opened = {}
    for name in groups:
        need(name in bundles, "plaintext_rejected")
        pairs = added | ({"$group": name} if name else {})
        opened[name] = entries_of(reader.open(bundles[name], context, scopes.get(name), BUNDLE, pairs))
    every = [path for entries in opened.values() for path in entries]
    need(len(every) == len(set(every)) and not any(covered(path[:-1], set(every)) for path in every))
    restored = json.loads(json.dumps({name: value for name, value in document.items() if name != "$wax"}))
    for path in every: member(restored, path)                                               # 7.1, rule 4: before the first write
    for entries in opened.values():
        for path, value in entries.items(): replace(restored, path, value)
    root = ("$doc",) if "$doc" in document else ()
    for name, selectors in groups.items():                                                  # 7.1, rule 6
        for selector in selectors:
            for path in select(member(restored, root), tokens(selector)):
                need(covered(root + path, opened[name]), "field_not_sealed")
    return member(restored, root)
def open_inline(reader, document, selectors, context, scope=None, ids={}):                  # 7.6
    """`ids` names for each array, by its selector, the member that identifies an element."""
    arrays = {path: name for selector, name in ids.items() for path in select(document, tokens(selector))}
    restored = json.loads(json.dumps(document))
    for path in {path: None for selector in selectors for path in select(document, tokens(selector))}:
        at = list(path)
        for i in range(len(path)):
            if path[:i] in arrays:
                need(not isinstance(member(document, path[:i]), dict) or not path[i].startswith("["), "document_changed")
                id = member(document, path[: i + 1] + (arrays[path[:i]],))
                at[i] = f"[s:{id}]" if isinstance(id, str) else f"[n:{id}]"
        sealed = member(document, path)
        need(isinstance(sealed, str), "plaintext_rejected")
        replace(restored, path, reader.open(sealed, context, scope, INLINE, {"$at": pointer_of(at)}))
    return restored

WHITE_SPACE = "\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a" \
    "\u2028\u2029\u202f\u205f\u3000\ufeff"
NORMALISERS = {                                                                             # 9
    "exact-v1": lambda text: text,
    "nfkc-lower-v1": lambda text: unicodedata.normalize("NFKC", text).lower().strip(WHITE_SPACE),
    "digits-v1": lambda text: re.sub(r"[^0-9]", "", text),
}
def index_value(key, table, field, name, version, normaliser, value, scope="", bits=128):
    info = b"".join(lp(part.encode()) for part in (scope, table, field, name)) + version.to_bytes(4, "big")
    data = lp(normaliser.encode()) + lp(NORMALISERS[normaliser](value).encode())
    digest = hmac.digest(expand(purpose_key(key, "index"), info, 32), data, "sha256")
    return b64u((int.from_bytes(digest[:16], "big") >> 128 - bits << 128 - bits).to_bytes(16, "big")[: (bits + 7) // 8])
def dedup_value(key, job_type, arguments, scope=""):
    dedup_key = expand(purpose_key(key, "dedup"), lp(scope.encode()) + lp(job_type.encode()), 32)
    return b64u(hmac.digest(dedup_key, canonical_json(arguments).encode(), "sha256")[:16])
