import type { Sealed, Sealer } from '@waxseal/core'
import { wrapContext, wrapContextBytes } from '@waxseal/core/keys'
import type { Candidate } from './candidate.ts'
import { context } from './ours.ts'

const work = 'a part'

/** What belongs to every call, on its own. */
export async function parts(sealer: Sealer, wrapping: Sealer): Promise<Candidate[]> {
  const [named, wrapped] = await Promise.all([sealer, wrapping].map((one) => one.seal('', { context })))
  const lookUp = (one: Sealer, envelope: Sealed<string> = '') => ({
    run: () => one.warm({ scopes: [], envelopes: [{ sealed: envelope }] }),
  })
  const pairs = wrapContext('envelope', 'root', 1)
  let id = 0
  return [
    { work, by: 'parse (inspect)', run: () => sealer.inspect(named!) },
    { work, by: 'parse, look a named key up (warm)', ...lookUp(sealer, named) },
    { work, by: 'parse, look a wrapped key up, cached (warm)', ...lookUp(wrapping, wrapped) },
    { work, by: 'encode a context that was seen before', run: () => wrapContextBytes(pairs) },
    { work, by: 'encode a new context', run: () => wrapContextBytes({ ...pairs, scope: String(id++) }) },
  ]
}
