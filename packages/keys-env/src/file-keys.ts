import { type KeyCall, type KeySource, WaxsealError } from '@waxseal/core'
import { explained, parseKeyList } from './key-list.js'

export interface FileKeysOptions {
  /** The file is looked at again at most this often, in milliseconds, and read where it has changed; `Infinity` for never. Default 10,000. */
  readonly reloadMs?: number
  /** The widest permissions that the file may have, as in `0o640`. Default `0o600`: nobody but its owner. Not checked on Windows. */
  readonly allowMode?: number
  /** kid of the only key, where the file holds no list but one bare key. Default `k1`. */
  readonly kid?: string
}

const MAX_FILE_BYTES = 64 * 1024

const refuse = (message: string): never => {
  throw new WaxsealError('config', message)
}

interface Loaded {
  readonly source: KeySource
  /** Changes when the file does: place, size, times of content and of permissions. */
  readonly print: string
}

/**
 * Keys of a file: the entries of `envKeys`, by line or comma, `#` begins a comment line; or one bare key. Read when called and
 * again when the file has changed. While a changed file is missing or wrong, every use of the keys is `config`: keys that may
 * have been taken away on purpose are not used on.
 *
 * @example
 * const sealer = createSealer({ keys: fileKeys('/run/secrets/waxseal-keys') })
 */
export function fileKeys(path: string, { reloadMs = 10_000, allowMode = 0o600, kid = 'k1' }: FileKeysOptions = {}): KeySource {
  if (typeof path !== 'string' || path === '') refuse('fileKeys: a path is required')
  if (!(reloadMs >= 0)) refuse('fileKeys: reloadMs is a number of milliseconds')
  if (!Number.isInteger(allowMode) || allowMode < 0 || allowMode > 0o777) refuse('fileKeys: allowMode is a number like 0o600')
  const name = `the key file ${path}`
  const read = (known?: Loaded) => explained(name, () => load(path, { allowMode, kid }, known))
  let loaded: Loaded | undefined = read()
  let checkedAt = Number.NEGATIVE_INFINITY

  function fresh({ now }: KeyCall): KeySource {
    const elapsed = now() - checkedAt
    // A clock that was set back counts as time gone by. What failed is tried again at once.
    if (!loaded || (reloadMs !== Number.POSITIVE_INFINITY && (elapsed >= reloadMs || elapsed < 0))) {
      const known = loaded
      loaded = undefined
      loaded = read(known)
      checkedAt = now()
    }
    return loaded.source
  }

  return Object.freeze<KeySource>({
    kind: 'source',
    current: (scope, call) => fresh(call).current(scope, call),
    resolve: (locator, scope, call) => fresh(call).resolve(locator, scope, call),
    keys: () => loaded?.source.keys?.() ?? [],
  })
}

/** Opens `file:///path`, for the registry of core's `openKeys`. */
export function fileUri(uri: string): KeySource {
  const { fileURLToPath } = builtin('node:url')
  const url = URL.canParse(uri) ? new URL(uri) : undefined
  if (url?.protocol !== 'file:' || url.host || url.search || url.hash) return refuse('the URI of a key file is file:///path')
  return fileKeys(fileURLToPath(url))
}

// Not imported, so that the rest of this package loads where there is no file system.
const builtin = <Name extends 'node:fs' | 'node:url'>(name: Name) =>
  globalThis.process?.getBuiltinModule?.(name) ?? refuse('key files need a runtime with a file system')

function load(path: string, { allowMode, kid }: { allowMode: number; kid: string }, known: Loaded | undefined): Loaded {
  const { closeSync, constants, fstatSync, openSync, readFileSync } = builtin('node:fs')
  let file: number
  try {
    // Follows symbolic links, as mounted secrets are; does not wait for the writer of a pipe.
    file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
  } catch (error) {
    return refuse(`cannot be opened (${(error as { code?: string }).code ?? 'unknown'})`)
  }
  try {
    // What was opened is judged, not what the path leads to a moment later.
    const info = fstatSync(file, { bigint: true })
    if (!info.isFile()) refuse('is no regular file')
    const mode = Number(info.mode) & 0o777
    if (process.platform !== 'win32' && mode & 0o077 & ~allowMode)
      refuse(`is open to others (mode 0${mode.toString(8)}): chmod 600, or allowMode`)
    if (info.size > MAX_FILE_BYTES) refuse(`has ${info.size} bytes, the limit is ${MAX_FILE_BYTES}`)
    const print = [info.dev, info.ino, info.size, info.mtimeNs, info.ctimeNs].join()
    if (known?.print === print) return known
    const lines = readFileSync(file, 'utf8').split('\n')
    const entries = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'))
    if (entries.length === 0) refuse('holds no key')
    return { source: parseKeyList(entries.join(), { kid }), print }
  } finally {
    closeSync(file)
  }
}
