import type { GatewayOptions } from './dispatch.ts'
import type { Event } from './kinds.ts'

type Stores = Pick<GatewayOptions, 'state' | 'dedup' | 'now'>

const owner = ({ namespace, tenant }: Event) => ({ namespace, tenant })

/** An event is known by a keyed hash of its labels: ids stand in clear, and labels may be personal. */
const fingerprintOf = ({ dedup }: Stores, { labels }: Event): Promise<string> => dedup.value('event', labels)

/** Puts an event into a state, and watches that it does not stay there for too long. */
export async function transition(stores: Stores, event: Event, to: string, timeoutMs: number): Promise<string> {
  const { state, now } = stores
  const id = await fingerprintOf(stores, event)
  await state.set({ ...owner(event), kind: 'EventState', id }, { state: to, event })
  await state.set({ ...owner(event), kind: 'ActiveEvents', id }, { state: to, labels: event.labels })
  await state.set({ ...owner(event), kind: 'EventTimeout', id }, { from: to, dueAt: now() + timeoutMs, event })
  return id
}

interface Group {
  readonly key: string
  readonly events: readonly Event[]
  readonly labels: Readonly<Record<string, string>>
}

/** Adds an event to its group, whoever else adds to it meanwhile. */
export async function addToGroup(stores: Stores, group: string, event: Event): Promise<void> {
  const { state, now } = stores
  const key = { ...owner(event), kind: 'Group', id: group }
  for (;;) {
    const entry = await state.get<Partial<Group>>(key)
    const { events, labels } = groupOf(group, entry?.value)
    const next: Group = { key: group, events: [...events, event], labels: { ...labels, ...event.labels } }
    if (await state.compareAndSwap(key, entry?.version ?? null, next)) break
  }
  await state.compareAndSwap({ ...key, kind: 'PendingGroups' }, null, now() + 30_000)
}

export async function readGroup({ state }: Stores, whose: Event, group: string): Promise<Group | null> {
  const entry = await state.get<Partial<Group>>({ ...owner(whose), kind: 'Group', id: group })
  return entry && groupOf(group, entry.value)
}

/** Groups that were written before they held events and labels have none. */
const groupOf = (key: string, { events = [], labels = {} }: Partial<Group> = {}): Group => ({ key, events, labels })
