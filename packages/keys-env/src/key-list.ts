import { type KeySource, parseKey, type StaticKey, staticKeys, WaxsealError } from '@waxseal/core'

/**
 * The keys of `kid[~version]:<key>` entries, separated by commas, or of one bare key, which gets `kid`. Errors name an entry by
 * its number, and repeat nothing of the list: a key may stand anywhere in one that is wrong.
 */
export function parseKeyList(text: string, { kid }: { readonly kid: string }): KeySource {
  const entries = text.split(',').map((entry) => entry.trim())
  const bare = entries.length === 1 && !text.includes(':')
  return staticKeys(
    entries.map((entry, index) =>
      explained(`entry ${index + 1} of ${entries.length}`, () => parseEntry(bare ? `${kid}:${entry}` : entry)),
    ),
  )
}

function parseEntry(entry: string): StaticKey {
  const parts = /^([a-z0-9-]{1,64})(?:~(0|[1-9][0-9]{0,9}))?:(.*)$/s.exec(entry)
  if (!parts)
    throw new WaxsealError('config', 'an entry is kid:key or kid~version:key, with a kid of 1 to 64 characters of a-z, 0-9 and -')
  const [, kid = '', version = '1', key = ''] = parts
  return { kid, version: Number(version), key: parseKey(key) }
}

/** Runs with `name` before the message of what it throws. */
export function explained<T>(name: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw WaxsealError.is(error) ? new WaxsealError(error.code, `${name}: ${error.message}`) : error
  }
}
