import { type Payloads, SEALED, type StoredObject } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'

/** Events of the user's own, whose fields are sealed as one. */
export interface CustomEvents {
  /** The fields of an event as they are to be stored. `config` for events of which BullMQ reads a field. */
  seal(queue: string, event: string, fields: StoredObject): Promise<StoredObject>
  open(queue: string, event: string, fields: StoredObject): Promise<StoredObject>
}

const HOST_EVENTS = ['completed', 'progress']

// They are no job's data, whatever they are called.
const infoOf = (event: string, queue: string, data?: unknown) => ({ name: `event:${event}`, queue, data })

/** As BullMQ reads them: Redis holds texts. */
const asTexts = (fields: StoredObject): StoredObject =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? '')]))

export const createCustomEvents = (payloads: Payloads): CustomEvents => ({
  async seal(queue, event, fields) {
    const info = infoOf(event, queue, fields)
    if (payloads.isPlain(info)) return fields
    if (HOST_EVENTS.includes(event))
      throw new WaxsealError('config', 'a sealed event has a name of its own: BullMQ reads what completed and progress hold')
    const sealed = (await payloads.sealValue(info, 'data', asTexts(fields))) as StoredObject
    return { [SEALED]: sealed[SEALED] }
  },

  open: async (queue, event, fields) => (await payloads.openValue(infoOf(event, queue), 'data', fields)) as StoredObject,
})
