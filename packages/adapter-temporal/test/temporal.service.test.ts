import { randomUUID } from 'node:crypto'
import type { WorkflowHandle } from '@temporalio/client'
import { createCanaries, describeHits, scan } from '@waxseal/conformance/leak-probe'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { sealedDataConverter } from '../src/index.js'
import { seen } from './activities.js'
import { realTemporal } from './server.js'
import { change, continued, echo, fails, note, notes, payment } from './workflows.js'

const missing = temporalMissing()
const newSealer = () => createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const options = () => ({ sealer: newSealer(), app: 'shop', namespace: 'default' })

describeIf(!missing, missing ?? '')('a Temporal server', () => {
  const temporal = realTemporal()

  /** All that the server tells of an execution, to whoever has no key. */
  async function* told(handles: readonly WorkflowHandle[]) {
    for (const handle of handles) {
      const execution = { workflowId: handle.workflowId }
      const history = await temporal.connection.workflowService.getWorkflowExecutionHistory({ namespace: 'default', execution })
      for (const event of history.history?.events ?? []) yield { where: `event ${event.eventId}`, text: readable(event) }
      const description = await temporal.connection.workflowService.describeWorkflowExecution({ namespace: 'default', execution })
      yield { where: 'the description', text: readable(description) }
    }
    const { executions } = await temporal.connection.workflowService.listWorkflowExecutions({ namespace: 'default' })
    yield { where: 'the list', text: readable(executions) }
  }

  it('stores no canary of workflow, activity, signal, query, update, failure, heartbeat, memo and child', async () => {
    const { ascii, ...others } = createCanaries('temporal')
    const needles = [ascii, ...Object.values(others)]
    const secret = needles.map(({ value }) => value).join(' ')
    const converter = sealedDataConverter(options())
    const client = temporal.client(converter)
    const handles: WorkflowHandle[] = []
    await temporal.working(converter, async (taskQueue) => {
      const handle = await client.workflow.start(payment, {
        taskQueue,
        workflowId: randomUUID(),
        args: [secret],
        memo: { secret },
        staticSummary: secret,
        staticDetails: secret,
      })
      handles.push(handle)
      await handle.signal(note, secret)
      expect(await handle.query(notes, secret)).toEqual([secret, secret])
      expect(await handle.executeUpdate(change, { args: [secret] })).toBe(`changed to ${secret}`)
      const { receipt, failures } = await handle.result()
      expect(receipt).toBe(`receipt for ${secret}`)
      expect(failures.every((failure) => failure.includes(secret))).toBe(true)
      expect((await handle.describe()).memo).toMatchObject({ secret, upserted: secret })

      const failing = await client.workflow.start(fails, { taskQueue, workflowId: randomUUID(), args: [secret] })
      handles.push(failing as WorkflowHandle)
      await expect(failing.result()).rejects.toMatchObject({ cause: { message: secret, details: [{ secret }] } })
      const again = await client.workflow.start(continued, { taskQueue, workflowId: randomUUID(), args: [secret, 1] })
      handles.push(again)
      expect(await again.result()).toBe(secret)
    })
    const report = await scan(told(handles), needles, { inflate: true })
    expect(describeHits(report.hits)).toBe('')
    expect(report.items).toBeGreaterThan(40)
    expect(seen).toContainEqual({ card: secret })
  }, 120_000)

  it('shows everything where nothing is sealed: the search finds it', async () => {
    const { ascii } = createCanaries('clear')
    const handles: WorkflowHandle[] = []
    await temporal.working(undefined, async (taskQueue) => {
      const handle = await temporal.client().workflow.start(fails, { taskQueue, workflowId: randomUUID(), args: [ascii.value] })
      handles.push(handle as WorkflowHandle)
      await handle.result().catch(() => {})
    })
    expect(describeHits((await scan(told(handles), [ascii])).hits)).toContain('clear.ascii')
  }, 60_000)

  it('gives back every value as it was', async () => {
    const converter = sealedDataConverter(options())
    await temporal.working(converter, async (taskQueue) => {
      for (const value of [null, 0, '', 'ü 🔑', [], { a: [1, { b: null }] }, new Uint8Array([1, 2, 255]), undefined]) {
        const result = await temporal
          .client(converter)
          .workflow.execute(echo, { taskQueue, workflowId: randomUUID(), args: [value] })
        expect(result ?? null).toEqual(value ?? null)
      }
    })
  }, 60_000)
})

/** What is in a message, bytes as the text that they are. */
const readable = (message: unknown): string =>
  JSON.stringify(message, (_, value: unknown) => {
    const bytes = value as { type?: unknown; data?: unknown } | null
    if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1')
    return bytes?.type === 'Buffer' && Array.isArray(bytes.data) ? Buffer.from(bytes.data as number[]).toString('utf8') : value
  })
