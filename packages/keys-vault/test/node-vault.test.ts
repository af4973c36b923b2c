import { keyProviderContract, keySourceContract } from '@waxseal/conformance/contracts'
import { type Served, serve } from '@waxseal/conformance/fakes'
import { createSealer, generateKey, WaxsealError } from '@waxseal/core'
import { wrapContext } from '@waxseal/core/keys'
import nodeVault from 'node-vault'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { vaultKv, vaultTransit } from '../src/index.ts'
import { newVault } from './bench.ts'
import { codeOf } from './codes.ts'

const vault = newVault()
let served: Served
beforeAll(async () => {
  served = await serve(vault)
})
afterAll(() => served.close())

const client = (token = vault.rootToken) => nodeVault({ apiVersion: 'v1', endpoint: served.url, token })
const call = { now: () => Date.now() }
const bound = wrapContext('envelope', 'vault-transit', 0)
const key = new Uint8Array(32).fill(7)
let other = 0

keyProviderContract({
  describe,
  it,
  harness: {
    name: 'vaultTransit over node-vault',
    create: () => vaultTransit({ key: 'orders', client: client() }),
    createOther: () => {
      vault.createKey(`other-${++other}`)
      return vaultTransit({ key: `other-${other}`, client: client() })
    },
    remote: true,
  },
})
keySourceContract({
  describe,
  it,
  harness: { name: 'vaultKv over node-vault', create: () => vaultKv({ path: 'orders/root', client: client() }) },
})

describe('a client that was passed in', () => {
  it('tells what node-vault throws', async () => {
    const transit = (token?: string) => vaultTransit({ key: 'orders', client: client(token), retry: false })
    expect(await transit().status(call)).toBe('available')
    expect(await codeOf(() => transit('nobody').wrapKey(key, bound, call))).toBe('access_denied')
    const wrapped = await transit().wrapKey(key, bound, call)
    expect(await codeOf(() => transit().unwrapKey(wrapped, { ...bound, kid: 'x' }, call))).toBe('open_failed')
    vault.setState('sealed')
    expect(await codeOf(() => transit().wrapKey(key, bound, call))).toBe('provider_unavailable')
    vault.setState('active')
    vault.writeSecret('gone', { key: generateKey() })
    vault.writeSecret('gone', { key: generateKey() })
    vault.deleteSecret('gone', [1])
    const kv = vaultKv({ path: 'gone', client: client() })
    expect(await codeOf(() => kv.resolve({ kid: 'vault', version: 1 }, undefined, call))).toBe('key_suspended')
    expect(await kv.resolve({ kid: 'vault', version: 3 }, undefined, call)).toBeNull()
    expect(await kv.versions()).toMatchObject({ newest: 2 })
  })

  it('is told as wrong where it answers that a part was ignored', async () => {
    const answer = { data: { ciphertext: 'vault:v1:AAAA', type: 'aes256-gcm96' }, warnings: [] as string[] }
    const answering = { read: async () => answer, write: async () => answer }
    const provider = vaultTransit({ key: 'orders', client: answering, retry: false })
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('ok')
    answer.warnings.push('Endpoint ignored these unrecognized parameters: [associated_data]')
    expect(await codeOf(() => provider.wrapKey(key, bound, call))).toBe('config')
  })

  it.each<[string, unknown, string]>([
    ['a socket', Object.assign(new Error('connect Quixotic'), { code: 'ECONNREFUSED' }), 'provider_unavailable'],
    ['nothing', undefined, 'provider_unavailable'],
    ['null', null, 'provider_unavailable'],
    ['a status alone', { response: { statusCode: 429 } }, 'throttled'],
    ['a status that is none', { response: { statusCode: '403' } }, 'provider_unavailable'],
  ])('may throw %s', async (_, thrown, code) => {
    const failing = { read: () => Promise.reject(thrown), write: () => Promise.reject(thrown) }
    const sealer = createSealer({ keys: vaultTransit({ key: 'orders', client: failing, retry: false }) })
    const error = await sealer.seal('x', { context: { app: 'a' } }).catch((caught: unknown) => caught)
    expect(WaxsealError.is(error) && [error.code, error.cause, error.message.includes('Quixotic')]).toEqual([
      code,
      undefined,
      false,
    ])
  })
})
