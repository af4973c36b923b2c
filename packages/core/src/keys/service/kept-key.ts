import type { DataKey } from '../data-key.js'
import type { KeyCall } from '../types.js'
import type { Surroundings } from './attempts.js'

/** For how long an outage lets an old key serve before the service is asked again. */
const HOLD_MS = 10_000

/** A data key in a cache, with its age. */
export interface KeptKey {
  readonly key: DataKey
  /** By the wall clock or the one that never goes back, whichever says more: a frozen process and a clock set back both count. */
  age(call: KeyCall): number
  /** Lets it serve for a while although it is too old. */
  hold(): void
  readonly held: boolean
}

/** A moment by both clocks. */
export interface Moment {
  readonly at: number
  readonly tick: number
}

export const moment = ({ now }: KeyCall, { tick }: Surroundings): Moment => ({ at: now(), tick: tick() })

/** Keeps a key that is as old as the answer of whoever was asked for it `since` then. */
export function keep(key: DataKey, call: KeyCall, around: Surroundings, since = moment(call, around)): KeptKey {
  const { tick } = around
  let heldUntil = Number.NEGATIVE_INFINITY
  return {
    key,
    age: ({ now }) => Math.max(now() - since.at, tick() - since.tick),
    hold() {
      heldUntil = tick() + HOLD_MS
    },
    get held() {
      return tick() < heldUntil
    },
  }
}

/** Whether it may serve: young enough, or held and not older than the outage allowance. */
export const serves = (kept: KeptKey, call: KeyCall, maxAgeMs: number, staleMs: number): boolean => {
  const age = kept.age(call)
  return age < maxAgeMs || (kept.held && age < maxAgeMs + staleMs)
}

/** Calls that others share: no single caller's signal ends them. */
export const shared = ({ signal: _, ...call }: KeyCall): KeyCall => call
