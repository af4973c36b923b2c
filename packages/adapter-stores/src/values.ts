import { isPoison, scrubbed } from '@waxseal/adapter-kit'
import { canonicalJson, type MigrationWindow, type Settled, WaxsealError } from '@waxseal/core'
import { entryContext, scopeOf } from './context.js'
import type { EntryKey, Owner } from './entry-key.js'
import { jsonInClear } from './json-in-clear.js'
import type { StoreSealOptions } from './seal-options.js'
import type { StoredValue } from './stored-value.js'

/** Carries the values of one store to the sealer and back. */
export interface Values {
  /** What is left of a value, as it is to be stored. */
  redacted(key: EntryKey, value: unknown): Promise<unknown>
  seal(key: EntryKey, redacted: unknown): Promise<StoredValue>
  open(key: EntryKey, stored: StoredValue): Promise<unknown>
  /** Opens many; one that does not open holds up no other. */
  openMany(items: readonly { readonly key: EntryKey; readonly value: StoredValue }[]): Promise<Settled<unknown>[]>
  scopeOf(owner: Owner): string | undefined
}

const inClear = () => new WaxsealError('plaintext_rejected', 'the entry is in clear')
const config = (message: string) => new WaxsealError('config', message)

/** A value in clear, as JSON. `not_serialisable`. */
export const inClearText = (value: unknown): StoredValue => ({ clear: canonicalJson(value) })

/** `config` unless the options name a sealer and an application. */
export function createValues(store: string, options: StoreSealOptions): Values {
  const { sealer, app, write = 'sealed', plaintext, redact, storeContext = true } = options
  if (!/^[a-z0-9-]{1,64}$/.test(store)) throw config('the name of a store is 1 to 64 characters of a-z, 0-9 and -')
  if (typeof sealer?.seal !== 'function') throw config('sealer must be a sealer')
  if (typeof app !== 'string' || app === '') throw config('app must name the application')
  if (write !== 'sealed' && write !== 'plaintext') throw config("write is 'sealed' or 'plaintext'")
  if (redact !== undefined && typeof redact !== 'function') throw config('redact is a function')

  const callOf = (key: EntryKey) => ({ context: entryContext(app, store, key), scope: scopeOf(options.scope, key) })

  function windowOf(key: EntryKey): MigrationWindow | undefined {
    if (typeof plaintext === 'function') return plaintext(key)
    return plaintext && Object.hasOwn(plaintext, key.kind) ? plaintext[key.kind] : undefined
  }

  function report(error: unknown): void {
    try {
      options.onEvent?.({
        event: isPoison(error) ? 'refused' : 'deferred',
        store,
        ...(WaxsealError.is(error) ? { code: error.code } : {}),
      })
    } catch {}
  }

  async function openOne(key: EntryKey, stored: StoredValue): Promise<unknown> {
    if (stored.sealed !== undefined) return sealer.open(stored.sealed, callOf(key))
    const window = windowOf(key)
    if (!window) throw inClear()
    // The core decides on the window, and counts what it lets through. What is no JSON never stood in clear here: it is in a layout
    // that a reader of the sealer detects, or is refused.
    const json = jsonInClear(stored.clear)
    const admits: MigrationWindow = json ? window : { ...window, accept: 'legacy' }
    return sealer.open((json ? json.value : stored.clear) as string, { ...callOf(key), plaintext: admits })
  }

  async function open(key: EntryKey, stored: StoredValue): Promise<unknown> {
    try {
      return await openOne(key, stored)
    } catch (error) {
      report(error)
      throw error
    }
  }

  return Object.freeze<Values>({
    async redacted(key, value) {
      if (!redact) return value
      try {
        return await redact(value, key)
      } catch (error) {
        // Its message may show the value that it was given.
        throw config(`redact failed with ${scrubbed(error).name}; nothing was stored`)
      }
    },
    async seal(key, redacted) {
      if (write === 'plaintext') return inClearText(redacted)
      return { sealed: await sealer.seal(redacted, { ...callOf(key), storeContext }) }
    },
    open,
    openMany: (items) =>
      Promise.all(
        items.map(({ key, value }) =>
          open(key, value).then(
            (value): Settled<unknown> => ({ status: 'fulfilled', value }),
            (reason): Settled<unknown> => ({ status: 'rejected', reason }),
          ),
        ),
      ),
    scopeOf: (owner) => scopeOf(options.scope, owner),
  })
}
