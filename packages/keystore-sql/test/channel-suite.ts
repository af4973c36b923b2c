import { createSealer } from '@waxseal/core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { type KeyChannel, migrateKeystore } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'
import { actor, codeOf, context, openStore } from './stores.ts'

export interface ChannelDatabase extends TestDatabase {
  /** One end of the channel, for each process. */
  readonly channel: () => KeyChannel
  /** Breaks the connection of every end. */
  readonly cut?: (() => Promise<void>) | undefined
}

/** That cached copies elsewhere go at once, on clocks that stand still. */
export function channelSuite(title: string, open: () => Promise<ChannelDatabase>): void {
  describe(title, () => {
    let database: ChannelDatabase
    const stores: ReturnType<typeof openStore>[] = []
    beforeAll(async () => {
      database = await open()
      await migrateKeystore(database)
    })
    afterAll(async () => {
      for (const { keystore } of stores) await keystore.close()
      await database?.db.destroy()
    })
    const join = () => {
      const store = openStore(database, { channel: database.channel(), onNewScope: () => ({}) })
      stores.push(store)
      return { ...store, sealer: createSealer({ keys: store.keystore.source('told') }) }
    }

    it('kills cached copies everywhere, and brings new versions', async () => {
      const [here, there] = [join(), join()]
      await here.keystore.generate('told', { actor })
      const scope = 'user:told'
      const sealed = await there.sealer.seal('x', { context, scope })
      await there.sealer.seal('x', { context })
      await vi.waitFor(async () => {
        await here.keystore.rotate('told', { actor })
        const { newestVersion } = await here.keystore.get('told')
        await vi.waitFor(async () =>
          expect(there.sealer.inspect(await there.sealer.seal('x', { context })).keyVersion).toBe(newestVersion),
        )
      })
      expect(await there.sealer.open(sealed, { context, scope })).toBe('x')
      await here.keystore.shred(scope, { actor })
      await vi.waitFor(async () =>
        expect(await codeOf(() => there.sealer.open(sealed, { context, scope }))).toBe('key_destroyed'),
      )
    })

    it('drops everything when it may have missed something, and listens again', async () => {
      if (!database.cut) return
      const [here, there] = [join(), join()]
      await here.keystore.generate('told', { actor, scope: 'user:cut' })
      const scope = 'user:cut'
      const sealed = await there.sealer.seal('x', { context, scope })
      await database.cut()
      await here.keystore.shred(scope, { actor })
      await vi.waitFor(
        async () => expect(await codeOf(() => there.sealer.open(sealed, { context, scope }))).toBe('key_destroyed'),
        {
          timeout: 5_000,
        },
      )
    })
  })
}
