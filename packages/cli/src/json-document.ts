import { hasExactNumbers } from '@waxseal/core/json'
import { Failure } from './failure.js'

/** The value of a text of JSON; a failure for what is none, or has a number that would come out as another one. */
export function parseDocument(text: string): unknown {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Failure('it is not JSON', {
      hint: 'With --jsonl every line is JSON; without it, and with --field or --detect, all of the input is.',
    })
  }
  if (!hasExactNumbers(text))
    throw new Failure('it has a number with more digits than JavaScript keeps', { hint: 'Write it as a string.' })
  return value
}
