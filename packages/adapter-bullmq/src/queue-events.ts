import { EventEmitter } from 'node:events'
import { isObject, SEALED } from '@waxseal/adapter-kit/names'
import type { Host, HostQueueEvents } from './host.js'
import type { JobSealing } from './job-sealing.js'
import { register, sealingOf, takeSeal } from './sealings.js'

type Args = Readonly<Record<string, unknown>>

interface Stream {
  /** The events as they are stored. */
  readonly sealed: EventEmitter
  /** Ends when all events so far were handed on. */
  handedOn: Promise<void>
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

async function openEvent(sealing: JobSealing, queue: string, event: string, args: Args): Promise<unknown> {
  const info = sealing.infoOfName('', queue)
  const [kind] = event.split(':')
  try {
    if (kind === 'completed' && isObject(args.returnvalue))
      return { ...args, returnvalue: await sealing.openFound(info, 'result', args.returnvalue) }
    if (kind === 'progress' && isObject(args.data)) return { ...args, data: await sealing.openFound(info, 'progress', args.data) }
    if (kind === 'failed' && typeof args.failedReason === 'string')
      return { ...args, failedReason: await sealing.openFoundReason(info, args.failedReason) }
    if (typeof args[SEALED] === 'string') {
      const { [SEALED]: envelope, ...rest } = args
      return { ...rest, ...((await sealing.openFound({ ...info, name: event }, 'data', { [SEALED]: envelope })) as object) }
    }
  } catch (error) {
    // An event is told once: whoever listens learns that it came, and sees what is stored.
    sealing.payloads.report('refused', 'result', error)
  }
  return args
}

/** BullMQ's class of queue events whose results, reasons and progress are opened, in their order. */
export function sealedQueueEventsClass({ QueueEvents: HostQueueEvents }: Host) {
  return class QueueEvents extends HostQueueEvents {
    constructor(name: string, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSeal(given)
      super(name, options, ...rest)
      if (!sealing) return
      register(this, sealing)
      streams.set(this, { sealed: new EventEmitter().setMaxListeners(0), handedOn: Promise.resolve(), opened: new WeakMap() })
    }

    override emit(event: string, ...args: unknown[]): boolean {
      const stream = streams.get(this)
      const [first] = args
      if (!stream || !isObject(first) || first instanceof Error) return super.emit(event, ...args)
      stream.sealed.emit(event, ...args)
      // The same event is emitted for all listeners and for those of its job.
      const opening = stream.opened.get(first) ?? sealingOf(this)!.then((sealing) => openEvent(sealing, this.name, event, first))
      stream.opened.set(first, opening)
      stream.handedOn = stream.handedOn
        .then(async () => void super.emit(event, await opening, ...args.slice(1)))
        .catch((error) => void super.emit('error', error))
      return true
    }

    override async close(): Promise<void> {
      await super.close()
      await streams.get(this)?.handedOn
    }
  }
}
