import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { generateKey } from '@waxseal/core'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { folder, start, waxseal } from './waxseal.js'

let home: ReturnType<typeof folder>
beforeEach(() => {
  home = folder()
})
afterEach(() => home.remove())

/** A fake of a key service as the command itself runs it: settings of its clients, URIs of its keys. */
async function fakeOf(service: string) {
  const { child, ended } = start(['fakes', '--only', service], { cwd: home.path })
  let shown = ''
  while (!shown.includes('Ctrl-C')) shown += String((await once(child.stdout, 'data'))[0])
  const env = Object.fromEntries([...shown.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name!, value!]))
  const uris = [...shown.matchAll(/^# key: (.*)$/gm)].map(([, uri]) => uri!)
  const stop = async () => {
    child.kill('SIGINT')
    await ended
  }
  return { env: { ...env, WAXSEAL_KEYS: undefined }, uris, stop }
}

const SERVICES = [
  ['aws-kms', 'AWS KMS: alias/waxseal-dev', "aws kms rotate-key-on-demand --key-id '<id of alias/waxseal-dev>'"],
  [
    'gcp-kms',
    'Google Cloud KMS: projects/waxseal-dev/locations/global/keyRings/waxseal/cryptoKeys/waxseal-dev',
    "gcloud kms keys versions create --key 'waxseal-dev' --keyring 'waxseal' --location 'global' --project 'waxseal-dev' --primary",
  ],
  ['vault', "Vault's transit engine: transit/orders", "vault write -f 'transit/keys/orders/rotate'"],
  [
    'azure-key-vault',
    'Azure Key Vault: waxseal.vault.azure.net/keys/orders',
    "az keyvault key rotate --vault-name 'waxseal' --name 'orders'",
  ],
] as const

describe.each(SERVICES)('a key of %s', (service, where, rotation) => {
  it('is listed, seals while its service answers, and is looked after there', async () => {
    const { env, uris, stop } = await fakeOf(service)
    const run = (args: string, input = '') => waxseal([...args.split(' '), '--keys', uris[0]!], { cwd: home.path, env, input })

    const listed = await run('keys list --json')
    expect(listed.code).toBe(0)
    const [{ kid }] = JSON.parse(listed.out)
    expect(JSON.parse(listed.out)).toEqual([
      { kid: expect.stringMatching(/^[a-z-]+$/), version: 0, use: 'seals', where, state: 'available', problem: null },
    ])
    const sealed = await run('seal --text -c app=x', 'secret')
    expect(sealed.out).toContain(`.${kid}~0.`)
    expect((await run('open -c app=x', sealed.out)).out).toBe('secret')

    const rotated = await run('keys rotate')
    expect(rotated.code).toBe(2)
    expect(rotated.err).toContain(`To rotate it: ${rotation}. Then \`waxseal reseal --mode rewrap\``)
    for (const refused of [
      'create x',
      'show x',
      'suspend x',
      'resume x',
      'retire x',
      'cancel-destroy x',
      'stats',
      'verify-audit',
    ])
      expect(await run(`keys ${refused}`)).toMatchObject({
        code: 2,
        out: '',
        err: expect.stringMatching(/, and in no key store\n {2}To /),
      })
    expect((await run('keys destroy x --key-version 1')).err).toContain('To destroy it: ')
    expect((await run('keys shred tenant:a --confirm tenant:a')).err).toContain('keys: { store }')

    await stop()
    const gone = await run('keys list')
    expect(gone.code).toBe(1)
    expect(gone.out).toContain('unavailable')
    expect(gone.err).toContain(`${where}: the key service does not answer`)
  })
})

it('lists every key of a configuration, reachable or not', async () => {
  const env = { MY_KEYS: `k2:${generateKey()},k1:${generateKey()}`, WAXSEAL_KEYS: undefined }
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: ['env://MY_KEYS', 'file:///nowhere/keys'] }))
  const { code, out, err } = await waxseal(['keys', 'list', '--json'], { cwd: home.path, env })
  expect(code).toBe(1)
  expect(JSON.parse(out)).toMatchObject([
    { kid: 'k2', version: 1, use: 'seals', where: 'the environment: MY_KEYS', state: 'available' },
    { kid: 'k1', version: 1, use: 'opens', state: 'available' },
    { kid: null, use: 'opens', where: 'a key file: /nowhere/keys', state: 'unavailable' },
  ])
  expect(err).toContain('a key file: /nowhere/keys: ')
  expect(out + err).not.toContain(env.MY_KEYS.slice(3, 20))
})

it('reads the trail of the configuration where no store has one', async () => {
  const env = { AUDIT_KEY: generateKey() }
  const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
  writeFileSync(home.at('waxseal.config.json'), JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit }))
  const verified = () => waxseal(['keys', 'verify-audit'], { cwd: home.path, env })
  expect((await verified()).out).toBe('the trail is in order: 0 records\n')
  writeFileSync(home.at('audit.jsonl'), '{}\n')
  expect(await verified()).toMatchObject({ code: 1, out: expect.stringContaining('record 1 of the trail is wrong') })
})
