import { EventEmitter } from 'node:events'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { expect, it } from 'vitest'
import type { Host } from '../src/host.js'
import { done } from '../src/in-order.js'
import type { SealOptions } from '../src/index.js'
import { sealedQueueEventsClass } from '../src/queue-events.js'

class HostEvents extends EventEmitter {
  readonly name = 'q'
}

const QueueEvents = sealedQueueEventsClass({ QueueEvents: HostEvents } as unknown as Host)
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })

/** What a listener is told of an event that stands in Redis. */
async function told(event: string, fields: object, more: Partial<SealOptions> = {}): Promise<unknown> {
  const options = { seal: { sealer, app: 'shop', ...more } }
  const events = new (QueueEvents as unknown as new (name: string, options: object) => HostEvents)('q', options)
  const seen: unknown[] = []
  events.on(event, (args) => seen.push(args))
  events.emit(event, fields, '1-0')
  await done(events)
  return seen[0]
}

it('an event of the user in clear brings nothing, and what it brings within a window', async () => {
  const reported: unknown[] = []
  expect(await told('refund', { amount: '1' }, { onEvent: (event) => reported.push(event) })).toEqual({})
  expect(reported).toEqual([{ event: 'refused', surface: 'data', code: 'plaintext_rejected' }])
  expect(await told('refund', { $sealed: 'wax1.x', amount: '1' })).toEqual({})
  const window = { allowUntil: new Date(Date.now() + 3_600_000) }
  expect(await told('refund', { amount: '1' }, { plaintext: { q: window } })).toEqual({ amount: '1' })
  expect(await told('refund', { amount: '1' }, { unreadable: 'show' })).toEqual({ amount: '1' })
})

it('events of BullMQ pass as they are, those of a single job too', async () => {
  for (const event of ['added', 'waiting', 'deduplicated', 'retries-exhausted', 'waiting-children', 'drained'])
    expect(await told(event, { jobId: '1', name: 'pay' })).toEqual({ jobId: '1', name: 'pay' })
})
