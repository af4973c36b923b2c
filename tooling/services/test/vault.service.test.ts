import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startVault, type VaultService, vaultMissing } from '../index.ts'

const missing = vaultMissing()

describeIf(!missing, missing ?? '')('Vault', () => {
  let vault: VaultService
  beforeAll(async () => {
    vault = await startVault()
  })
  afterAll(() => vault?.stop())

  interface Answer {
    status: number
    output: { data?: Record<string, unknown>; auth?: { client_token: string }; errors?: string[]; sealed?: boolean }
  }
  const call = async (method: string, path: string, input?: object, token = vault.token): Promise<Answer> => {
    const response = await fetch(`${vault.url}/v1/${path}`, {
      method,
      headers: { 'x-vault-token': token },
      ...(input && { body: JSON.stringify(input) }),
    })
    const text = await response.text()
    return { status: response.status, output: text ? JSON.parse(text) : {} }
  }

  it('encrypts in transit, bound to the associated data, and after a rotation decrypts the old', async () => {
    expect((await call('POST', 'sys/mounts/transit', { type: 'transit' })).status).toBe(204)
    await call('POST', 'transit/keys/k', { type: 'aes256-gcm96' })
    const plaintext = btoa('thirty-two bytes of a data key..')
    const wrapped = await call('POST', 'transit/encrypt/k', { plaintext, associated_data: btoa('jobs') })
    expect(wrapped.output.data).toMatchObject({ key_version: 1 })
    await call('POST', 'transit/keys/k/rotate')
    const { ciphertext } = wrapped.output.data ?? {}
    const open = (aad: string): Promise<Answer> => call('POST', 'transit/decrypt/k', { ciphertext, associated_data: btoa(aad) })
    expect((await open('jobs')).output.data).toMatchObject({ plaintext })
    expect((await open('mail')).status).toBe(400)
  })

  it('keeps versions of a secret in kv, and lets an AppRole in', async () => {
    expect((await call('POST', 'sys/mounts/secret', { type: 'kv', options: { version: '2' } })).status).toBe(204)
    await call('POST', 'secret/config', {})
    await expect.poll(async () => (await call('POST', 'secret/data/k', { data: { key: 'v' } })).status).toBe(200)
    expect((await call('GET', 'secret/data/k')).output.data).toMatchObject({ data: { key: 'v' } })

    await call('PUT', 'sys/policies/acl/reader', { policy: 'path "secret/data/*" { capabilities = ["read"] }' })
    await call('POST', 'sys/auth/approle', { type: 'approle' })
    await call('POST', 'auth/approle/role/worker', { token_policies: 'reader' })
    const role = await call('GET', 'auth/approle/role/worker/role-id')
    const secret = await call('POST', 'auth/approle/role/worker/secret-id')
    const login = await call('POST', 'auth/approle/login', { ...role.output.data, ...secret.output.data }, '')
    const token = login.output.auth?.client_token ?? ''
    expect((await call('GET', 'secret/data/k', undefined, token)).status).toBe(200)
    expect((await call('POST', 'secret/data/k', { data: {} }, token)).status).toBe(403)
  })

  it('can be sealed and unsealed', async () => {
    await call('PUT', 'sys/seal')
    expect((await call('GET', 'secret/data/k')).status).toBe(503)
    expect((await call('PUT', 'sys/unseal', { key: vault.unsealKey })).output.sealed).toBe(false)
    await expect.poll(async () => (await call('GET', 'secret/data/k')).status).toBe(200)
  })
})
