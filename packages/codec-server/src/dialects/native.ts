import { WaxsealError } from '@waxseal/core'
import { toBase64 } from '@waxseal/core/keys'
import { type CodecCall, counted, type Outcome, outcomeOfError, type Tally } from '../opening/codec-call.js'
import type { Opener } from '../opening/opener.js'
import type { Pairs } from '../opening/place.js'
import { createWalk, type Found, type Visited } from './document-walk.js'
import { inlineFieldsOf } from './inline-fields.js'
import { isJsonObject, type Json } from './payloads.js'

/** What became of one envelope of a document. */
export interface ReportEntry {
  /** Where it stands in the document that was sent, or in what an envelope of it held: a JSON Pointer. */
  readonly pointer: string
  /** Where the envelope stood that it came out of; absent for those of the document itself. */
  readonly within?: string
  readonly outcome: Outcome
  readonly kid?: string
  readonly keyVersion?: number
  readonly suite?: string
  /** Length of what is sealed, in bytes, padding included. */
  readonly bytes?: number
  /** The context that the envelope stores; not authenticated unless it was opened. */
  readonly context?: Pairs | null
}

/** Envelopes within envelopes; those that are deeper stay sealed. */
const MAX_LEVELS = 4

/** Bytes have no place in JSON: they go as a payload of them would. */
const withoutBytes = (value: unknown): unknown =>
  value instanceof Uint8Array ? { encoding: 'binary/plain', data: toBase64(value) } : value

const byPointer = (a: ReportEntry, b: ReportEntry): number => (a.pointer < b.pointer ? -1 : a.pointer > b.pointer ? 1 : 0)

/** Any document in, every envelope in it opened in place, and a report of each: what fails stays as it was. */
export function createNativeDialect(opener: Opener, maxEnvelopes: number) {
  async function report(call: CodecCall, body: unknown, tally: Tally, opens: boolean): Promise<Json> {
    if (!isJsonObject(body) || !Object.hasOwn(body, 'document'))
      throw new WaxsealError('malformed', 'the body is an object with a document')
    const entries: ReportEntry[] = []

    async function visit({ pointer, level, within, stored, inspect, open }: Found): Promise<Visited> {
      const place = { pointer, ...(within !== undefined && { within }) }
      let described: Partial<ReportEntry> = {}
      try {
        const { kid, keyVersion, suite, frameBytes, context } = inspect()
        described = { kid, keyVersion, suite, bytes: frameBytes, context }
        if (!opens || level > MAX_LEVELS) {
          entries.push({ ...place, outcome: counted(tally, 'sealed'), ...described })
          return { value: stored }
        }
        const opened = await open()
        entries.push({ ...place, outcome: opened.outcome, ...described, context: opened.context })
        return { value: withoutBytes(opened.value), opened }
      } catch (error) {
        entries.push({ ...place, outcome: counted(tally, outcomeOfError(error)), ...described })
        return { value: stored }
      }
    }

    const inline = inlineFieldsOf(opener.surfaceOf(call), body)
    const document = await createWalk(opener, call, tally, inline, maxEnvelopes, visit)(body.document)
    return { document, report: entries.sort(byPointer) }
  }

  /** How much the caller wants to see; `malformed` for what is no answer to that. */
  function shownBy(body: unknown): CodecCall['show'] {
    const show = isJsonObject(body) ? body.show : undefined
    if (show === undefined || show === 'masked') return show
    throw new WaxsealError('malformed', "show is 'masked', or not there")
  }

  return {
    open: async (call: CodecCall, body: unknown, tally: Tally) => report({ ...call, show: shownBy(body) }, body, tally, true),
    inspect: (call: CodecCall, body: unknown, tally: Tally) => report(call, body, tally, false),
  }
}
