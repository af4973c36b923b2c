import { readdirSync, rmSync, writeFileSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

let home: ReturnType<typeof folder>
const env = { ROOT_KEYS: `r1:${generateKey()}`, AUDIT_KEY: generateKey(), WAXSEAL_KEYS: undefined }
const run = (args: string, input = '') => waxseal(args.split(' '), { cwd: home.path, env, input })
const json = async (args: string) => JSON.parse((await run(`${args} --json`)).out)

beforeEach(async () => {
  home = folder()
  const store = { database: 'sqlite:keys.db', root: 'env://ROOT_KEYS', audit: { id: 'a1', secret: 'env:AUDIT_KEY' } }
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: { store } }))
  expect((await run('keys migrate')).err).toBe('the tables of the key store are there\n')
})
afterEach(() => home.remove())

it('makes, shows and rotates keys, which seal', async () => {
  expect((await run('keys list')).out).toContain('no keys')
  expect((await run('keys create default --rotate-days 30')).out).toContain('active')
  const sealed = await run('seal --text -c app=x', 'secret')
  expect(sealed.code).toBe(0)
  expect((await run('keys rotate default')).out).toBe('default seals with version 2 now\n')
  expect((await run('open -c app=x', sealed.out)).out).toBe('secret')
  expect(await json('keys show default')).toMatchObject({
    name: 'default',
    newestVersion: 2,
    versions: [{ version: 2 }, { version: 1 }],
  })
  expect(await json('keys list')).toMatchObject([{ name: 'default', newestVersion: 2, scoped: false }])
  expect((await run('keys stats')).out).toMatch(/^keys {2,}1$/m)
  expect((await run('keys rotate --due')).out).toBe('0 rotated, 0 not\n')
})

it('takes a key out of use, step by step', async () => {
  await run('keys create default')
  await run('keys rotate default')
  const states = []
  for (const change of ['suspend', 'resume', 'destroy', 'cancel-destroy'])
    states.push((await json(`keys ${change} default --key-version 1`)).state)
  expect(states).toEqual(['suspended', 'decrypt_only', 'destroy_scheduled', 'decrypt_only'])
  expect((await run('keys destroy default --key-version 1')).out).toMatch(/^default version 1 is \S+, destroyed after 20/)
  expect((await run('keys destroy default --key-version 2')).code).toBe(1)
  expect((await run('keys retire default')).out).toBe('default version 2 is decrypt_only\n')
})

it('shreds a scope only when that is confirmed', async () => {
  await run('keys create default --scope tenant:acme')
  const sealed = (await run('seal --text -c app=x --scope tenant:acme', 'secret')).out
  expect((await run('keys shred tenant:acme')).err).toContain('has to be confirmed')
  expect((await run('keys shred tenant:acme --confirm tenant:other')).code).toBe(2)
  expect((await run('open -c app=x --scope tenant:acme', sealed)).out).toBe('secret')
  expect((await run('keys shred tenant:acme --confirm tenant:acme --reason gdpr-1')).out).toContain('keys gone: 1, versions: 1')
  const opened = await run('open -c app=x --scope tenant:acme', sealed)
  expect([opened.code, opened.out]).toEqual([1, ''])
})

it('finds out that somebody changed the trail', async () => {
  await run('keys create default --actor ann')
  expect((await run('keys verify-audit')).out).toMatch(/^the trail is in order: \d+ records\n$/)
  const db = new DatabaseSync(home.at('keys.db'))
  const triggers = db.prepare("select name from sqlite_master where type = 'trigger' and tbl_name = 'waxseal_audit'").all()
  for (const { name } of triggers as { name: string }[]) db.exec(`drop trigger "${name}"`)
  db.exec("update waxseal_audit set actor = 'bob' where actor = 'ann'")
  db.close()
  const { code, out } = await run('keys verify-audit')
  expect([code, out]).toEqual([1, expect.stringMatching(/^record \d+ of the trail is wrong: changed\n$/)])
})

it('tells ids of keys that no store keeps, and what else to do about them', async () => {
  const list = { env: { WAXSEAL_KEYS: `k2:${generateKey()},k1:${generateKey()}` }, cwd: home.path }
  const keys = ['--keys', 'env://WAXSEAL_KEYS']
  const { out } = await waxseal(['keys', 'list', '--json', ...keys], list)
  expect(JSON.parse(out)).toMatchObject([
    { kid: 'k2', use: 'seals' },
    { kid: 'k1', use: 'opens' },
  ])
  const { code, err } = await waxseal(['keys', 'rotate', 'x', ...keys], list)
  expect([code, err]).toEqual([2, expect.stringContaining('waxseal keygen')])
})

it('makes no store where none is, unless it is to', async () => {
  rmSync(home.at('keys.db'))
  const { code, err } = await run('keys list')
  expect([code, err]).toEqual([2, 'waxseal: there is no database keys.db (config)\n'])
  expect(readdirSync(home.path)).toEqual(['waxseal.config.json'])
})
