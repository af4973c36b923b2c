import type { SealedBytesCell, SealedCell, SealedDocumentCell } from '@waxseal/rows'
import { type Generated, type Insertable, Kysely, type Selectable, type Updateable } from 'kysely'
import { describe, expectTypeOf, it } from 'vitest'
import { type SealedTable, sealedConfig } from '../src/index.ts'
import { openSqlite } from './databases.ts'
import { customers } from './sealed.ts'

interface Profile {
  city: string
  phone: string
}
interface Tables {
  customers: SealedTable<
    typeof customers,
    {
      id: string
      plan: Generated<string>
      email: string
      card: string | null
      photo: Uint8Array | null
      profile: Profile
      email_index: string | null
    }
  >
}
type Customer = Tables['customers']

describe('a table', () => {
  const db = new Kysely<Tables>(sealedConfig({ dialect: openSqlite().open(), tables: { customers } }))

  it('is read as it was before it was sealed', () => {
    expectTypeOf<Selectable<Customer>>().toEqualTypeOf<{
      id: string
      plan: string
      email: string
      card: string | null
      photo: Uint8Array | null
      profile: Profile
      email_index: string | null
    }>()
    const query = () => db.selectFrom('customers').select(['id', 'card as number']).execute()
    expectTypeOf(query).returns.resolves.toEqualTypeOf<{ id: string; number: string | null }[]>()
  })

  it('is written as envelopes', () => {
    expectTypeOf<Insertable<Customer>['email']>().toEqualTypeOf<SealedCell<string>>()
    expectTypeOf<Insertable<Customer>['card']>().toEqualTypeOf<SealedCell<string> | null | undefined>()
    expectTypeOf<Insertable<Customer>['photo']>().toEqualTypeOf<SealedBytesCell<Uint8Array> | null | undefined>()
    expectTypeOf<Insertable<Customer>['profile']>().toEqualTypeOf<SealedDocumentCell<Profile>>()
    expectTypeOf<Updateable<Customer>['email']>().toEqualTypeOf<SealedCell<string> | undefined>()
  })

  it('takes rows and changes that were sealed, and no others', () => {
    const profile = { city: 'Wien', phone: '+43' }
    const typed = async () => {
      const row = { id: 'c1', email: 'ada@example.com', card: null, photo: new Uint8Array(1), profile }
      db.insertInto('customers').values(await customers.sealMany([row, row]))
      db.insertInto('customers').values(await customers.seal({ id: 'c1', email: 'ada@example.com', profile }))
      db.updateTable('customers').set(await customers.sealChange({ card: '4111' }, { id: 'c1' }))
      // @ts-expect-error no envelope
      db.insertInto('customers').values({ id: 'c1', email: 'ada@example.com', profile: (await customers.seal(row)).profile })
      // @ts-expect-error no envelope
      db.updateTable('customers').set({ card: '4111' })
      // @ts-expect-error an envelope of something else
      db.updateTable('customers').set({ email: (await customers.seal(row)).profile })
    }
    expectTypeOf(typed).toBeFunction()
  })

  it('has columns of the types that were declared', () => {
    // @ts-expect-error email is declared as a string
    expectTypeOf<SealedTable<typeof customers, { id: string; email: number }>>().toBeObject()
  })
})
