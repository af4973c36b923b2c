import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { openedAnswer } from '../src/bull-board.js'

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const context = { app: 'shop', job: 'order' }
const sealed = (value: unknown) => sealer.seal(value, { context })
const seen: unknown[][] = []

/** Opens what it can, as a codec server does. */
async function open(documents: readonly unknown[]): Promise<unknown[]> {
  seen.push([...documents])
  return Promise.all(
    documents.map(async (document) => {
      if (typeof document === 'string') return sealer.open<unknown>(document as never, { context }).catch(() => document)
      return sealer.openFields(document as never, { fields: ['/card'] }, { context })
    }),
  )
}

describe('an answer of Bull Board, opened elsewhere', () => {
  it('has data, results, progress, logs and documents opened, and everything else as it was', async () => {
    const fields = await sealer.sealFields({ card: '4242', n: 1 }, { fields: ['/card'] }, { context })
    const job = {
      id: '7',
      data: { $sealed: await sealed({ card: '4242' }), $job: 'order' },
      returnValue: { $sealed: await sealed(null), $job: 'order' },
      progress: 30,
      opts: { attempts: 0 },
    }
    const answer = {
      queues: [{ jobs: [job, { id: '8', data: { ...fields, $job: 'order' } }] }],
      logs: [await sealed('line'), 'x'],
    }
    expect(await openedAnswer(answer, open)).toEqual({
      queues: [
        {
          jobs: [
            { ...job, data: { card: '4242' }, returnValue: null },
            { id: '8', data: { card: '4242', n: 1 } },
          ],
        },
      ],
      logs: ['line', 'x'],
    })
  })

  it('has errors as texts: the message, and where it is there the stack', async () => {
    const reason = `CardError: [sealed] ${await sealed({ name: 'CardError', message: 'declined' })}`
    const stack = `CardError: [sealed] ${await sealed({ message: 'declined', stack: 'CardError: declined\n    at pay' })}`
    const odd = `CardError: [sealed] ${await sealed({ message: 7 })}`
    const answer = { failedReason: reason, stacktrace: [stack, odd, 'Error: plain'] }
    expect(await openedAnswer(answer, open)).toEqual({
      failedReason: 'declined',
      stacktrace: ['CardError: declined\n    at pay', odd, 'Error: plain'],
    })
  })

  it('keeps what does not open as it is stored', async () => {
    const other = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
    const envelope = await other.seal('x', { context })
    const answer = { data: { $sealed: envelope, $job: 'order' }, failedReason: `Error: [sealed] ${envelope}`, logs: [envelope] }
    expect(await openedAnswer(answer, open)).toEqual(answer)
  })

  it('asks once, with what is sealed alone, and not at all where nothing is', async () => {
    seen.length = 0
    const answer = { a: { name: 'order', secretless: true }, b: [1, null, 'wax', '[sealed]', { $sealed: 7 }] }
    expect(await openedAnswer(answer, open)).toBe(answer)
    expect(seen).toEqual([])
    const envelope = await sealed(1)
    await openedAnswer({ name: 'order', data: { $sealed: envelope, $job: 'order' } }, open)
    expect(seen).toEqual([[envelope]])
  })

  it('fails where it was not opened', async () => {
    const refused = openedAnswer({ data: { $sealed: await sealed(1) } }, () => Promise.reject(new Error('down')))
    await expect(refused).rejects.toThrow('down')
  })
})
