import { randomUUID } from 'node:crypto'
import type { DataConverter } from '@temporalio/common'
import { createSealer, generateKey, SEALED_ENCODING, staticKeys } from '@waxseal/core'
import { temporalSampleCodec } from '@waxseal/formats'
import { temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { beforeAll, expect, it } from 'vitest'
import { sealedDataConverter, type TemporalCodecOptions } from '../src/index.js'
import { realTemporal } from './server.js'
import { encodings } from './told.js'
import { collects, echo, note } from './workflows.js'

const missing = temporalMissing()
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const converter = (options: Partial<TemporalCodecOptions> = {}) =>
  sealedDataConverter({ sealer, app: 'shop', namespace: 'default', ...options })
const plaintext = { allowUntil: new Date(Date.now() + 3_600_000) }
const sampleKey = new TextEncoder().encode('test-key-test-key-test-key-test!')
const sample = { keys: (id: string) => (id === 'theirs' ? sampleKey : undefined), writeKeyId: 'theirs' }

describeIf(!missing, missing ?? '')('a Temporal server that others use too', () => {
  const temporal = realTemporal()

  async function encodingsOf(workflowId: string): Promise<string[]> {
    const shown = await temporal.command('workflow', 'show', '--workflow-id', workflowId, '--output', 'json')
    return [...encodings(shown)]
  }

  /** What a workflow of a worker with one converter makes of a client with another. */
  async function between(writer: DataConverter | undefined, worker: DataConverter, reader: DataConverter | undefined) {
    const workflowId = randomUUID()
    return temporal.working({ dataConverter: worker }, async (taskQueue) => {
      await temporal
        .client(writer)
        .workflow.execute(echo, { taskQueue, workflowId, args: [{ card: '4242' }] })
        .catch(() => {})
      return {
        result: await temporal.client(reader).workflow.getHandle(workflowId).result(),
        encodings: await encodingsOf(workflowId),
      }
    })
  }

  it('is read and written in the layout of the samples', async () => {
    const theirs: DataConverter = { payloadCodecs: [temporalSampleCodec(sample)] as NonNullable<DataConverter['payloadCodecs']> }
    const card = { card: '4242' }
    const written = await between(theirs, converter({ sample, write: 'sample' }), theirs)
    expect(written).toEqual({ result: card, encodings: ['binary/encrypted'] })
    const sealed = await between(theirs, converter({ sample }), converter())
    expect(sealed).toEqual({ result: card, encodings: ['binary/encrypted', SEALED_ENCODING] })
  }, 60_000)

  it('is rolled out in three steps, and workflows live through all of them', async () => {
    const taskQueue = temporal.newQueue()
    const steps = [undefined, converter({ write: 'plaintext', plaintext }), converter({ plaintext })]
    const workflowId = randomUUID()
    const args: [number] = [steps.length]
    await temporal.client().workflow.start(collects, { taskQueue, workflowId, args })
    for (const [step, dataConverter] of steps.entries())
      await temporal.working(
        { dataConverter },
        () => temporal.client(dataConverter).workflow.getHandle(workflowId).signal(note, `step ${step}`),
        taskQueue,
      )
    await temporal.working(
      { dataConverter: steps[2] },
      async () => {
        const result = await temporal.client(converter()).workflow.getHandle(workflowId).result()
        expect(result).toEqual(['step 0', 'step 1', 'step 2'])
      },
      taskQueue,
    )
    expect(await encodingsOf(workflowId)).toEqual(['json/plain', SEALED_ENCODING])
    const old = between(undefined, converter({ write: 'plaintext', plaintext }), undefined)
    expect(await old).toEqual({ result: { card: '4242' }, encodings: ['json/plain'] })
  }, 60_000)

  it('has namespaces that cannot read each other', async () => {
    const namespace = 'other'
    const dataConverter = converter({ namespace })
    const workflowId = randomUUID()
    await temporal.working({ dataConverter, namespace }, async (taskQueue) => {
      const { workflow } = temporal.client(dataConverter, namespace)
      expect(await workflow.execute(echo, { taskQueue, workflowId, args: ['theirs'] })).toBe('theirs')
    })
    const result = temporal.client(converter(), namespace).workflow.getHandle(workflowId).result()
    await expect(result).rejects.toMatchObject({ name: 'UnreadablePayloadError', code: 'open_failed' })
  }, 60_000)

  beforeAll(() => temporal.createNamespace('other'), 120_000)
})
