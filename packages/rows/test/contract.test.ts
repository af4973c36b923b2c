import { type ContractCustomer, rowAdapterContract } from '@waxseal/conformance/contracts'
import { createBlindIndex, createSealer, generateKey, normalisers, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { arrayBench, type Fault } from './array-bench.js'

rowAdapterContract({ describe, it, harness: { name: 'an array', create: () => arrayBench() } })

const anyone = createBlindIndex({
  keys: staticKeys([{ kid: 'idx', key: generateKey() }]),
  table: 'customers',
  field: 'email',
  normaliser: normalisers.text,
  versions: [{ version: 1, key: { kid: 'idx' } }],
})
/** One index for all tenants. */
const unscoped = { ...anyone, value: (text: string) => anyone.value(text), values: (text: string) => anyone.values(text) }
const everyKey = createSealer({ keys: staticKeys([{ kid: 'any', key: generateKey() }]) })
const window = { allowUntil: new Date(Date.now() + 60_000) }

/** By fault, and by what of the contract it breaks. */
const FAULTS: Record<string, readonly [Fault, RegExp]> = {
  'keeps a copy in clear': [
    { stored: (stored, { card }) => ({ ...stored, ...(card && { card_copy: card }) }) },
    /nothing that was sealed/,
  ],
  'stores bytes in clear': [
    { stored: (stored, { photo }) => ({ ...stored, ...(photo && { photo }) }) },
    /nothing that was sealed/,
  ],
  'seals NULL': [{ stored: (stored, { card }) => ({ ...stored, ...(card === null && { card: 'wax1.' }) }) }, /leaves NULL/],
  'leaves the row out of the context': [{ options: (options) => ({ ...options, row: 'none' }) }, /another column, row or table/],
  'leaves the table out of the context': [
    { options: (options) => ({ ...options, table: 'all' }) },
    /another column, row or table/,
  ],
  'takes plaintext': [
    {
      options: (options) => ({
        ...options,
        columns: Object.fromEntries(
          Object.entries(options.columns).map(([name, column]) => [name, { ...column, plaintext: window }]),
        ),
      }),
    },
    /values in clear, unless/,
  ],
  'takes no plaintext where it should': [
    {
      options: (options) => ({
        ...options,
        columns: Object.fromEntries(
          Object.entries(options.columns).map(([name, column]) => [name, { ...column, plaintext: undefined }]),
        ),
      }),
    },
    /values in clear, unless/,
  ],
  'gives null for what does not open': [
    {
      table: (table) => ({ select: (ids) => table.select(ids).catch(() => ids.map(() => ({}) as ContractCustomer)) }),
    },
    /keys of others/,
  ],
  'ignores older names': [{ options: (options) => ({ ...options, previousContexts: undefined }) }, /an older name/],
  'ignores tenants': [
    { options: (options) => ({ ...options, scope: () => undefined, sealer: everyKey }) },
    /a tenant whose key was destroyed/,
  ],
  'has one index for all tenants': [
    {
      options: (options, { index }) => ({ ...options, indexes: { email_index: { of: 'email', index: index && unscoped } } }),
    },
    /within a tenant/,
  ],
  'has no unique index': [{ notUnique: true }, /unique/],
  'leaves the index behind a change': [
    {
      stored: (stored, row) => {
        const { email_index, ...rest } = stored
        return row.id ? stored : rest
      },
    },
    /changes one value/,
  ],
  'leaves the companions out': [{ options: (options) => ({ ...options, companions: undefined }) }, /tells what is sealed/],
  'keeps rows for too long': [
    {
      options: (options) => ({
        ...options,
        companions: { ...options.companions, deleteAt: { column: 'delete_at', policy: { keep: 'for', ms: 1e12 } } },
      }),
    },
    /when it is to go/,
  ],
  'indexes nothing anew': [{ table: () => ({ reindex: async () => 0 }) }, /rotated/],
  'drops members': [
    { stored: (stored) => ({ ...stored, ...(stored.plan !== undefined && { plan: 'none' }) }) },
    /as it was written/,
  ],
  'finds nothing by a field in clear': [{ table: () => ({ selectByCity: async () => [] }) }, /to queries/],
}

describe('the contract of adapters of databases', () => {
  for (const [what, [fault, broken]] of Object.entries(FAULTS))
    it(`finds an adapter that ${what}`, async () => {
      const failed: string[] = []
      const tests: (() => Promise<void>)[] = []
      rowAdapterContract({
        describe: (_, body) => body(),
        it: (name, run) => tests.push(() => run().catch(() => void failed.push(name))),
        harness: { name: what, create: () => arrayBench(fault) },
      })
      for (const run of tests) await run()
      expect(failed.join('\n')).toMatch(broken)
    })
})
