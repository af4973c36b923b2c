import { ERROR, memberOf, type Payloads, parseErrorText, type SealedJob, type Surface } from '@waxseal/adapter-kit'
import type { HostJob } from './host.js'

/** What is done with a part of a job that is being opened: it is thrown, or replaced. */
export type Part = <Value>(surface: Surface, opening: Promise<Value>, instead: Value) => Promise<Value>

export type Outcome = Partial<Pick<HostJob, 'returnvalue' | 'progress' | 'failedReason' | 'stacktrace'>>

/** Message or stack of a stored error; what is not sealed was written by BullMQ, and what does not open stays as it is. */
export async function openLine(payloads: Payloads, info: SealedJob, line: string, member: 'message' | 'stack'): Promise<string> {
  const stored = parseErrorText(line)
  if (stored?.[ERROR] === undefined) return line
  try {
    const text = memberOf(await payloads.openError(info, stored), member)
    return typeof text === 'string' ? text : line
  } catch {
    return line
  }
}

/** Whether earlier tries of a job have left anything behind: of most jobs there were none. */
export const hasOutcome = ({ returnvalue, progress, failedReason, stacktrace }: HostJob): boolean =>
  // BullMQ's own initial values.
  (returnvalue ?? null) !== null || progress !== 0 || Boolean(failedReason) || (stacktrace ?? []).length > 0

/** What earlier tries of a job have left behind, opened. */
export async function outcomeOf(payloads: Payloads, info: SealedJob, job: HostJob, part: Part): Promise<Outcome> {
  const { returnvalue, progress, failedReason, stacktrace } = job
  const open = (surface: Surface, stored: unknown, instead: unknown) =>
    part(surface, payloads.openValue(info, surface, stored), instead)
  return {
    returnvalue: returnvalue === null || returnvalue === undefined ? returnvalue : await open('result', returnvalue, null),
    // BullMQ's own initial value.
    progress: progress === 0 ? progress : await open('progress', progress, 0),
    ...(failedReason ? { failedReason: await openLine(payloads, info, failedReason, 'message') } : {}),
    ...(stacktrace ? { stacktrace: await Promise.all(stacktrace.map((line) => openLine(payloads, info, line, 'stack'))) } : {}),
  }
}
