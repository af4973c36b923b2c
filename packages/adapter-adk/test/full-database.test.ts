import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { DatabaseSessionService } from '@google/adk'
import { LibSqlDriver } from '@mikro-orm/libsql'
import { createCanaries, describeHits, type Scanned, scan } from '@waxseal/conformance/leak-probe'
import { generateKey } from '@waxseal/core'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { sealedSessionService } from '../src/index.js'
import { ormOf, sqliteHost } from './hosts.js'
import { createWatched, eventAt } from './sealing.js'

// libsql reads its options beside the name of the file, which the driver sets.
const driverOptions = (encryptionKey: string) => ({ connection: { encryptionCipher: 'aes256cbc', encryptionKey } })

/** Everything in the folder of a database: it, its journal, what else is beside it. */
const filesOf = (file: string): Scanned[] =>
  readdirSync(dirname(file)).map((name) => ({ where: name, bytes: readFileSync(join(dirname(file), name)) }))

describe('a database that is encrypted whole, with libsql', () => {
  it.each([
    ['alone', false],
    ['under sealed sessions', true],
  ])('shows nothing in its files, names and ids included: %s', async (_, sealed) => {
    const key = generateKey()
    const host = await sqliteHost(driverOptions(key))
    const service = sealed ? sealedSessionService(host.service, { sealer: createWatched().sealer }) : host.service
    const { ascii, unicode, email } = createCanaries('file')
    const name = createCanaries('name').ascii
    const session = await service.createSession({ appName: 'support', userId: email.value, state: { [name.value]: ascii.value } })
    await service.appendEvent({ session, event: eventAt(Date.now() + 60_000, { author: name.value, output: unicode.value }) })

    const report = await scan(filesOf(host.file), [ascii, unicode, email, name], { inflate: true })
    expect(describeHits(report.hits)).toBe('')
    expect(report.bytes).toBeGreaterThan(20_000)
    expect(readFileSync(host.file).includes('SQLite format 3')).toBe(false)

    const again = new DatabaseSessionService({ driver: LibSqlDriver, dbName: host.file, driverOptions: driverOptions(key) })
    await again.init()
    expect(await again.listSessions({ appName: 'support' })).toMatchObject({ totalItems: 1 })
    await ormOf(again).close(true)
    for (const options of [undefined, driverOptions(generateKey()).connection])
      expect(() => new Database(host.file, options as Database.Options).prepare('select * from sessions').all()).toThrow(
        'not a database',
      )
    await host.close()
  })

  it('without it names and ids are in the file: the probe finds what is there', async () => {
    const host = await sqliteHost()
    const { email } = createCanaries('file')
    await sealedSessionService(host.service, { sealer: createWatched().sealer }).createSession({
      appName: 'support',
      userId: email.value,
    })
    expect((await scan(filesOf(host.file), [email])).hits).not.toEqual([])
    await host.close()
  })
})
