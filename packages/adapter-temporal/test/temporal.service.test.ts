import { randomUUID } from 'node:crypto'
import { Client } from '@temporalio/client'
import { defaultPayloadConverter } from '@temporalio/common'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, SEALED_ENCODING, staticKeys } from '@waxseal/core'
import { temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it, vi } from 'vitest'
import { sealedDataConverter } from '../src/index.js'
import { seen, tokens } from './activities.js'
import { realTemporal } from './server.js'
import { encodings, told } from './told.js'
import * as workflows from './workflows.js'

const missing = temporalMissing()
const { ascii, ...others } = createCanaries('temporal')
const needles = [ascii, ...Object.values(others)]
const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value)!
const secret = needles.map(({ value }) => value).join(' ')

describeIf(!missing, missing ?? '')('a Temporal server', () => {
  const temporal = realTemporal()
  const dataConverter = sealedDataConverter({
    sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }),
    app: 'shop',
    namespace: 'default',
  })
  const client = () => temporal.client(dataConverter)
  const working = <Result>(run: (taskQueue: string) => Promise<Result>) => temporal.working({ dataConverter }, run)

  async function expectNothingTold(workflowIds: readonly string[], atLeast: number): Promise<void> {
    const report = await scan(told(temporal, workflowIds), needles, { inflate: true })
    expect(describeHits(report.hits)).toBe('')
    expect(report.items).toBeGreaterThan(atLeast)
  }

  it('stores no canary of workflow, activity, signal, query, update, failure, heartbeat, memo, summary and child', async () => {
    const workflowId = randomUUID()
    await working(async (taskQueue) => {
      const handle = await client().workflow.start(workflows.payment, {
        taskQueue,
        workflowId,
        args: [secret],
        memo: { secret },
        staticSummary: secret,
        staticDetails: secret,
      })
      await handle.signal(workflows.note, secret)
      expect(await handle.query(workflows.notes, secret)).toEqual([secret, secret])
      expect(await handle.query('__temporal_workflow_metadata')).toMatchObject({ currentDetails: secret })
      await expect(handle.query(workflows.notes, 'fail')).rejects.toThrow('Encoded failure')
      for (const asked of ['fail', 'refuse'])
        await expect(handle.executeUpdate(workflows.change, { args: [asked] })).rejects.toMatchObject({
          cause: { message: secret },
        })
      expect(await handle.executeUpdate(workflows.change, { args: [secret] })).toBe(`changed to ${secret}`)
      const { receipt, failures } = await handle.result()
      expect(receipt).toBe(`receipt for ${secret}`)
      expect(failures.map((messages) => messages.filter((message) => message === secret).length)).toEqual([2, 2, 0, 2])
      const description = await handle.describe()
      expect(description.memo).toMatchObject({ secret, upserted: secret })
      expect(await description.staticDetails()).toBe(secret)
    })
    expect(seen).toContainEqual({ card: secret })
    await expectNothingTold([workflowId], 50)
  }, 120_000)

  it.each(['activity', 'child', 'wrapped'] as const)(
    'stores no canary of a failure that is thrown again (%s)',
    async (how) => {
      const workflowId = randomUUID()
      await working(async (taskQueue) => {
        const failing = client().workflow.execute(workflows.rethrows, { taskQueue, workflowId, args: [secret, how] })
        const messages: string[] = []
        for (let error = await failing.catch((caught: unknown) => caught); error instanceof Error; error = error.cause)
          messages.push(error.message)
        expect(messages.filter((message) => message === secret)).toHaveLength(how === 'wrapped' ? 3 : 2)
      })
      await expectNothingTold([workflowId], 10)
    },
    60_000,
  )

  it('stores no canary of attempts, of a new run and of the failure that it is told of', async () => {
    const [attempts, parent, continued] = [randomUUID(), randomUUID(), randomUUID()]
    await working(async (taskQueue) => {
      const retry = { initialInterval: '10ms', maximumAttempts: 2 } as const
      const { workflow } = client()
      const args: [string] = [secret]
      expect(await workflow.execute(workflows.secondAttempt, { taskQueue, workflowId: attempts, args, retry })).toEqual([secret])
      const outcome = await workflow.execute(workflows.parentOfSecondAttempt, { taskQueue, workflowId: parent, args })
      expect(outcome).toEqual([secret])
      const again = await workflow.start(workflows.continued, { taskQueue, workflowId: continued, args: [secret, 1] })
      expect(await again.result()).toBe(secret)
    })
    await expectNothingTold([attempts, parent, continued], 20)
  }, 60_000)

  it('stores no canary of a workflow task that failed', async () => {
    const workflowId = randomUUID()
    await working(async (taskQueue) => {
      const handle = await client().workflow.start(workflows.broken, { taskQueue, workflowId, args: [secret] })
      await vi.waitFor(
        async () => {
          const { events } = await handle.fetchHistory()
          expect(
            events?.find(({ workflowTaskFailedEventAttributes: failed }) => failed?.failure?.encodedAttributes),
          ).toBeDefined()
        },
        { timeout: 30_000, interval: 100 },
      )
      await handle.terminate()
    })
    await expectNothingTold([workflowId], 5)
  }, 60_000)

  it('stores no canary of an activity that is completed from elsewhere', async () => {
    const workflowId = randomUUID()
    await working(async (taskQueue) => {
      const handle = await client().workflow.start(workflows.waitsForLater, { taskQueue, workflowId })
      const token = (at: number) => vi.waitFor(() => tokens[at] ?? expect.fail('not started'), { timeout: 30_000, interval: 20 })
      await client().activity.heartbeat(await token(0), secret)
      await client().activity.complete(await token(0), secret)
      for (const at of [1, 2]) await client().activity.fail(await token(at), new Error(secret))
      expect(await handle.result()).toEqual([secret, 'Activity task failed', secret])
    })
    await expectNothingTold([workflowId], 10)
  }, 60_000)

  it('stores no canary of a schedule and of what it starts', async () => {
    const scheduleId = randomUUID()
    await working(async (taskQueue) => {
      const handle = await client().schedule.create({
        scheduleId,
        spec: { intervals: [{ every: '1h' }] },
        memo: { secret },
        action: { type: 'startWorkflow', workflowType: workflows.echo, taskQueue, args: [secret], memo: { secret } },
      })
      await handle.trigger()
      const started = await vi.waitFor(
        async () => {
          const { info } = await handle.describe()
          return info.recentActions[0] ?? expect.fail('nothing was started')
        },
        { timeout: 30_000, interval: 100 },
      )
      const { workflowId } = started.action.workflow
      expect(await client().workflow.getHandle(workflowId).result()).toBe(secret)
      expect(await handle.describe()).toMatchObject({ memo: { secret }, action: { args: [secret] } })
      const shown = await temporal.command('schedule', 'describe', '--schedule-id', scheduleId, '--output', 'json')
      expect([...encodings(shown)]).toEqual([SEALED_ENCODING])
      expect(describeHits((await scan([{ where: 'the schedule', text: shown }], needles)).hits)).toBe('')
      await expectNothingTold([workflowId], 5)
    })
  }, 60_000)

  it('is shown sealed payloads by the command line, and beside them none', async () => {
    const workflowId = randomUUID()
    await working((taskQueue) => client().workflow.execute(workflows.echo, { taskQueue, workflowId, args: [secret] }))
    const shown = await temporal.command('workflow', 'show', '--workflow-id', workflowId, '--output', 'json')
    expect([...encodings(shown)]).toEqual([SEALED_ENCODING])
  }, 60_000)

  it('is shown workflow ids, search attributes, headers and the reason of a termination in clear', async () => {
    await temporal.command('operator', 'search-attribute', 'create', '--name', 'Order', '--type', 'Keyword')
    const headers = { trace: toPayload('in-clear-header') }
    const { workflow } = new Client({
      connection: temporal.connection,
      dataConverter,
      interceptors: { workflow: [{ start: (input, next) => next({ ...input, headers }) }] },
    })
    const handle = await workflow.start(workflows.echo, {
      taskQueue: temporal.newQueue(),
      workflowId: `order-${randomUUID()}`,
      args: [1],
      searchAttributes: { Order: ['in-clear-attribute'] },
    })
    await handle.terminate('in-clear-reason')
    const shown = await temporal.command('workflow', 'show', '--workflow-id', handle.workflowId, '--output', 'json')
    for (const inClear of [btoa('["in-clear-attribute"]'), btoa('"in-clear-header"'), 'in-clear-reason'])
      expect(shown).toContain(inClear)
  }, 60_000)

  it('is shown everything where nothing is sealed: the search finds it', async () => {
    const workflowId = randomUUID()
    await temporal.working({}, async (taskQueue) => {
      await temporal
        .client()
        .workflow.execute(workflows.fails, { taskQueue, workflowId, args: [ascii.value] })
        .catch(() => {})
    })
    const where = new Set((await scan(told(temporal, [workflowId]), [ascii])).hits.map((hit) => hit.where))
    expect([...where]).toEqual(expect.arrayContaining(['event 1', 'workflow show']))
  }, 60_000)

  it('gives back every value as it was', async () => {
    const values = [null, 0, '', 'ü 🔑', [], { a: [1, { b: null }] }, new Uint8Array([1, 2, 255]), undefined]
    await working(async (taskQueue) => {
      for (const value of values) {
        const result = await client().workflow.execute(workflows.echo, { taskQueue, workflowId: randomUUID(), args: [value] })
        expect(result ?? null).toEqual(value ?? null)
      }
    })
  }, 60_000)
})
