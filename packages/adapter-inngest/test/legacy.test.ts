import { encryptionMiddleware } from '@inngest/middleware-encryption'
import { LibSodiumEncryptionService } from '@inngest/middleware-encryption/strategies/libSodium'
import { inngest, inngestReader, isInngestEncrypted } from '@waxseal/formats'
import type { Middleware } from 'inngest'
import { expect, it, onTestFinished } from 'vitest'
import { type SealOptions, sealing } from '../src/index.js'
import { type InngestServer, startInngest } from './inngest-server.js'
import { newSealer } from './run.js'

const window = { allowUntil: new Date(Date.now() + 3_600_000) }
const data = { number: 1, encrypted: { card: '4242 4242 4242 4242' } }

interface Encryption {
  readonly key: string
  readonly v0?: boolean
}

/** A run that begins under Inngest's own middleware and goes on under this one. */
async function movedOver({ key, v0 = false }: Encryption, options: Partial<SealOptions>) {
  const inngest: InngestServer = await startInngest()
  onTestFinished(() => inngest.close())
  const seen: unknown[] = []
  const theirs = encryptionMiddleware({ key, ...(v0 ? { legacyV0Service: { forceEncryptWithV0: true } } : {}) })
  // Its types are those of the CommonJS build of Inngest.
  const before = inngest.client('shop', [theirs as unknown as Middleware.Class])
  const after = inngest.client('shop', [sealing({ sealer: newSealer(), app: 'shop', ...options })])
  const functionOf = (client: typeof before) =>
    client.createFunction({ id: 'fn', triggers: { event: 'order' } }, async ({ event, step }) => {
      const first = await step.run('first', () => ({ receipt: event.data.encrypted }))
      await step.waitForEvent('wait', { event: 'go', timeout: '1h' })
      seen.push(event.data, first, await step.run('second', () => 'sealed'))
    })
  const old = await inngest.serve(before, [functionOf(before)])
  await before.send({ name: 'order', data })
  await inngest.settle(old)
  const app = await inngest.serve(after, [functionOf(after)])
  await after.send({ name: 'go' })
  await inngest.settle(app)
  return { seen, run: inngest.runs[0]!, stored: inngest.events[0]!.data }
}

const legacy = { keys: ['newer', 'a passphrase'] }
const plaintext = { order: window }
const key = 'a passphrase'

it('takes over a run of Inngest’s encryption middleware', async () => {
  const { seen, run, stored } = await movedOver({ key }, { legacy, plaintext })
  expect(isInngestEncrypted(stored.encrypted)).toBe(true)
  expect(seen).toEqual([data, { receipt: data.encrypted }, 'sealed'])
  expect(run.state).toBe('done')
})

it('takes over no run without its keys, nor without a window for the clear members of its event', async () => {
  for (const options of [{ plaintext }, { legacy }, { legacy: { keys: ['another'] }, plaintext }]) {
    const { seen, run } = await movedOver({ key }, options)
    expect(seen).toEqual([])
    expect(run.state).toBe('failed')
  }
})

it('reads version 0 only where that is allowed', async () => {
  expect((await movedOver({ key, v0: true }, { legacy, plaintext })).run.state).toBe('failed')
  const { seen } = await movedOver({ key, v0: true }, { legacy: { ...legacy, v0: true }, plaintext })
  expect(seen).toEqual([data, { receipt: data.encrypted }, 'sealed'])
})

it('reads what the middleware’s own services write', async () => {
  const { LibSodiumEncryptionService } = await import('@inngest/middleware-encryption/strategies/libSodium')
  const { AESEncryptionService } = await import('@inngest/middleware-encryption/strategies/aes')
  const open = inngestReader({ keys: [key], v0: true })
  for (const value of [null, 0, '', 'ü 北京 🔑', [], {}, { deep: [{ list: [1, -0.5, 1e21] }] }, 'x'.repeat(10_000)]) {
    const data = await new LibSodiumEncryptionService(key).encrypt(value)
    expect(open({ __ENCRYPTED__: true, __STRATEGY__: 'inngest/libsodium', data })).toEqual(value)
    expect(open({ __ENCRYPTED__: true, data: new AESEncryptionService(key).encrypt(value) })).toEqual(value)
  }
})

it('leaves to the middleware values of ours that it opens', async () => {
  const theirs = new LibSodiumEncryptionService('a key')
  const values = inngest({ keys: ['a key'] })
  for (const value of [data, 'ü 🔑', null, [1]]) {
    expect(await theirs.decrypt(values.seal(value).data)).toEqual(value)
    const stored = { __ENCRYPTED__: true, __STRATEGY__: theirs.identifier, data: await theirs.encrypt(value) }
    expect(values.open(stored)).toEqual(value)
  }
})
