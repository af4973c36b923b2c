import { SEALED, type StoredObject } from '@waxseal/adapter-kit/names'
import type { JobSealing } from './job-sealing.js'

// Events of the user's own are no job's data, whatever they are called.
const infoOf = (event: string, queue: string, data?: unknown) => ({ name: `event:${event}`, queue, data })

/** As BullMQ reads them: Redis holds texts. */
const asTexts = (fields: StoredObject): StoredObject =>
  Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, String(value ?? '')]))

/** The fields of an event as they are to be stored. */
export async function sealFields(
  { payloads }: JobSealing,
  queue: string,
  event: string,
  fields: StoredObject,
): Promise<StoredObject> {
  const info = infoOf(event, queue, fields)
  if (payloads.isPlain(info)) return fields
  const sealed = (await payloads.sealValue(info, 'data', asTexts(fields))) as StoredObject
  return { [SEALED]: sealed[SEALED] }
}

export const openFields = async ({ payloads }: JobSealing, queue: string, event: string, fields: StoredObject) =>
  (await payloads.openValue(infoOf(event, queue), 'data', fields)) as StoredObject
