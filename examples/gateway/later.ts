import { dispatch, type GatewayOptions } from './dispatch.ts'
import type { Action } from './kinds.ts'

const RETRY_MS = 60_000

const owner = ({ namespace, tenant }: Action) => ({ namespace, tenant })

/** The action is sealed; when it is due stands in an index of its own. */
export async function schedule({ state }: GatewayOptions, action: Action, dueAt: number): Promise<void> {
  await state.set({ ...owner(action), kind: 'ScheduledAction', id: action.id }, action)
  await state.set({ ...owner(action), kind: 'PendingScheduled', id: action.id }, dueAt)
}

export async function repeat({ state, now }: GatewayOptions, action: Action, everyMs: number): Promise<void> {
  await state.set({ ...owner(action), kind: 'RecurringAction', id: action.id }, { action, everyMs })
  await state.set({ ...owner(action), kind: 'PendingRecurring', id: action.id }, now() + everyMs)
}

/** Dispatches what is due. The indices are read without a key; only what is due is opened. */
export async function runDue(gateway: GatewayOptions): Promise<number> {
  const { state, now } = gateway
  let ran = 0
  async function* due(kind: 'PendingScheduled' | 'PendingRecurring') {
    for (let after: string | undefined; ; ) {
      const { entries, next } = await state.list({ kind }, { after })
      const times = await Promise.all(entries.map((entry) => state.get<number>(entry)))
      yield* entries.filter((_, at) => (times[at]?.value ?? Number.POSITIVE_INFINITY) <= now())
      if (next === null) return
      after = next
    }
  }
  for await (const pending of due('PendingScheduled')) {
    // One worker takes it; should that one fail, it is due again.
    const taken = await state.compareAndSwap(pending, pending.version, now() + RETRY_MS)
    if (!taken) continue
    const entry = await state.get<Action>({ ...pending, kind: 'ScheduledAction' })
    if (entry) {
      await dispatch(gateway, entry.value)
      await state.delete({ ...pending, kind: 'ScheduledAction' }, entry.version)
      ran++
    }
    await state.delete(pending, taken)
  }
  for await (const pending of due('PendingRecurring')) {
    const entry = await state.get<{ action: Action; everyMs: number }>({ ...pending, kind: 'RecurringAction' })
    if (!entry || !(await state.compareAndSwap(pending, pending.version, now() + entry.value.everyMs))) continue
    await dispatch(gateway, { ...entry.value.action, payload: { ...entry.value.action.payload, run: now() } })
    ran++
  }
  return ran
}

interface Chain {
  readonly steps: readonly Action[]
  readonly done: number
}

export async function startChain({ state }: GatewayOptions, id: string, steps: readonly Action[]): Promise<void> {
  await state.set({ ...owner(steps[0]!), kind: 'Chain', id }, { steps, done: 0 } satisfies Chain)
}

/** Takes the next step; a worker that comes second takes none. False where there is none left. */
export async function advanceChain(gateway: GatewayOptions, whose: Action, id: string): Promise<boolean> {
  const key = { ...owner(whose), kind: 'Chain', id }
  const entry = await gateway.state.get<Chain>(key)
  const step = entry?.value.steps[entry.value.done]
  if (!entry || !step) return false
  const next = { ...entry.value, done: entry.value.done + 1 }
  if (!(await gateway.state.compareAndSwap(key, entry.version, next))) return true
  await dispatch(gateway, step)
  return true
}

export async function requestApproval({ state }: GatewayOptions, action: Action, ttlMs: number): Promise<void> {
  await state.set({ ...owner(action), kind: 'Approval', id: action.id }, { action, status: 'pending' }, { ttlMs })
}

export async function approve(gateway: GatewayOptions, whose: Action): Promise<boolean> {
  const key = { ...owner(whose), kind: 'Approval', id: whose.id }
  const entry = await gateway.state.get<{ action: Action; status: string }>(key)
  if (entry?.value.status !== 'pending') return false
  if (!(await gateway.state.compareAndSwap(key, entry.version, { ...entry.value, status: 'approved' }))) return false
  await dispatch(gateway, entry.value.action)
  return true
}
