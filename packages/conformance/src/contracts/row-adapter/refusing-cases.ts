import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expectError, expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { customer, inAnHour, options, TENANTS, tenantKeys, withBench } from './bench.js'
import type { RowAdapterHarness, TableUnderTest } from './harness.js'
import { expectCustomer } from './storing-cases.js'

/** What was moved, changed or is nobody's is refused. */
export function refusingCases({ it, harness }: Contract<RowAdapterHarness>): void {
  it('refuses values that were put into another column, row or table', () =>
    withBench(harness, async (bench) => {
      const customers = await bench.table('customers', options())
      const suppliers = await bench.table('suppliers', options())
      await customers.insert([customer('c1'), customer('c2')])
      await suppliers.insert([customer('c1')])
      type Cell = readonly [table: string, id: string, column: string]
      const moves: { from: Cell; to: Cell; of: TableUnderTest; what: string }[] = [
        { from: ['customers', 'c1', 'email'], to: ['customers', 'c1', 'card'], of: customers, what: 'another column' },
        { from: ['customers', 'c1', 'card'], to: ['customers', 'c2', 'card'], of: customers, what: 'another row' },
        { from: ['customers', 'c1', 'photo'], to: ['customers', 'c2', 'photo'], of: customers, what: 'another row, as bytes' },
        { from: ['customers', 'c1', 'notes'], to: ['customers', 'c2', 'notes'], of: customers, what: 'another row, in JSON' },
        {
          from: ['customers', 'c1', 'profile'],
          to: ['customers', 'c2', 'profile'],
          of: customers,
          what: 'another row, a document',
        },
        { from: ['customers', 'c1', 'card'], to: ['suppliers', 'c1', 'card'], of: suppliers, what: 'another table' },
      ]
      for (const { from, to, of, what } of moves) {
        const kept = await bench.read(...to)
        await bench.write(...to, await bench.read(...from))
        const error = await expectError(() => of.select([to[1]]), `a value of ${what}`, ['open_failed'])
        expectThat(error.message.includes(to[2]), 'the error names the column')
        await bench.write(...to, kept)
        expectThat((await of.select([to[1]])).length === 1, 'the row is read once it is as it was')
      }
    }))

  it('refuses a row that was put under another tenant', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      await table.insert([customer('c1'), customer('c2', { tenant: TENANTS[1] })])
      const kept = await bench.read('customers', 'c1', 'tenant')
      await bench.write('customers', 'c1', 'tenant', await bench.read('customers', 'c2', 'tenant'))
      await expectError(() => table.select(['c1']), 'a row of another tenant', ['open_failed', 'key_not_found'])
      await bench.write('customers', 'c1', 'tenant', kept)
      expectCustomer((await table.select(['c1']))[0], customer('c1'))
    }))

  it('refuses values in clear, unless a window is open', () =>
    withBench(harness, async (bench) => {
      const clear = await bench.table('customers', options({ write: 'plaintext' }))
      const row = customer('c1', { photo: null })
      await clear.insert([row])
      const marked = await bench.read('customers', 'c1', 'is_encrypted')
      expectThat(marked === false || Number(marked) === 0, 'is_encrypted is false of a row in clear')
      const table = await bench.table('customers', options())
      await expectError(() => table.select(['c1']), 'values in clear', ['plaintext_rejected'])
      const window = await bench.table('customers', options({ plaintext: inAnHour() }))
      expectCustomer((await window.select(['c1']))[0], row)
      await window.update('c1', row.tenant, { email: row.email, card: row.card, notes: row.notes, profile: row.profile })
      expectCustomer((await table.select(['c1']))[0], row)
    }))

  it('refuses rows without what tells where their values belong', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      await table.insert([customer('c1')])
      await expectError(() => table.selectWithoutId('c1'), 'a row without its id', ['context_required'])
    }))

  it('opens nothing with keys of others', () =>
    withBench(harness, async (bench) => {
      await (await bench.table('customers', options())).insert([customer('c1')])
      const keys = TENANTS.map((scope) => ({ kid: scope.slice(7), scope, key: generateKey() }))
      const other = await bench.table('customers', options({ sealer: createSealer({ keys: staticKeys(keys) }) }))
      await expectError(() => other.select(['c1']), 'a value under a key that is not ours', ['open_failed'])
    }))

  it('loses the values of a tenant whose key was destroyed, and no others', () =>
    withBench(harness, async (bench) => {
      const rows = [customer('c1'), customer('c2', { tenant: TENANTS[1] })]
      await (await bench.table('customers', options())).insert(rows)
      const table = await bench.table('customers', options({ sealer: createSealer({ keys: tenantKeys(1, TENANTS[0]) }) }))
      await expectError(() => table.select(['c1']), 'a value whose key was destroyed', ['key_destroyed'])
      expectCustomer((await table.select(['c2']))[0], rows[1]!)
    }))

  it('seals nothing where it may only open', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options({ sealer: createSealer({ keys: tenantKeys(), mode: 'open-only' }) }))
      await expectError(() => table.insert([customer('c1')]), 'an insert', ['sealing_disabled'])
      expectThat((await bench.dump()).length === 0, 'nothing is stored')
    }))
}
