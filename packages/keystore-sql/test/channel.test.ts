import { expect, it } from 'vitest'
import { type KeyChannel, migrateKeystore } from '../src/index.ts'
import { channelSuite } from './channel-suite.ts'
import { openSqlite } from './databases.ts'
import { actor, openStore } from './stores.ts'

type Changed = Parameters<KeyChannel['subscribe']>[0]

/** A channel within this process. */
function bus(): () => KeyChannel {
  const listeners = new Set<Changed>()
  return () => ({
    publish(kids) {
      for (const listener of listeners) listener(kids)
    },
    subscribe(changed) {
      listeners.add(changed)
      return () => void listeners.delete(changed)
    },
  })
}

channelSuite('a channel of one process', async () => ({ ...openSqlite(), channel: bus() }))

it('holds up nothing when it fails, and says so', async () => {
  const database = openSqlite()
  await migrateKeystore(database)
  const broken: KeyChannel = {
    publish: () => {
      throw new Error('no channel')
    },
    subscribe: () => Promise.reject(new Error('no channel')),
  }
  const { keystore, events } = openStore(database, { channel: broken })
  await keystore.generate('orders', { actor })
  expect(await keystore.current(undefined, { now: Date.now })).toMatchObject({ version: 1 })
  expect(events.filter(({ type }) => type === 'channel_failed')).toHaveLength(3)
  await keystore.close()
  await database.db.destroy()
})
