import { chmodSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createFakeVault, serve } from '@waxseal/conformance/fakes'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { envKeys } from '@waxseal/keys-env'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import { sqliteDatabase } from '@waxseal/keystore-sql/sqlite'
import { itIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { type Config, createDatabases, openResources, parseConfig } from '../src/index.js'
import { optional } from '../src/open/optional.js'
import { AUDIT_KEY, ENV, folderWith, refusal } from './bench.js'

const context = { app: 'billing' }
const itSql = itIf(process.getBuiltinModule('node:sqlite') !== undefined, 'this Node has no node:sqlite')
const opened = (config: Config, env: Readonly<Record<string, string>> = ENV) => openResources(parseConfig(config), { env })

/** Seals and opens with the keys of a configuration. */
async function roundTrip(config: Config['keys'], env?: Readonly<Record<string, string>>): Promise<unknown> {
  const resources = opened({ keys: config }, env)
  const { keys, check } = await resources.keys()
  await using sealer = createSealer({ keys })
  await check()
  const value = await sealer.open(await sealer.seal('4111', { context }), { context })
  await resources.close()
  return value
}

describe('keys', () => {
  it('of the environment, and of several places', async () => {
    expect(await roundTrip('env://WAXSEAL_KEYS')).toBe('4111')
    expect(await roundTrip(['env://WAXSEAL_KEYS', 'env://ROOT_KEY'])).toBe('4111')
    expect(await roundTrip(staticKeys([{ kid: 'k1', key: generateKey() }]))).toBe('4111')
    expect(await refusal(() => roundTrip('env://NOWHERE'))).toContain('NOWHERE')
  })

  it('of a file, which its group may read where that is said', async () => {
    const file = join(folderWith({ keys: ENV.WAXSEAL_KEYS }), 'keys')
    expect(await roundTrip(`file://${file}`)).toBe('4111')
    chmodSync(file, 0o440)
    expect(await refusal(() => roundTrip(`file://${file}`))).toContain('is open to others')
    expect(await roundTrip({ file, allowMode: '0440' })).toBe('4111')
  })

  it('of a key service, which is asked whether it is there', async () => {
    const vault = createFakeVault()
    vault.mount('transit', 'transit')
    vault.createKey('orders')
    const served = await serve(vault)
    const uri = `vault-transit://transit/orders?addr=${encodeURIComponent(served.url)}`
    expect(await roundTrip(uri, { VAULT_TOKEN: vault.rootToken })).toBe('4111')
    await served.close()
    await expect(roundTrip(uri, { VAULT_TOKEN: vault.rootToken })).rejects.toMatchObject({ code: 'provider_unavailable' })
  })

  itSql('of a key store, with its trail in the same database', async () => {
    const file = join(folderWith(), 'keys.db')
    const database = sqliteDatabase(file)
    await migrateKeystore(database)
    const wrap = rootKeyProvider({ id: 'root', keys: envKeys({ name: 'ROOT_KEY', env: ENV }) })
    const keystore = createKeystore({ ...database, wrap, audit: 'none', name: 'orders' })
    await keystore.generate('orders', { actor: 'test' })
    await keystore.close()
    await database.db.destroy()

    const store = { database: 'env:DATABASE_URL', root: 'env://ROOT_KEY', name: 'orders', audit: AUDIT_KEY }
    const env = { ...ENV, DATABASE_URL: `sqlite:${file}` }
    expect(await roundTrip({ store }, env)).toBe('4111')
    const resources = opened({ keys: { store }, audit: { to: 'sql', database: `sqlite:${file}`, key: AUDIT_KEY } }, env)
    const { check } = await resources.keys()
    const trail = await resources.trail()
    await Promise.all(Array.from({ length: 10 }, () => trail.append({ actor: 'ann', operation: 'codec.open' })))
    expect(await trail.verify()).toMatchObject({ ok: true, last: 10 })
    await resources.close()
    await expect(check()).rejects.toThrow()
  })
})

describe('the trail', () => {
  it('of a file', async () => {
    const path = join(folderWith(), 'audit.jsonl')
    const resources = opened({ keys: 'env://WAXSEAL_KEYS', audit: { to: 'file', path, key: AUDIT_KEY } })
    const trail = await resources.trail()
    await trail.append({ actor: 'ann', operation: 'codec.open' })
    expect(await trail.query()).toMatchObject([{ stream: 'access', actor: 'ann' }])
    await trail.close()
  })

  itSql('in SQL, whose tables are made where that is said', async () => {
    const database = `sqlite:${join(folderWith(), 'audit.db')}`
    const append = async (migrate: boolean) => {
      const resources = opened({ keys: 'env://WAXSEAL_KEYS', audit: { to: 'sql', database, migrate, key: AUDIT_KEY } })
      try {
        return await (await resources.trail()).append({ actor: 'ann', operation: 'codec.open' })
      } finally {
        await resources.close()
      }
    }
    await expect(append(false)).rejects.toMatchObject({ code: 'sink_failed' })
    expect(await append(true)).toMatchObject({ seq: 1 })
    expect(await append(false)).toMatchObject({ seq: 2 })
  })

  itSql('leaves nothing behind where nothing may be made', async () => {
    const folder = folderWith()
    const looked = (database: string) => {
      const config = parseConfig({ keys: 'env://K', audit: { to: 'sql', database, migrate: true, key: AUDIT_KEY } })
      const resources = openResources(config, { env: ENV, create: false })
      return resources.trail().finally(() => resources.close())
    }
    expect(await refusal(() => looked(`sqlite:${folder}/none.db`))).toBe(`there is no database ${folder}/none.db`)
    expect(readdirSync(folder)).toEqual([])
    writeFileSync(join(folder, 'audit.db'), '')
    const { db } = sqliteDatabase(join(folder, 'audit.db'))
    await looked(`sqlite:${folder}/audit.db`)
    expect(await db.introspection.getTables()).toEqual([])
    await db.destroy()
  })

  it('has to be there, with a key that is one', async () => {
    expect(await refusal(() => opened({ keys: 'env://K' }).trail())).toContain('audit is missing')
    const audit = { to: 'stdout' as const, key: AUDIT_KEY }
    const message = await refusal(() => opened({ keys: 'env://K', audit }, { AUDIT_KEY: 'swordfish' }).trail())
    expect(message).toBe('env:AUDIT_KEY holds no key: 32 bytes in base64, base64url or hex')
  })

  it('is not looked for in a database of another kind', async () => {
    const audit = { to: 'sql' as const, database: 'env:URL', key: AUDIT_KEY }
    const message = await refusal(() => opened({ keys: 'env://K', audit }, { ...ENV, URL: 'redis://:swordfish@db' }).trail())
    expect(message).toBe('the URL of env:URL begins with postgres:, mysql:, mariadb: or sqlite:')
  })

  it.each(['postgres', 'mysql'])('is not looked for at a URL of %s that is none', async (scheme) => {
    const databases = createDatabases({ URL: `${scheme}://ann:swordfish@[db/app` })
    expect(await refusal(() => databases.open('env:URL'))).toBe('env:URL holds no URL')
    const there = createDatabases({ URL: `${scheme}://ann:swordfish@${scheme === 'postgres' ? '' : 'db'}/app` })
    await there.open('env:URL')
    await there.close()
  })
})

describe('a package that is not installed', () => {
  it('is named, with the way to install it', async () => {
    const load = () => import('@waxseal/not-there' as string)
    expect(await refusal(() => optional('@waxseal/keys-vault', load))).toContain('npm install @waxseal/keys-vault')
  })
})
