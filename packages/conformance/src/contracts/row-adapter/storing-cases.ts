import { createCanaries } from '../../leak-probe/canaries.js'
import { describeHits, scan } from '../../leak-probe/scan.js'
import { equalBytes, expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { customer, options, TENANTS, withBench } from './bench.js'
import type { ContractCustomer, RowAdapterHarness } from './harness.js'

const sameJson = (a: unknown, b: unknown): boolean => ordered(a) === ordered(b)

/** JSON whose members are in one order: databases keep none. */
const ordered = (value: unknown): string =>
  JSON.stringify(value, (_, member) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )

/** Fails unless both rows have the same values. */
export function expectCustomer(found: ContractCustomer | undefined, expected: ContractCustomer): void {
  expectThat(found !== undefined, 'the row is found')
  for (const name of ['id', 'tenant', 'plan', 'email', 'card'] as const)
    expectThat(found[name] === expected[name], `${name} is read as it was written`)
  const [photo, given] = [found.photo, expected.photo]
  expectThat(photo && given ? equalBytes(Uint8Array.from(photo), given) : photo === given, 'photo is read as it was written')
  for (const name of ['notes', 'profile'] as const)
    expectThat(sameJson(found[name], expected[name]), `${name} is read as it was written`)
}

/** What is written is read again, and the database sees none of it. */
export function storingCases({ it, harness }: Contract<RowAdapterHarness>): void {
  it('reads every kind of column as it was written', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const rows = [customer('c1'), customer('c2', { tenant: TENANTS[1] }), customer('c3', { notes: 'a text', plan: 'basic' })]
      await table.insert(rows)
      const found = await table.select(['c1', 'c2', 'c3'])
      expectThat(found.length === 3, 'every row is found')
      rows.forEach((row, at) => {
        expectCustomer(found[at], row)
      })
    }))

  it('leaves NULL a NULL', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const empty = customer('c1', { email: null, card: null, photo: null, notes: null, profile: null })
      await table.insert([empty])
      const columns = ['email', 'email_index', 'card', 'photo', 'notes', 'profile']
      for (const column of columns)
        expectThat((await bench.read('customers', 'c1', column)) === null, `${column} is NULL in the database`)
      expectCustomer((await table.select(['c1']))[0], empty)
    }))

  it('leaves nothing that was sealed in the database', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const { ascii, digits, unicode, json, email } = createCanaries()
      await table.insert([
        customer('c1', {
          email: email.value,
          card: digits.value,
          photo: new TextEncoder().encode(ascii.value),
          notes: { [ascii.value]: [json.value] },
          profile: { city: 'Graz', phone: unicode.value, references: [{ name: ascii.value }] },
        }),
      ])
      await table.update('c1', TENANTS[0], { card: ascii.value, profile: { city: 'Linz', phone: json.value, references: [] } })
      const rows = await bench.dump()
      const texts = rows.map((row, at) => ({ where: `row ${at}`, text: dumped(row) }))
      const { hits, items } = await scan(texts, [ascii, digits, unicode, json, email])
      expectThat(items > 0, 'there is something to look into')
      expectThat(hits.length === 0, `nothing stands in clear: ${describeHits(hits)}`)
    }))

  it('leaves what is not sealed to queries', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const graz = customer('c2', { profile: { city: 'Graz', phone: '+43 316 1', references: [] } })
      await table.insert([customer('c1'), graz])
      const found = await table.selectByCity('Graz')
      expectThat(found.length === 1, 'rows are found by a field of JSON that is in clear')
      expectCustomer(found[0], graz)
    }))

  it('tells what is sealed beside it, and when it is to go', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const before = Date.now()
      await table.insert([customer('c1')])
      const sealed = await bench.read('customers', 'c1', 'is_encrypted')
      expectThat(sealed === true || Number(sealed) === 1, 'is_encrypted is true')
      const fields = await bench.read('customers', 'c1', 'pii_fields')
      const text = typeof fields === 'string' ? fields : JSON.stringify(fields)
      for (const name of ['email', 'card', 'photo', 'notes', 'profile/phone', 'profile/references'])
        expectThat(text.includes(name), `pii_fields names ${name}`)
      const at = new Date((await bench.read('customers', 'c1', 'delete_at')) as string | number | Date).getTime()
      const days = (at - before) / 86_400_000
      expectThat(days > 28.9 && days < 31.1, 'delete_at is 30 days ahead')
    }))

  it('changes one value and leaves the others', () =>
    withBench(harness, async (bench) => {
      const table = await bench.table('customers', options())
      const row = customer('c1')
      await table.insert([row])
      const photo = await bench.read('customers', 'c1', 'photo')
      await table.update('c1', row.tenant, { card: '5500', email: 'new@example.com' })
      await table.update('c1', row.tenant, { plan: 'basic' })
      expectThat(sameStored(await bench.read('customers', 'c1', 'photo'), photo), 'what did not change is not written')
      expectCustomer((await table.select(['c1']))[0], { ...row, card: '5500', email: 'new@example.com', plan: 'basic' })
      expectThat((await table.selectByEmail('c1@example.com', row.tenant)).length === 0, 'the old value is not found any more')
      expectThat((await table.selectByEmail('new@example.com', row.tenant)).length === 1, 'the new value is found')
    }))
}

const sameStored = (a: unknown, b: unknown): boolean => dumped(a) === dumped(b)

/** Bytes are looked into as such, and also as what they spell. */
const dumped = (row: unknown): string =>
  JSON.stringify(row, (_, value) => {
    const bytes = value?.type === 'Buffer' ? Uint8Array.from(value.data as number[]) : value
    return bytes instanceof Uint8Array ? `${new TextDecoder().decode(bytes)} ${hex(bytes)}` : value
  })

const hex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
