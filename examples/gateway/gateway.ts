import {
  type AuditStore,
  type DeadLetterStore,
  redactFields,
  type SealedAuditOptions,
  type StateStore,
  sealedAuditStore,
  sealedDeadLetterSink,
  sealedStateStore,
} from '@waxseal/adapter-stores'
import { createBlindIndex, createDedupKey, type KeySource, normalisers, type Sealer } from '@waxseal/core'
import { dispatch, type GatewayOptions } from './dispatch.ts'
import { addToGroup, readGroup, transition } from './events.ts'
import { type Action, CLEAR_KINDS, type Event } from './kinds.ts'
import { advanceChain, approve, repeat, requestApproval, runDue, schedule, startChain } from './later.ts'

export interface Stores {
  readonly state: StateStore
  readonly audit: AuditStore
  readonly deadLetters: DeadLetterStore
}

export interface Setup extends Pick<GatewayOptions, 'execute' | 'now'> {
  readonly sealer: Sealer
  /** Has a key `index` for fingerprints and dedup values. */
  readonly keys: KeySource
  readonly trail: NonNullable<SealedAuditOptions['chain']>['trail']
}

/** An action gateway, as Acteon is one: everything that it stores goes through three sealed stores. */
export function createGateway(stores: Stores, { sealer, keys, trail, execute, now }: Setup) {
  const seal = { sealer, app: 'gateway' }
  const key = { kid: 'index' }
  const dedup = createDedupKey({ keys, key })
  const recipients = createBlindIndex({
    ...{ keys, table: 'audit', field: 'to', normaliser: normalisers.text },
    versions: [{ version: 1, key }],
  })
  const gateway: GatewayOptions = {
    ...{ dedup, execute, now },
    state: sealedStateStore(stores.state, { ...seal, clearKinds: CLEAR_KINDS }),
    audit: sealedAuditStore(stores.audit, {
      ...seal,
      ...{ now, redact: redactFields(['password', 'card.cvc']), chain: { trail, digest: dedup } },
      fingerprint: { index: recipients, of: ({ payload }) => (payload as { to?: string }).to },
    }),
    deadLetters: sealedDeadLetterSink(stores.deadLetters, { ...seal, now, redact: redactFields(['password', 'card.cvc']) }),
  }
  return {
    ...gateway,
    dispatch: (action: Action) => dispatch(gateway, action),
    schedule: (action: Action, dueAt: number) => schedule(gateway, action, dueAt),
    repeat: (action: Action, everyMs: number) => repeat(gateway, action, everyMs),
    runDue: () => runDue(gateway),
    startChain: (id: string, steps: readonly Action[]) => startChain(gateway, id, steps),
    advanceChain: (whose: Action, id: string) => advanceChain(gateway, whose, id),
    requestApproval: (action: Action, ttlMs: number) => requestApproval(gateway, action, ttlMs),
    approve: (whose: Action) => approve(gateway, whose),
    transition: (event: Event, to: string, timeoutMs: number) => transition(gateway, event, to, timeoutMs),
    addToGroup: (group: string, event: Event) => addToGroup(gateway, group, event),
    readGroup: (whose: Event, group: string) => readGroup(gateway, whose, group),
  }
}

export type Gateway = ReturnType<typeof createGateway>
