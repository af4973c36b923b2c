import { type DataKey, type KeyCall, type KeySource, type MaybePromise, WaxsealError } from '@waxseal/core'
import { type StoredKeys, type StoredKeysOptions, storedKeys } from '@waxseal/core/keys'
import type { Ground } from '../ground.js'
import type { KeySettings } from '../key-settings.js'
import { generate } from '../operations/generate.js'
import type { Uses } from '../uses.js'
import type { KeyReader } from './key-reader.js'

export interface SealingSource extends KeySource {
  forget: StoredKeys['forget']
}

export interface SealingSourceOptions {
  readonly ground: Ground
  readonly reader: KeyReader
  readonly name: string
  readonly cache: StoredKeysOptions
  readonly uses: Uses | undefined
  readonly actor: string
  readonly now: (() => number) | undefined
  readonly onNewScope: ((scope: string, name: string) => KeySettings | null) | undefined
  /** Begins to listen for changes, before a key is kept. */
  readonly listen: () => void
}

const then = <A, B>(value: MaybePromise<A>, next: (value: A) => B): MaybePromise<B> =>
  value instanceof Promise ? value.then(next) : next(value)

/** The keys of a store for sealers: those of one name seal, all open. */
export function createSealingSource(options: SealingSourceOptions): SealingSource {
  const { ground, reader, name, cache, uses, actor, now, onNewScope, listen } = options

  /** The key of a scope, made where there may be one and is none. */
  async function newest(scope: string | undefined): Promise<DataKey> {
    try {
      return await reader.newest(name, scope)
    } catch (error) {
      const settings = scope === undefined || !isAbsent(error) ? null : (onNewScope?.(scope, name) ?? null)
      if (settings === null) throw error
      await generate(ground, name, { ...settings, actor, scope }).catch((refused: unknown) => {
        // Somebody else made it at the same time.
        if (!WaxsealError.is(refused) || refused.code !== 'conflict') throw refused
      })
      return reader.newest(name, scope)
    }
  }

  const stored = storedKeys({ id: 'keystore', scoped: true, newest, version: reader.version }, cache)

  // One clock for what is stored and what is kept, where the store was given one.
  const timed = (call: KeyCall): KeyCall => (now ? { ...call, now } : call)

  const counted = <K extends DataKey | null | undefined>(key: K): K => {
    if (key && key.state !== 'destroyed') uses?.count(key.kid, key.version)
    return key
  }

  return Object.freeze<SealingSource>({
    ...stored,
    current(scope, given) {
      const call = timed(given)
      listen()
      return then(stored.current(scope, call), (key) => {
        if ((reader.sealsUntil(key) ?? Number.POSITIVE_INFINITY) <= call.now())
          throw new WaxsealError('key_retired', 'the key has expired and seals no more')
        return counted(key)
      })
    },
    resident: (locator, scope, call) => counted(stored.resident!(locator, scope, timed(call))),
    resolve(locator, scope, call) {
      listen()
      return then(stored.resolve(locator, scope, timed(call)), counted)
    },
  })
}

const isAbsent = (error: unknown): boolean => WaxsealError.is(error) && error.code === 'key_not_found'
