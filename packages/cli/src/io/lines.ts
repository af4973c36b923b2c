import { WaxsealError } from '@waxseal/core'
import { explain } from '../explain.js'
import { Failure } from '../failure.js'
import { type Output, openOutput } from './output.js'
import { type Input, linesOf } from './read.js'

const AT_ONCE = 128

/** What became of the lines of an input. */
export interface LineTally {
  readonly lines: number
  readonly rejected: number
}

export interface LinesOptions {
  /** Where lines go that fail; without it the first one ends it all. */
  readonly rejects?: string | undefined
  /** Told of each line that fails. */
  readonly onReject: (message: string) => void
}

type Outcome = { readonly line: string } | { readonly text: string; readonly number: number; readonly error: unknown }

/** Puts every line of an input through `convert`, many at a time and in their order. */
export async function convertLines(
  input: Input,
  output: Output,
  convert: (text: string) => Promise<string>,
  { rejects, onReject }: LinesOptions,
): Promise<LineTally> {
  let rejectsOutput: Output | undefined
  let [lines, rejected] = [0, 0]

  async function settle(outcomes: readonly Outcome[]): Promise<void> {
    const good: string[] = []
    for (const outcome of outcomes) {
      lines++
      if ('line' in outcome) good.push(outcome.line, '\n')
      else await reject(outcome)
    }
    if (good.length > 0) await output.write(good.join(''))
  }

  async function reject({ text, number, error }: Exclude<Outcome, { line: string }>): Promise<void> {
    const { message, hint, exitCode } = explain(error)
    const named = `line ${number}: ${message}`
    // What is wrong with the keys or the options is wrong with every line.
    if (rejects === undefined || isAboutAll(error)) throw new Failure(named, { hint, exitCode })
    rejectsOutput ??= await openOutput(rejects)
    await rejectsOutput.write(`${text}\n`)
    rejected++
    onReject(named)
  }

  try {
    let batch: Promise<Outcome>[] = []
    for await (const { text, number } of linesOf(input)) {
      batch.push(
        convert(text).then(
          (line) => ({ line }),
          (error: unknown) => ({ text, number, error }),
        ),
      )
      if (batch.length < AT_ONCE) continue
      await settle(await Promise.all(batch))
      batch = []
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
  !(error instanceof Failure) &&
  (!WaxsealError.is(error) || error.retryable || error.code === 'config' || error.code === 'context_required')
