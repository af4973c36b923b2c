import { randomUUID } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it, vi } from 'vitest'
import { sealedDataConverter } from '../src/index.js'
import { distantKeys } from './keys.js'
import { realTemporal } from './server.js'
import { asks, collects, echo, note } from './workflows.js'

const missing = temporalMissing()
const place = { app: 'shop', namespace: 'default' }
const soon = () => ({ allowUntil: new Date(Date.now() + 60_000) })
const patience = { timeout: 30_000, interval: 50 }

describeIf(!missing, missing ?? '')('payloads that do not open, on a Temporal server', () => {
  const temporal = realTemporal()
  const own = () =>
    sealedDataConverter({ ...place, sealer: createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) }) })

  /** How often a task of the workflow has failed. */
  async function failedTasks(handle: WorkflowHandle): Promise<number> {
    const { raw } = await handle.describe()
    const { events } = await handle.fetchHistory()
    const failed = events?.filter((event) => event.workflowTaskFailedEventAttributes) ?? []
    return Math.max(failed.length, raw.pendingWorkflowTask?.attempt ?? 0)
  }

  it('an activity is tried again when the key service was down', async () => {
    const keys = distantKeys()
    const dataConverter = sealedDataConverter({ ...place, sealer: keys.sealer() })
    const handle = await temporal.working({ dataConverter }, async (taskQueue) => {
      const other = temporal.newQueue()
      const args: [string, unknown] = [other, { card: '4242' }]
      const started = await temporal.client(dataConverter).workflow.start(asks, { taskQueue, workflowId: randomUUID(), args })
      await vi.waitFor(async () => expect((await started.describe()).raw.pendingActivities).toHaveLength(1), patience)
      keys.answer = false
      // A worker that holds no key yet.
      const cold = sealedDataConverter({ ...place, sealer: keys.sealer() })
      await temporal.working(
        { dataConverter: cold },
        async () => {
          await vi.waitFor(() => expect(keys.refused).toBeGreaterThan(2), patience)
          keys.answer = true
          expect(await started.result()).toBe('receipt for 4242')
        },
        other,
      )
      return started
    })
    const { events } = await handle.fetchHistory()
    const started = events?.find((event) => event.activityTaskStartedEventAttributes)?.activityTaskStartedEventAttributes
    expect(started).toMatchObject({ attempt: 2, lastFailure: { applicationFailureInfo: { type: 'WaxsealError' } } })
  }, 60_000)

  it('an activity whose input is in clear fails at once, by the type of the failure', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
    const strict = sealedDataConverter({ ...place, sealer })
    const clear = sealedDataConverter({ ...place, sealer, write: 'plaintext', plaintext: soon() })
    await temporal.working({ dataConverter: clear }, async (taskQueue) => {
      const other = temporal.newQueue()
      const args: [string, unknown] = [other, { card: '4242' }]
      await temporal.working(
        { dataConverter: strict },
        async () => {
          const handle = await temporal.client(clear).workflow.start(asks, { taskQueue, workflowId: randomUUID(), args })
          const message = expect.stringContaining('a payload does not open (plaintext_rejected)')
          const cause = { type: 'UnreadablePayloadError', message }
          await expect(handle.result()).rejects.toMatchObject({ cause: { activityType: 'charge', cause } })
          const { events } = await handle.fetchHistory()
          expect(events?.flatMap((event) => event.activityTaskStartedEventAttributes?.attempt ?? [])).toEqual([1])
        },
        other,
      )
    })
  }, 60_000)

  it('a workflow whose input does not open is kept, and goes on when its key is there', async () => {
    const dataConverter = own()
    const taskQueue = temporal.newQueue()
    const handle = await temporal
      .client(dataConverter)
      .workflow.start(echo, { taskQueue, workflowId: randomUUID(), args: ['kept'] })
    const failing = () => vi.waitFor(async () => expect(await failedTasks(handle)).toBeGreaterThan(1), patience)
    await temporal.working({ dataConverter: own() }, failing, taskQueue)
    expect((await handle.describe()).status.name).toBe('RUNNING')
    await temporal.working({ dataConverter }, async () => expect(await handle.result()).toBe('kept'), taskQueue)
  }, 60_000)

  it('a workflow that was signalled in clear is kept, and goes on when that is read', async () => {
    const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
    const strict = sealedDataConverter({ ...place, sealer })
    const reading = sealedDataConverter({ ...place, sealer, plaintext: soon() })
    const taskQueue = temporal.newQueue()
    const handle = await temporal.client(strict).workflow.start(collects, { taskQueue, workflowId: randomUUID(), args: [2] })
    await handle.signal(note, 'sealed')
    await temporal.client().workflow.getHandle(handle.workflowId).signal(note, 'forged')
    await temporal.working(
      { dataConverter: strict },
      () => vi.waitFor(async () => expect(await failedTasks(handle)).toBeGreaterThan(1), patience),
      taskQueue,
    )
    expect((await handle.describe()).status.name).toBe('RUNNING')
    await temporal.working(
      { dataConverter: reading },
      async () => expect(await handle.result()).toEqual(['sealed', 'forged']),
      taskQueue,
    )
  }, 60_000)

  it('a result that does not open is an error of the client that asked for it', async () => {
    const dataConverter = own()
    await temporal.working({ dataConverter }, async (taskQueue) => {
      const workflowId = randomUUID()
      await temporal.client(dataConverter).workflow.execute(echo, { taskQueue, workflowId, args: ['mine'] })
      const result = temporal.client(own()).workflow.getHandle(workflowId).result()
      await expect(result).rejects.toMatchObject({ name: 'UnreadablePayloadError', code: 'open_failed' })
    })
  }, 60_000)

  it('a worker waits with what it cannot seal, and goes on', async () => {
    const keys = distantKeys()
    const taskQueue = temporal.newQueue()
    const client = temporal.client(sealedDataConverter({ ...place, sealer: keys.sealer() }))
    const handle = await client.workflow.start(echo, { taskQueue, workflowId: randomUUID(), args: ['late'] })
    keys.answer = false
    await temporal.working(
      { dataConverter: sealedDataConverter({ ...place, sealer: keys.sealer() }) },
      async () => {
        await vi.waitFor(() => expect(keys.refused).toBeGreaterThan(3), patience)
        keys.answer = true
        expect(await handle.result()).toBe('late')
      },
      taskQueue,
    )
  }, 60_000)
})
