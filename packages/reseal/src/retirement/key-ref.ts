import type { Sealer } from '@waxseal/core'

/** A key by the name that envelopes give it; without a version, all versions of it. */
export interface KeyRef {
  /** 1 to 64 characters of [a-z0-9-]. */
  readonly kid: string
  readonly version?: number | undefined
}

export const isKeyRef = (key: unknown): key is KeyRef => {
  const { kid, version } = (key ?? {}) as Partial<KeyRef>
  const versioned = version === undefined || (Number.isInteger(version) && version >= 0 && version <= 0xffffffff)
  return typeof kid === 'string' && /^[a-z0-9-]{1,64}$/.test(kid) && versioned
}

/** Whether two names may mean the same key: one without a version may be any. */
export const mayBeSame = (a: KeyRef, b: KeyRef): boolean =>
  a.kid === b.kid && (a.version === undefined || b.version === undefined || a.version === b.version)

const WRAPPED_LETTER = /^c(?:256|20)wx?$/

/** The wrapped data key of an envelope that was found well-formed. */
function wrappedKey(envelope: string | Uint8Array): Uint8Array | undefined {
  if (typeof envelope === 'string') {
    const [, suite = '', , encoded = ''] = envelope.split('.', 4)
    if (!WRAPPED_LETTER.test(suite)) return undefined
    return Uint8Array.from(atob(encoded.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0))
  }
  if ((envelope[3]! & 1) === 0) return undefined
  let at = 5 + envelope[4]!
  while (envelope[at++]! & 0x80);
  let length = envelope[at]! & 0x7f
  if (envelope[at++]! & 0x80) length |= envelope[at++]! << 7
  return envelope.subarray(at, at + length)
}

/** The wraps inside the wrap of a multi source, by provider; undefined for what is none (spec section 4). */
function severalWraps(blob: Uint8Array): { readonly id: string; readonly blob: Uint8Array }[] | undefined {
  if (blob[0] !== 1) return undefined
  const count = blob[1] ?? 0
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength)
  const wraps: { id: string; blob: Uint8Array }[] = []
  let at = 2
  const part = (): Uint8Array | undefined => {
    if (at + 4 > blob.length) return undefined
    const from = at + 4
    at = from + view.getUint32(at)
    return at <= blob.length ? blob.subarray(from, at) : undefined
  }
  for (let i = 0; i < count; i++) {
    const [id, inner] = [part(), part()]
    if (!id || !inner) return undefined
    const kid = String.fromCharCode(...id.subarray(0, 65))
    if (!isKeyRef({ kid })) return undefined
    wraps.push({ id: kid, blob: inner })
  }
  return count > 0 && at === blob.length ? wraps : undefined
}

function keysOfWrap(sealer: Pick<Sealer, 'inspect'>, blob: Uint8Array): KeyRef[] {
  const several = severalWraps(blob)
  if (several) return several.flatMap(({ id, blob: inner }) => [{ kid: id }, ...keysOfWrap(sealer, inner)])
  // A local key wraps as an envelope; what a service wrapped only the service can tell.
  try {
    const { kid, keyVersion } = sealer.inspect(blob)
    return [{ kid, version: keyVersion }]
  } catch {
    return []
  }
}

/**
 * Every key that an envelope names: that of its locator, and those that a local key or several services wrapped it with. Where the
 * bytes could be read as naming a key it is among them. Throws what `inspect` throws.
 */
export function keysOf(sealer: Pick<Sealer, 'inspect'>, envelope: string | Uint8Array): KeyRef[] {
  const { kid, keyVersion, wrapped } = sealer.inspect(envelope)
  const blob = wrapped ? wrappedKey(envelope) : undefined
  return [{ kid, version: keyVersion }, ...(blob ? keysOfWrap(sealer, blob) : [])]
}
