import { type Sealer, WaxsealError } from '@waxseal/core'
import type { SessionContext } from './context.js'
import type { SessionSealOptions } from './options.js'

/** Where one value belongs. */
export interface ValuePlace {
  readonly context: SessionContext
  readonly scope: string | undefined
}

/** Carries values to the sealer and back. */
export interface Values {
  seal(value: unknown, place: ValuePlace): Promise<string>
  /** `strict`: a value in clear is opened by a migration window alone. */
  open(stored: unknown, place: ValuePlace, strict: boolean): Promise<unknown>
}

/** Whether a value stands where only an envelope can: it is opened whatever is sealed today. */
export const isEnvelope = (value: unknown): value is string => typeof value === 'string' && /^wax[1-9][0-9]*\./.test(value)

const inClear = () => new WaxsealError('plaintext_rejected', 'the session holds a value in clear where a sealed one is expected')

export function createValues({ sealer, plaintext, previousContexts }: SessionSealOptions): Values {
  const openEnvelope = (sealed: string, { context, scope }: ValuePlace): Promise<unknown> =>
    previousContexts ? openAny(sealed, [context, ...previousContexts(context)], scope) : sealer.open(sealed, { context, scope })

  async function openAny(sealed: string, contexts: readonly SessionContext[], scope: string | undefined): Promise<unknown> {
    const [context, ...older] = contexts
    try {
      return await sealer.open(sealed, { context: context!, scope })
    } catch (error) {
      if (older.length === 0 || !WaxsealError.is(error) || error.code !== 'open_failed') throw error
      return openAny(sealed, older, scope)
    }
  }

  function openClear(stored: unknown, { context, scope }: ValuePlace): Promise<unknown> {
    if (!plaintext) throw inClear()
    // The core decides on the window, and counts what it lets through.
    return sealer.open(stored as Parameters<Sealer['open']>[0], { context, scope, plaintext })
  }

  return {
    seal: (value, { context, scope }) => sealer.seal(value, { context, scope }),
    async open(stored, place, strict) {
      if (isEnvelope(stored)) return openEnvelope(stored, place)
      return strict ? openClear(stored, place) : stored
    },
  }
}
