import { WaxsealError, type WaxsealErrorCode } from '@waxseal/core'
import type { Caller } from '../callers/caller.js'
import type { DisclosureCounts } from '../policy/disclose.js'
import type { Claim } from './place.js'

/** One call, as far as what is behind the HTTP has to know it. */
export interface CodecCall {
  readonly caller: Caller
  /** Of `X-Namespace`, or of the path. */
  readonly namespace: string | undefined
  readonly claim: Claim
  /** The most that the caller wants to see, whatever they may. */
  readonly show?: 'masked' | undefined
  /** Aborted when the call's time is over. */
  readonly signal: AbortSignal
}

/** What became of one envelope: shown, shown in part, not shown; not this caller's; not to be opened; not to be opened now. */
export type Outcome = 'clear' | 'masked' | 'withheld' | 'refused' | 'failed' | 'unavailable' | 'sealed'

/** What the audit trail and the metrics are told of a call; never what was opened. */
export interface Tally {
  /** Contexts of what was opened or sealed, as JSON. */
  readonly contexts: Set<string>
  /** Contexts of what the policy let be opened; that they are true, opening shows. */
  readonly granted: Set<string>
  /** Contexts of what the policy refused, as the request or the envelope has them. */
  readonly refused: Set<string>
  readonly kids: Set<string>
  readonly outcomes: Map<Outcome, number>
}

export const createTally = (): Tally => ({
  contexts: new Set(),
  granted: new Set(),
  refused: new Set(),
  kids: new Set(),
  outcomes: new Map(),
})

/** Counts an envelope, and gives what became of it. */
export function counted({ outcomes }: Tally, outcome: Outcome): Outcome {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
  return outcome
}

/** Codes that tell of an outage; all others are one, so that nothing is learned from them. */
const LATER: readonly WaxsealErrorCode[] = ['provider_unavailable', 'throttled', 'timeout', 'key_not_resident']

/** What an error makes of one envelope among others; thrown again where it is the call's own. */
export function outcomeOfError(error: unknown): Outcome {
  if (!WaxsealError.is(error)) throw error
  if (error.code === 'closed' || error.code === 'aborted') throw error
  if (error.code === 'access_denied') return 'refused'
  return LATER.includes(error.code) ? 'unavailable' : 'failed'
}

export const outcomeOf = ({ clear, masked, nothing }: DisclosureCounts): Outcome => {
  if (masked > 0) return 'masked'
  return nothing > 0 && clear === 0 ? 'withheld' : 'clear'
}
