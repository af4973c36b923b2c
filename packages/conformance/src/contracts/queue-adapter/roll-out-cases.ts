import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expectError, expectThat } from '../expectations.js'
import type { Contract } from '../runner.js'
import { handled, onBench, sameJson, sealOf, send } from './bench.js'
import type { QueueAdapterHarness, QueueUnderTest } from './harness.js'
import { changingKeys } from './keys.js'

const data = { amount: 1999, card: '4242 4242 4242 4242' }
const window = () => ({ allowUntil: new Date(Date.now() + 3_600_000) })

/** Coming from jobs in clear, changing keys, and taking them away. */
export function rollOutCases({ it, harness }: Contract<QueueAdapterHarness>): void {
  const expectHandled = async (queue: QueueUnderTest, values: readonly unknown[], what: string): Promise<void> => {
    const seen = await handled(queue)
    expectThat(seen.length === values.length, `${what}: ${seen.length} jobs are handled, not ${values.length}`)
    expectThat(
      values.every((value) => seen.some((job) => sameJson(job.data, value))),
      what,
    )
  }

  it('is the host itself without seal: the same bytes', () =>
    onBench(harness, async (bench, [type]) => {
      const [adapter, host] = [await bench.adapter(), await bench.host()]
      for (const way of Object.keys(host.ways)) await host.ways[way]!(type, data)
      const theirs = [...(await bench.stored())].sort()
      await expectHandled(
        host,
        Object.keys(host.ways).map(() => data),
        'the host handles its jobs',
      )
      for (const way of Object.keys(adapter.ways)) await adapter.ways[way]!(type, data)
      const ours = [...(await bench.stored())].sort()
      expectThat(sameJson(ours, theirs), 'the adapter without seal stores what the host stores')
      await expectHandled(
        adapter,
        Object.keys(adapter.ways).map(() => data),
        'the adapter handles them',
      )
    }))

  it('writes as the host does where it is told to', () =>
    onBench(harness, async (bench, [type]) => {
      const host = await bench.host()
      await send(host, type, data)
      await send(await bench.adapter(sealOf({ write: 'plaintext' })), type, data)
      const [one, two] = await bench.stored()
      expectThat(one !== undefined && one === two, 'what is stored are the same bytes')
      await expectHandled(host, [data, data], 'the host reads both')
    }))

  it('reads jobs in clear while a window is open, beside sealed ones', () =>
    onBench(harness, async (bench, [type]) => {
      const seal = sealOf({ plaintext: window })
      const queue = await bench.adapter(seal)
      await send(await bench.host(), type, { ...data, from: 'host' })
      await send(queue, type, { ...data, from: 'adapter' })
      await expectHandled(
        queue,
        [
          { ...data, from: 'host' },
          { ...data, from: 'adapter' },
        ],
        'both are handled',
      )
    }))

  it('does not send where sealing is disabled', () =>
    onBench(harness, async (bench, [type]) => {
      const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]), mode: 'open-only' })
      const queue = await bench.adapter(sealOf({ sealer }))
      for (const [way, add] of Object.entries(queue.ways)) await expectError(() => add(type, data), way, ['sealing_disabled'])
      expectThat((await bench.stored()).length === 0, 'nothing is stored')
    }))

  it('opens what was sealed before the key of one job type was rotated, and leaves the others alone', () =>
    onBench(harness, async (bench, [pay, mail]) => {
      const key = (kid: string, scope: string) => ({ kid, scope, key: generateKey() })
      const [payKey, mailKey, mailNext] = [key('pay1', pay), key('mail1', mail), key('mail2', mail)]
      const keys = changingKeys([payKey, mailKey])
      const queue = await bench.adapter(sealOf({ sealer: keys.sealer, scope: ({ name }) => name }))
      const add = async (n: number) => {
        await send(queue, pay, { pay: n })
        await send(queue, mail, { mail: n })
      }
      await add(1)
      keys.set([payKey, mailNext, { ...mailKey, state: 'decrypt_only' }])
      await add(2)
      const kids = (await bench.stored()).map((text) => /wax1\.[a-z0-9]+\.([a-z0-9]+)~/.exec(text)?.[1]).sort()
      expectThat(kids.join() === 'mail1,mail2,pay1,pay1', `new jobs of the one type are under its new key, not ${kids.join()}`)
      await expectHandled(queue, [{ pay: 1 }, { pay: 2 }, { mail: 1 }, { mail: 2 }], 'all are handled')
    }))

  it('opens nothing of a tenant whose key is gone, and everything of the others', () =>
    onBench(harness, async (bench, [type]) => {
      const tenants = ['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() }))
      const keys = changingKeys(tenants)
      const tenantOf = (job: { readonly data?: unknown }) => (job.data as { readonly tenant: string }).tenant
      const queue = await bench.adapter(sealOf({ sealer: keys.sealer, scope: tenantOf, policy: { fields: ['/card'] } }))
      for (const { scope } of tenants) await send(queue, type, { ...data, tenant: scope })
      keys.set([{ kid: 'acme', scope: 'acme', state: 'destroyed' }, tenants[1]!])
      await expectHandled(queue, [{ ...data, tenant: 'globex' }], 'only the other tenant is handled')
    }))
}
