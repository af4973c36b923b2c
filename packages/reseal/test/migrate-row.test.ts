import { createSealer, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import { sealOf } from '../src/sql/migrate-row.ts'
import { keyBytes } from './sealers.ts'

const policy = { fields: ['/card', '/phone'], form: 'inline' } as const
const call = { context: { app: 'shop' }, scope: 'a' }
const keys = (state: 'decrypt_only' | 'destroyed') =>
  staticKeys([
    { kid: 'new', key: keyBytes.k2, scope: 'a' },
    { kid: 'old', key: keyBytes.k1, scope: 'a', state },
  ])

it.each(['null', { value: '[gone]' }, 'throw'] as const)(
  'what stands for a shredded field (%o) is not sealed in its place',
  async (onShredded) => {
    const before = createSealer({ keys: staticKeys([{ kid: 'old', key: keyBytes.k1, scope: 'a' }]) })
    const { card } = await before.sealFields({ card: '4242', phone: null as string | null }, policy, call)
    const item = { id: '1', sealed: { card, phone: '555' }, policy, ...call }
    const sealing = async (state: 'decrypt_only' | 'destroyed') => {
      const sealer = createSealer({ keys: keys(state), onShredded })
      const plaintext = { allowUntil: new Date(Date.now() + 60_000) }
      const seal = await sealOf({ sealer, plaintext }, item, { as: 'string', text: undefined })
      return sealer.openFields((await seal!()) as { card: string; phone: string }, policy, call)
    }
    await expect(sealing('destroyed')).rejects.toMatchObject({ code: 'key_destroyed' })
    expect(await sealing('decrypt_only')).toEqual({ card: '4242', phone: '555' })
  },
)

it('a document that is too deep is one that cannot be moved, and ends no run', async () => {
  const sealer = createSealer({ keys: keys('decrypt_only') })
  const plaintext = { allowUntil: new Date(Date.now() + 60_000) }
  for (const form of ['inline', 'bundle'] as const) {
    const text = `{"card":${'['.repeat(5000)}${']'.repeat(5000)}}`
    const item = { id: '1', sealed: JSON.parse(text), policy: { ...policy, form }, ...call }
    const seal = await sealOf({ sealer, plaintext }, item, { as: 'string', text })
    await expect(seal!()).rejects.toMatchObject({ code: expect.stringMatching(/too_large|not_serialisable/) })
  }
})
