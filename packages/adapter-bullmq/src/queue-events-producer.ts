import type { Extended, Host } from './host.js'
import { register, sealingOf, takeSealing } from './sealings.js'

/** BullMQ's producer of events of the user's own: all of an event but its name is sealed. */
export function sealedQueueEventsProducerClass({
  QueueEventsProducer: HostProducer,
}: Host): Extended<Host['QueueEventsProducer']> {
  return class QueueEventsProducer extends HostProducer {
    constructor(name: string, given?: object, ...rest: unknown[]) {
      const { sealing, options } = takeSealing(given)
      super(name, options, ...rest)
      register(this, sealing)
    }

    override async publishEvent(event: Record<string, unknown>, maxEvents?: number): Promise<void> {
      const sealing = await sealingOf(this)
      if (!sealing) return super.publishEvent(event, maxEvents)
      const { eventName, ...fields } = event
      const stored = await sealing.customEvents.seal(this.name, String(eventName), fields)
      return super.publishEvent({ eventName, ...stored }, maxEvents)
    }
  }
}
