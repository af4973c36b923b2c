import { isObject, JOB, memberOf, type SealedJob } from '@waxseal/adapter-kit'
import { WaxsealError } from '@waxseal/core'
import type { EventPayload } from 'inngest'
import { anyListener, type Listener } from './listener.js'
import { keptDetails } from './revived-error.js'
import type { RunSealing } from './run-sealing.js'

export type HostEvent = EventPayload<unknown>

const INVOKED = 'inngest/function.invoked'
const TIMER = 'inngest/scheduled.timer'
const DEFERRED = 'inngest/deferred.schedule'
const HTTP_REQUEST = 'inngest/http.request'
const REPORTS = ['inngest/function.failed', 'inngest/function.finished', 'inngest/function.cancelled']
/** What Inngest adds to the data of an invocation. */
const ROUTING = '_inngest'

const isEvent = (value: unknown): value is HostEvent => isObject(value) && typeof value.name === 'string'

/** Whether a result looks like an event with sealed data: that of a step that waited for it. */
export const isSealedEvent = (value: unknown): value is HostEvent =>
  isEvent(value) && memberOf(memberOf(value, 'data'), JOB) !== undefined

/** The data that belong to a run as they are stored: those of its event, or of the event of the run that it is told of. */
export function storedData(event: HostEvent): unknown {
  const reported = REPORTS.includes(event.name) ? memberOf(event.data, 'event') : undefined
  return isEvent(reported) ? storedData(reported) : event.data
}

async function openInvocation(sealing: RunSealing, event: HostEvent, id: string): Promise<HostEvent> {
  const routing = memberOf(event.data, ROUTING)
  const { [ROUTING]: _, ...stored } = isObject(event.data) ? event.data : {}
  const data = await sealing.openData({ name: id, data: stored })
  return { ...event, data: routing !== undefined && isObject(data) ? { ...data, [ROUTING]: routing } : data }
}

/** The event of a report. One that does not open for good loses its data: the report itself must reach its handler. */
async function openReported(sealing: RunSealing, event: unknown, id: string): Promise<unknown> {
  if (!isEvent(event)) return event
  try {
    return await openEvent(sealing, event, anyListener(id))
  } catch (error) {
    sealing.passOver(error, 'data')
    return { ...event, data: {} }
  }
}

/** An error as Inngest stores one, opened; what does not open for good stays as it is stored. */
async function openReportedError(sealing: RunSealing, job: SealedJob, error: unknown): Promise<unknown> {
  try {
    const details = await sealing.openDetails(job, memberOf(error, 'message'))
    return details === undefined ? error : { ...(error as object), ...keptDetails(details) }
  } catch (reason) {
    sealing.passOver(reason, 'error')
    return error
  }
}

async function openReport(sealing: RunSealing, event: HostEvent): Promise<HostEvent> {
  if (!isObject(event.data)) throw new WaxsealError('malformed', 'the event has no data')
  const { error, result, event: reported, events, ...data } = event.data
  const id = String(data.function_id)
  const job: SealedJob = { name: id, data: storedData(event) }
  const opened: Record<string, unknown> = { ...data }
  if (error !== undefined) opened.error = await openReportedError(sealing, job, error)
  else if (result !== undefined) opened.result = await sealing.openResult(job, result)
  if (reported !== undefined) opened.event = await openReported(sealing, reported, id)
  if (Array.isArray(events)) opened.events = await Promise.all(events.map((each) => openReported(sealing, each, id)))
  return { ...event, data: opened }
}

/**
 * An event as its sender gave it. In clear pass only what Inngest itself writes, to functions that listen to it: the schedule of a
 * timer, and of reports on runs all but events, results and errors.
 */
export async function openEvent(sealing: RunSealing, event: HostEvent, listener: Listener): Promise<HostEvent> {
  if (event.name === HTTP_REQUEST) throw new WaxsealError('plaintext_rejected', 'durable endpoints hand requests over in clear')
  if (event.name === INVOKED) return openInvocation(sealing, event, listener.id)
  if (event.name === TIMER && listener.hasSchedule) {
    const cron = memberOf(event.data, 'cron')
    return { ...event, data: typeof cron === 'string' ? { cron } : {} }
  }
  if (event.name === DEFERRED && listener.isDeferred && sealing.clear.has('defer')) return event
  if (REPORTS.includes(event.name) && listener.listensTo(event.name)) return openReport(sealing, event)
  return { ...event, data: await sealing.openData({ name: event.name, data: event.data }) }
}

/** An event as it is sent: its data sealed, its id hashed where ids are. */
export async function sealEvent<Event extends HostEvent>(sealing: RunSealing, event: Event): Promise<Event> {
  const job: SealedJob = { name: event.name, data: event.data ?? {} }
  // A copy, because the event of a step is none as JSON.
  if (sealing.payloads.isPlain(job)) return { ...event }
  const id = event.id === undefined ? {} : { id: await sealing.eventId(job, event.id) }
  return { ...event, ...id, data: await sealing.sealData(job) }
}
