import { EventEmitter } from 'node:events'
import { isObject, SEALED, type StoredObject } from '@waxseal/adapter-kit/names'
import type { Extended, Host, HostQueueEvents } from './host.js'
import { done, inOrder } from './in-order.js'
import type { JobSealing } from './job-sealing.js'
import { register, sealingOf, takeSealing } from './sealings.js'

interface Stream {
  /** The events as they are stored. */
  readonly sealed: EventEmitter
  readonly opened: WeakMap<object, Promise<unknown>>
}

const streams = new WeakMap<object, Stream>()

/** Events as they are stored, for whoever opens them. */
export function sealedEventsOf(events: object): object {
  const stream = streams.get(events)
  if (!stream) return events
  return {
    waitUntilReady: () => (events as HostQueueEvents).waitUntilReady(),
    on: stream.sealed.on.bind(stream.sealed),
    removeListener: stream.sealed.removeListener.bind(stream.sealed),
  }
}

/** BullMQ's own events, of every version; all others are of the user's. */
const HOST_EVENTS: ReadonlySet<string> = new Set([
  ...['active', 'added', 'cleaned', 'completed', 'debounced', 'deduplicated', 'delayed', 'drained', 'duplicated', 'failed'],
  ...['paused', 'progress', 'removed', 'resumed', 'retries-exhausted', 'stalled', 'waiting', 'waiting-children'],
])

const VALUES = { completed: ['returnvalue', 'result'], progress: ['data', 'progress'] } as const

async function openEvent(sealing: JobSealing, queue: string, event: string, args: StoredObject): Promise<StoredObject> {
  const job = { name: '', queue }
  if (event === 'failed' && typeof args.failedReason === 'string')
    return { ...args, failedReason: await sealing.openFoundReason(job, args.failedReason) }
  if (event === 'completed' || event === 'progress') {
    const [member, surface] = VALUES[event]
    const { [member]: stored, ...rest } = args
    // An event is told once: whoever listens learns that it came, if not what it brings.
    return sealing.openFound(job, surface, stored).then(
      (value) => ({ ...args, [member]: value }),
      (error) => sealing.leftOut(surface, error, args, rest),
    )
  }
  if (args[SEALED] === undefined && HOST_EVENTS.has(event)) return args
  return sealing.customEvents.open(queue, event, args).catch((error) => sealing.leftOut('data', error, args, {}))
}

/** BullMQ's class of queue events whose results, reasons and progress are opened, in their order. */
export function sealedQueueEventsClass({ QueueEvents: HostQueueEvents }: Host): Extended<Host['QueueEvents']> {
  return class QueueEvents extends HostQueueEvents {
    constructor(name: string, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSealing(given)
      super(name, options, ...rest)
      if (!sealing) return
      register(this, sealing)
      streams.set(this, { sealed: new EventEmitter().setMaxListeners(0), opened: new WeakMap() })
    }

    override emit(event: string, ...args: unknown[]): boolean {
      const stream = streams.get(this)
      const [first] = args
      if (!stream || first === undefined || first instanceof Error) return super.emit(event, ...args)
      stream.sealed.emit(event, ...args)
      const opening = isObject(first) ? this.#open(stream, event, first) : first
      inOrder(this, async () => super.emit(event, await opening, ...args.slice(1))).catch((error) => super.emit('error', error))
      return true
    }

    override async close(): Promise<void> {
      await super.close()
      await done(this)
    }

    /** The same event is emitted for all listeners, and then for those of its job. */
    #open({ opened }: Stream, event: string, args: StoredObject): Promise<unknown> {
      const opening = opened.get(args) ?? sealingOf(this)!.then((sealing) => openEvent(sealing, this.name, event, args))
      opened.set(args, opening)
      // Whether it fails is told where it is emitted.
      opening.catch(() => {})
      return opening
    }
  }
}
