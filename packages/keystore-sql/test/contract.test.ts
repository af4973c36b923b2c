import { keySourceContract } from '@waxseal/conformance/contracts'
import { describe, it } from 'vitest'
import { migrateKeystore } from '../src/index.ts'
import { openSqlite } from './databases.ts'
import { actor, openStore } from './stores.ts'

const create = (scope: string) => async () => {
  const database = openSqlite()
  await migrateKeystore(database)
  const { keystore } = openStore(database, { now: undefined })
  await keystore.generate('orders', { actor, scope })
  return keystore
}

keySourceContract({
  describe,
  it,
  harness: {
    name: 'createKeystore',
    create: create('tenant:acme'),
    scope: 'tenant:acme',
    unknownScope: 'tenant:globex',
  },
})
