import { createSealer } from '@waxseal/core'
import { expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { customer, indexOf, options, TENANTS, tenantKeys, withBench } from './bench.js'
import type { RowAdapterHarness } from './harness.js'
import { expectCustomer } from './storing-cases.js'

async function fails(run: () => Promise<unknown>): Promise<boolean> {
  try {
    await run()
    return false
  } catch {
    return true
  }
}

/** Look-ups by blind index, and what survives changes of keys, indexes and names. */
export function findingCases({ it, harness }: Contract<RowAdapterHarness>): void {
  it('finds rows by a value that is sealed, within a tenant', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const shared = { email: 'Ada@Example.com' }
      await table.insert([customer('c1', shared), customer('c2', { ...shared, tenant: TENANTS[1] }), customer('c3')])
      const found = await table.selectByEmail(' ada@example.COM', TENANTS[0])
      expectThat(found.length === 1 && found[0]!.id === 'c1', 'the row is found, by a value that is equal to it once normalised')
      expectThat((await table.selectByEmail('bob@example.com', TENANTS[0])).length === 0, 'another value finds none')
      const values = await Promise.all(['c1', 'c2'].map((id) => bench.read('customers', id, 'email_index')))
      expectThat(values[0] !== values[1], 'equal values of two tenants cannot be told to be equal')
    }))

  it('keeps a sealed value unique', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      await table.insert([customer('c1'), customer('c2', { email: null }), customer('c3', { email: null })])
      expectThat(await fails(() => table.insert([customer('c4', { email: 'C1@example.com' })])), 'a second row is refused')
      expectThat(await fails(() => table.update('c2', TENANTS[0], { email: 'c1@example.com' })), 'and so is a change')
      expectThat((await bench.dump()).length === 3, 'nothing of it is stored')
    }))

  it('finds rows while the index is rotated, and afterwards by the new one alone', () =>
    withBench(harness, async (bench) => {
      await (await bench.table('customers', options())).insert([customer('c1')])
      const both = await bench.table('customers', options({ index: indexOf(2, 1) }))
      await both.insert([customer('c2')])
      for (const id of ['c1', 'c2'])
        expectThat((await both.selectByEmail(`${id}@example.com`, TENANTS[0]))[0]?.id === id, `${id} is found`)
      expectThat((await both.reindex()) === 1, 'the rows of the old version are indexed anew')
      expectThat((await both.reindex()) === 0, 'once')
      const next = await bench.table('customers', options({ index: indexOf(2) }))
      for (const id of ['c1', 'c2'])
        expectThat((await next.selectByEmail(`${id}@example.com`, TENANTS[0]))[0]?.id === id, `${id} is found by the new version`)
    }))

  it('reads what an older key sealed', () =>
    withBench(harness, async (bench) => {
      const [before, after] = [customer('c1'), customer('c2')]
      await (await bench.table('customers', options())).insert([before])
      const table = await bench.table('customers', options({ sealer: createSealer({ keys: tenantKeys(2) }) }))
      await table.insert([after])
      const found = await table.select(['c1', 'c2'])
      expectCustomer(found[0], before)
      expectCustomer(found[1], after)
    }))

  it('reads what was sealed under an older name', () =>
    withBench(harness, async (bench) => {
      const row = customer('c1')
      await (await bench.table('customers', options({ alias: 'clients' }))).insert([row])
      const renamed = options({ previousContexts: (context) => [{ ...context, table: 'clients' }] })
      expectCustomer((await (await bench.table('customers', renamed)).select(['c1']))[0], row)
    }))
}
