import { describe, expect, it } from 'vitest'
import type { Job, SealOptions } from '../src/index.js'
import { ENVELOPE, finished, onRedis, scopedSealer } from './bench.js'

onRedis((create, redis) => {
  describe('flows', () => {
    it('are sealed in every node, shown as given, and read back', async () => {
      const bench = create()
      const flow = {
        name: 'order',
        queueName: bench.name,
        data: { total: 3 },
        children: [
          {
            name: 'pay',
            queueName: bench.name,
            data: { card: '4242' },
            children: [{ name: 'check', queueName: bench.name, data: [1] }],
          },
          { name: 'mail', queueName: bench.name },
        ],
      }
      const flows = bench.flows()
      const made = await flows.add(flow)
      const [pay, mail] = made.children!
      expect([made.job.data, pay!.job.data, pay!.children![0]!.job.data, mail!.job.data]).toEqual([
        { total: 3 },
        { card: '4242' },
        [1],
        undefined,
      ])
      for (const { id } of [made.job, pay!.job, mail!.job]) expect((await bench.stored(id)).data).toMatch(ENVELOPE)
      const read = await flows.getFlow({ queueName: bench.name, id: made.job.id! })
      expect(read.job.data).toEqual({ total: 3 })
      expect(read.children!.map(({ job }) => job.data)).toEqual(expect.arrayContaining([{ card: '4242' }, {}]))
      await made.job.updateData({ total: 4 })
      expect((await bench.stored(made.job.id)).data).toMatch(ENVELOPE)
      expect((await bench.queue().getJob(made.job.id!))!.data).toEqual({ total: 4 })
      const [bulk] = await flows.addBulk([flow])
      expect(bulk!.children![0]!.job.data).toEqual({ card: '4242' })
    })

    it('hand to parents what children returned, whatever their type and queue', async () => {
      const bench = create()
      const other = create()
      const scope = ({ queue }: { queue?: string | undefined }) => queue
      const seal: Partial<SealOptions> = { sealer: scopedSealer(bench.name, other.name), scope }
      const { job } = await bench.flows(seal).add({
        name: 'order',
        queueName: bench.name,
        children: [
          { name: 'pay', queueName: other.name, data: { n: 1 } },
          { name: 'mail', queueName: bench.name, data: { n: 2 } },
          { name: 'nothing', queueName: bench.name, data: {} },
        ],
      })
      const process = async (active: Job) => {
        if (active.name === 'nothing') return undefined
        if (active.name !== 'order') return { from: active.name }
        const { processed } = await active.getDependencies()
        expect(processed).toEqual(await active.getChildrenValues())
        return Object.values(await active.getChildrenValues())
      }
      bench.worker(process, {}, seal)
      other.worker(process, {}, seal)
      await finished(job)
      const { returnvalue } = (await bench.queue(seal).getJob(job.id!))!
      expect(returnvalue).toEqual(expect.arrayContaining([{ from: 'pay' }, { from: 'mail' }, null]))
      expect(JSON.stringify(await redis.client.hvals(`bull:${bench.name}:${job.id}:processed`))).not.toContain('from')
      const page = await bench.queue(seal).getDependencies(job.id!, 'processed', 0, -1)
      expect(page.items.map(({ v }) => v)).toEqual(expect.arrayContaining([{ from: 'pay' }, { from: 'mail' }, null]))
    })

    it('hand to parents why children failed that they ignore', async () => {
      const bench = create()
      const { job } = await bench.flows().add({
        name: 'order',
        queueName: bench.name,
        children: [{ name: 'pay', queueName: bench.name, data: { n: 1 }, opts: { ignoreDependencyOnFailure: true } }],
      })
      const seen: unknown[] = []
      bench.worker(async (active: Job) => {
        if (active.name === 'pay') throw new Error('card 4242 was declined')
        seen.push(Object.values(await active.getIgnoredChildrenFailures()))
        seen.push(Object.values(await active.getFailedChildrenValues()))
        seen.push(Object.values((await active.getDependencies()).ignored!))
      })
      await finished(job)
      expect(seen).toEqual(Array(3).fill(['card 4242 was declined']))
      expect(JSON.stringify(await redis.client.hgetall(`bull:${bench.name}:${job.id}:failed`))).not.toContain('4242')
    })

    it('fail parents with their children, in words of BullMQ', async () => {
      const bench = create()
      const { job, children } = await bench.flows().add({
        name: 'order',
        queueName: bench.name,
        children: [{ name: 'pay', queueName: bench.name, opts: { failParentOnFailure: true } }],
      })
      bench.worker(async () => {
        throw new Error('no')
      })
      expect(await finished(job)).toBe('failed')
      const read = (await bench.queue().getJob(job.id!))!
      expect(read.failedReason).toBe(`child bull:${bench.name}:${children![0]!.job.id} failed`)
    })

    it('can be made by the parent as it goes', async () => {
      const bench = create()
      const queue = bench.queue()
      const { WaitingChildrenError } = bench.host
      const tries: unknown[] = []
      const worker = bench.worker(async (active: Job, token) => {
        if (active.name === 'child') return { half: active.data.n }
        tries.push(active.data)
        if (active.data.step === 1) {
          for (const n of [1, 2])
            await queue.add('child', { n }, { parent: { id: active.id!, queue: active.queueQualifiedName } })
          void active.updateData({ step: 2 })
          if (await active.moveToWaitingChildren(token!)) throw new WaitingChildrenError()
        }
        return Object.values(await active.getChildrenValues()).map((value) => (value as { half: number }).half)
      })
      expect(worker).toBeInstanceOf(bench.host.Worker)
      const job = await queue.add('parent', { step: 1 })
      await finished(job)
      expect(tries).toEqual([{ step: 1 }, { step: 2 }])
      expect(((await queue.getJob(job.id!))!.returnvalue as number[]).sort()).toEqual([1, 2])
    })

    it('belong to the tenant that a clear member names', async () => {
      const bench = create()
      const seal: Partial<SealOptions> = {
        sealer: scopedSealer('acme', 'globex'),
        scope: ({ data }) => (data as { tenant: string }).tenant,
        policy: { fields: ['/card'] },
      }
      const flow = (tenant: string) => ({
        name: 'order',
        queueName: bench.name,
        data: { tenant, card: 1 },
        children: [{ name: 'pay', queueName: bench.name, data: { tenant, card: 2 } }],
      })
      const made = await bench.flows(seal).addBulk([flow('acme'), flow('globex')])
      bench.worker(async (active: Job) => [active.data, ...Object.values(await active.getChildrenValues())], {}, seal)
      for (const { job } of made) await finished(job)
      const results = await Promise.all(made.map(async ({ job }) => (await bench.queue(seal).getJob(job.id!))!.returnvalue))
      expect(results).toEqual(['acme', 'globex'].map((tenant) => [{ tenant, card: 1 }, [{ tenant, card: 2 }]]))
    })

    it('are refused where somebody changed a child: its result, or the type beside it', async () => {
      const bench = create()
      const { job } = await bench.flows().add({
        name: 'order',
        queueName: bench.name,
        children: [{ name: 'pay', queueName: bench.name }],
      })
      const key = `bull:${bench.name}:${job.id}:processed`
      const codes: unknown[] = []
      bench.worker(async (active: Job) => {
        if (active.name === 'pay') {
          await active.updateProgress({ paid: false })
          return { paid: false }
        }
        const [[child, stored]] = Object.entries(await redis.client.hgetall(key)) as [[string, string]]
        const { progress } = await bench.stored(child.split(':').at(-1)!)
        for (const forged of [stored.replace('"pay"', '"mail"'), progress!, '{"paid":true}', 'true']) {
          await redis.client.hset(key, child, forged)
          codes.push(await active.getChildrenValues().catch((error) => error.code))
        }
      })
      await finished(job)
      expect(codes).toEqual(['open_failed', 'open_failed', 'plaintext_rejected', 'plaintext_rejected'])
    })
  })

  it('a producer without seal is BullMQ', async () => {
    const bench = create()
    const flows = new bench.sealed.FlowProducer({ connection: bench.connection })
    const { job } = await flows.add({ name: 'order', queueName: bench.name, data: { n: 1 } })
    expect((await bench.stored(job.id)).data).toBe('{"n":1}')
    await flows.close()
  })
})
