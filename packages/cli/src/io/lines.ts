import { WaxsealError } from '@waxseal/core'
import { explain } from '../explain.js'
import { Failure } from '../failure.js'
import { type Output, openOutput } from './output.js'
import { type Input, type Line, lineText, rawLinesOf } from './read.js'
import { checkFree } from './whole-file.js'

const AT_ONCE = 128
const AT_ONCE_BYTES = 1024 * 1024

/** What became of the lines of an input. */
export interface LineTally {
  readonly lines: number
  readonly rejected: number
}

export interface LinesOptions {
  /** Where lines go that fail; without it the first one ends it all. */
  readonly rejects?: string | undefined
  /** Whether that file may be replaced. */
  readonly force?: boolean | undefined
  /** Told of each line that fails. */
  readonly onReject: (message: string) => void
}

type Outcome = { readonly line: string } | { readonly from: Line; readonly error: unknown }

/** Puts every line of an input through `convert`, many at a time and in their order. */
export async function convertLines(
  input: Input,
  output: Output,
  convert: (text: string) => Promise<string>,
  { rejects, force, onReject }: LinesOptions,
): Promise<LineTally> {
  if (rejects !== undefined && !force) await checkFree(rejects)
  let rejectsOutput: Output | undefined
  let [lines, rejected] = [0, 0]

  async function outcomeOf(from: Line): Promise<Outcome> {
    try {
      return { line: await convert(lineText(from)) }
    } catch (error) {
      return { from, error }
    }
  }

  async function settle(outcomes: readonly Outcome[]): Promise<void> {
    const good: string[] = []
    for (const outcome of outcomes) {
      lines++
      if ('line' in outcome) good.push(outcome.line, '\n')
      else await reject(outcome)
    }
    if (good.length > 0) await output.write(good.join(''))
  }

  async function reject({ from, error }: Exclude<Outcome, { line: string }>): Promise<void> {
    const { message, hint, exitCode } = explain(error)
    const named = `line ${from.number}: ${message}`
    // What is wrong with the keys or the options is wrong with every line.
    if (rejects === undefined || isAboutAll(error)) throw new Failure(named, { hint, exitCode })
    rejectsOutput ??= await openOutput(rejects, { force })
    await rejectsOutput.write(from.bytes)
    await rejectsOutput.write('\n')
    rejected++
    onReject(named)
  }

  try {
    let batch: Promise<Outcome>[] = []
    let bytes = 0
    for await (const line of rawLinesOf(input)) {
      batch.push(outcomeOf(line))
      bytes += line.bytes.length
      if (batch.length < AT_ONCE && bytes < AT_ONCE_BYTES) continue
      await settle(await Promise.all(batch))
      ;[batch, bytes] = [[], 0]
    }
    await settle(await Promise.all(batch))
    await rejectsOutput?.commit()
    return { lines, rejected }
  } catch (error) {
    await rejectsOutput?.discard()
    throw error
  }
}

const isAboutAll = (error: unknown): boolean =>
  error instanceof Failure
    ? error.isAboutAll
    : !WaxsealError.is(error) || error.retryable || error.code === 'config' || error.code === 'context_required'
