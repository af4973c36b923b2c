import type { Caller } from './callers/caller.js'
import type { Tally } from './opening/codec-call.js'

/** Where calls are recorded; an audit trail of `@waxseal/audit` is one. */
export interface CodecTrail {
  append(entry: {
    readonly actor: string
    readonly operation: string
    readonly outcome: string
    readonly requestId?: string
    readonly details: Readonly<Record<string, string | number>>
  }): Promise<unknown>
}

/** A call, as it is recorded: who, what, where, how much, how it ended. Never what was opened. */
export interface RecordedCall {
  readonly caller: Caller
  readonly operation: string
  readonly dialect: string
  readonly outcome: string
  readonly namespace: string | undefined
  readonly purpose: string | undefined
  readonly reason: string | undefined
  readonly requestId: string | undefined
  readonly tally: Tally
}

const MAX_TEXT = 255
const MAX_LIST = 4096

/** As many of the texts as fit, each cut where it is long, so that a long one hides no other. */
function listed(texts: ReadonlySet<string>): string {
  let list = ''
  for (const text of texts) {
    const part = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).toWellFormed()}…` : text
    if (list.length + part.length >= MAX_LIST) break
    list += `${list ? ' ' : ''}${part}`
  }
  return list
}

export async function recordCall(trail: CodecTrail, call: RecordedCall): Promise<void> {
  const { caller, operation, dialect, outcome, namespace, purpose, reason, requestId, tally } = call
  const details: Record<string, string | number> = { dialect }
  for (const [name, value] of Object.entries({ namespace, purpose, reason })) if (value !== undefined) details[name] = value
  for (const [name, count] of tally.outcomes) details[name] = count
  if (tally.kids.size > 0) details.kids = listed(tally.kids)
  const failed = new Set([...tally.granted].filter((context) => !tally.contexts.has(context)))
  const lists = { context: tally.contexts, failedContext: failed, refusedContext: tally.refused }
  for (const [name, contexts] of Object.entries(lists))
    if (contexts.size > 0) {
      details[`${name}s`] = listed(contexts)
      details[`${name}Count`] = contexts.size
    }
  await trail.append({ actor: caller.id, operation, outcome, details, ...(requestId !== undefined && { requestId }) })
}
