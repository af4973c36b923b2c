import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import { createJobSealing } from '../src/job-sealing.js'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const sealing = createJobSealing({ sealer, app: 'shop' })

it('a list without elements is in clear to a task, whoever put it there', async () => {
  await expect(sealing.openPayload('pay', [])).rejects.toMatchObject({ code: 'plaintext_rejected' })
  const window = { allowUntil: new Date(Date.now() + 3_600_000) }
  expect(await createJobSealing({ sealer, app: 'shop', plaintext: { pay: window } }).openPayload('pay', [])).toEqual([])
})

it('a list without elements is sealed whole, and refused where it would take the place of the list that it is to be joined to', async () => {
  const stored = await sealing.sealPayload('pay', [])
  expect(stored).toEqual({ $sealed: expect.stringMatching(/^wax1\./), $job: 'pay' })
  expect(await sealing.openPayload('pay', stored)).toEqual([])
  await expect(sealing.sealPayload('pay', [], { jobKey: 'a' })).rejects.toMatchObject({ code: 'config' })
  const plain = createJobSealing({ sealer, app: 'shop', write: 'plaintext' })
  expect(await plain.sealPayload('pay', [], { jobKey: 'a' })).toEqual([])
})

it('an error of elements that belong to several scopes is sealed for none of them', async () => {
  const scopes = ['a', 'b']
  const scoped = createSealer({ keys: staticKeys(scopes.map((scope) => ({ kid: scope, scope, key: generateKey() }))) })
  const events: unknown[] = []
  const tenants = createJobSealing({
    sealer: scoped,
    app: 'shop',
    policy: { fields: ['/card'] },
    scope: ({ data }) => (data as { tenant: string }).tenant,
    onEvent: (event) => events.push(event),
  })
  const listOf = (...names: string[]) =>
    tenants.sealPayload(
      'pay',
      names.map((tenant) => ({ tenant, card: '4242' })),
    )
  const thrown = async (stored: unknown) => String(await tenants.failure('pay', stored, new TypeError('card 4242')))
  expect(await thrown(await listOf('a', 'b'))).toBe('JobError: TypeError: [sealed]')
  expect(events).toEqual([{ event: 'scrubbed', surface: 'error' }])
  expect(await thrown(await listOf('b', 'b'))).toMatch(/^JobError: TypeError: \[sealed\] wax1\./)
})
