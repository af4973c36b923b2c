import type { SealedAuditStore, SealedDeadLetterSink, SealedStateStore } from '@waxseal/adapter-stores'
import type { DedupKey } from '@waxseal/core'
import type { Action, Kind } from './kinds.ts'

export interface GatewayOptions {
  readonly state: SealedStateStore
  readonly audit: SealedAuditStore
  readonly deadLetters: SealedDeadLetterSink
  /** Ids of what is compared by its payload. */
  readonly dedup: DedupKey
  /** The provider. */
  readonly execute: (action: Action) => Promise<void>
  readonly now: () => number
}

export type Outcome = 'executed' | 'deduplicated' | 'throttled' | 'over_quota' | 'failed'

const HOUR_MS = 3_600_000

/** One action through the pipeline: deduplicated, throttled, counted, locked, executed, recorded; in the end a dead letter. */
export async function dispatch(gateway: GatewayOptions, action: Action): Promise<Outcome> {
  const outcome = await outcomeOf(gateway, action)
  const { namespace, tenant, type: kind, id: subject, payload } = action
  await gateway.audit.append({ kind, namespace, tenant, subject, outcome, payload })
  await gateway.state.increment({ namespace, tenant, kind: 'Counter', id: outcome })
  return outcome
}

async function outcomeOf({ state, deadLetters, dedup, execute }: GatewayOptions, action: Action): Promise<Outcome> {
  const { namespace, tenant, type, payload } = action
  const at = (kind: Kind, id: string) => ({ namespace, tenant, kind, id })

  const mark = await dedup.value(type, payload as never)
  if (!(await state.compareAndSwap(at('Dedup', mark), null, true, { ttlMs: HOUR_MS }))) return 'deduplicated'
  if ((await state.increment(at('RateLimit', type), 1, { ttlMs: 1000 })) > 5) return 'throttled'
  const quota = (await state.get<number>(at('Quota', type)))?.value ?? Number.POSITIVE_INFINITY
  if ((await state.increment(at('QuotaUsage', type), 1, { ttlMs: 24 * HOUR_MS })) > quota) return 'over_quota'

  const lock = await state.compareAndSwap(at('Lock', action.id), null, 'worker-1', { ttlMs: 30_000 })
  if (!lock) return 'deduplicated'
  try {
    await execute(action)
    return 'executed'
  } catch (error) {
    await deadLetters.push({ kind: type, namespace, tenant, payload: { ...action }, error, attempts: 1 })
    return 'failed'
  } finally {
    await state.delete(at('Lock', action.id), lock)
  }
}
