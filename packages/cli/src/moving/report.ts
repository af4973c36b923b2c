import { WaxsealError } from '@waxseal/core'
import type { ResealReport, SkipReason, Stopped } from '@waxseal/reseal'
import { databaseCode } from '../database-code.js'
import { explain } from '../explain.js'
import { EXIT } from '../failure.js'
import { tableOf } from '../table.js'
import type { Terminal } from '../terminal.js'

/** What a reason means here, where its name does not tell. */
const MEANINGS: Partial<Record<SkipReason, string>> = {
  conflict:
    'the column does not take what is to be stored, as where it is too short; or somebody else wrote there again and again',
  context_required: 'a column of its context or scope is empty, or neither text nor an integer',
  plaintext_rejected: 'it is not sealed, or is no document',
  not_wrapped: 'it carries no data key that could be wrapped anew: reseal it',
}

/** Why a run ended early: what is ours in full, of a database or a queue what says nothing of its data. */
function whyOf({ code, cause }: Stopped): string {
  if (code === 'aborted') return ' (aborted)'
  const isOfFile = cause instanceof Error && 'path' in cause
  if (WaxsealError.is(cause) || isOfFile) return `: ${explain(cause).message}`
  return `: ${databaseCode(cause) ?? 'it could not be read or written'} (${code})`
}

/** Shows how a run went, and sets the exit code. */
export function showReport(report: ResealReport, verb: string, terminal: Terminal): void {
  const { complete, stopped, dryRun, targets } = report
  const rows = targets.map(({ target, seen, moved, current, skipped }) => [
    target,
    seen,
    moved,
    current,
    skipped.map(({ reason, count }) => `${reason}: ${count}`).join(', '),
  ])
  terminal.tell(report, () => tableOf(['target', 'rows', dryRun ? `would be ${verb}` : verb, 'in order', 'left'], rows, terminal))
  for (const { target, skipped } of targets)
    for (const { reason, ids } of skipped) {
      const meaning = MEANINGS[reason]
      terminal.note(`${target}: ${reason}: ${ids.join(', ')}${meaning ? ` (${meaning})` : ''}`)
    }
  if (stopped) terminal.warn(`stopped at ${stopped.target}${whyOf(stopped)}${dryRun ? '' : '; the same command goes on there'}`)
  if (stopped?.code === 'aborted') process.exitCode = EXIT.interrupted
  else if (!complete || targets.some(({ skipped }) => skipped.length > 0)) process.exitCode = EXIT.failed
}
