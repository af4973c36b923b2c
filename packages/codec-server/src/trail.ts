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

const MAX_TEXT = 1024

/** As many of the texts as fit, and how many there were. */
function listed(texts: ReadonlySet<string>): string {
  let list = ''
  for (const text of texts) {
    if (list.length + text.length > MAX_TEXT) break
    list += `${list ? ' ' : ''}${text}`
  }
  return list
}

export function recordCall(trail: CodecTrail, call: RecordedCall): Promise<unknown> {
  const { caller, operation, dialect, outcome, namespace, purpose, reason, requestId, tally } = call
  const details: Record<string, string | number> = { dialect }
  for (const [name, value] of Object.entries({ namespace, purpose, reason })) if (value !== undefined) details[name] = value
  for (const [name, count] of tally.outcomes) details[name] = count
  if (tally.kids.size > 0) details.kids = listed(tally.kids)
  if (tally.contexts.size > 0) {
    details.contexts = listed(tally.contexts)
    details.contextCount = tally.contexts.size
  }
  return trail.append({ actor: caller.id, operation, outcome, details, ...(requestId !== undefined && { requestId }) })
}
