import { type BlindIndex, createBlindIndex, createSealer, generateKey, normalisers, retention, staticKeys } from '@waxseal/core'
import type { ContractCustomer, ContractTable, RowAdapterHarness, RowBench } from './harness.js'

export const TENANTS = ['tenant:acme', 'tenant:zeta'] as const
const DAY_MS = 86_400_000

/** Keys of both tenants: the later generation of each seals. */
export function tenantKeys(generations = 1, destroyed?: string): ReturnType<typeof staticKeys> {
  return staticKeys(
    TENANTS.flatMap((scope) =>
      Array.from({ length: generations }, (_, at) => {
        const version = generations - at
        const named = { kid: scope.slice(7), version, scope }
        return scope === destroyed ? { ...named, state: 'destroyed' as const } : { ...named, key: keyOf(`${scope} ${version}`) }
      }),
    ),
  )
}

const kept = new Map<string, string>()
function keyOf(name: string): string {
  const key = kept.get(name) ?? generateKey()
  kept.set(name, key)
  return key
}

const indexKid = (scope: string | undefined): string => `idx-${scope?.slice(7)}`
const indexKeys = staticKeys(TENANTS.map((scope) => ({ kid: indexKid(scope), scope, key: generateKey() })))

export const indexOf = (...versions: number[]): BlindIndex =>
  createBlindIndex({
    keys: indexKeys,
    table: 'customers',
    field: 'email',
    normaliser: normalisers.text,
    versions: versions.map((version) => ({ version, key: (scope) => ({ kid: indexKid(scope) }) })),
  })

export const options = (changes: Partial<ContractTable> = {}): ContractTable => ({
  sealer: createSealer({ keys: tenantKeys() }),
  index: indexOf(1),
  retention: retention.deleteAfter({ days: 30 }),
  ...changes,
})

export const inAnHour = (): { allowUntil: Date } => ({ allowUntil: new Date(Date.now() + DAY_MS / 24) })

export function customer(id: string, changes: Partial<ContractCustomer> = {}): ContractCustomer {
  return {
    id,
    tenant: TENANTS[0],
    plan: 'gold',
    email: `${id}@example.com`,
    card: `4111 ${id} "quoted" 北京`,
    photo: Uint8Array.from({ length: 300 }, (_, at) => (at * 7) & 255),
    notes: { text: `notes of ${id}`, list: [1, 2.5, null, true], nested: { deep: [`${id}`] } },
    profile: { city: 'Wien', phone: `+43 1 ${id}`, references: [{ name: `uncle of ${id}` }, 'x'] },
    ...changes,
  }
}

/** Runs a test on a database of its own. */
export async function withBench(harness: RowAdapterHarness, test: (bench: RowBench) => Promise<void>): Promise<void> {
  const bench = await harness.create()
  try {
    await test(bench)
  } finally {
    await bench.close()
  }
}
