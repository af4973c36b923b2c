import { hasExactNumbers } from '@waxseal/core/json'
import { Failure } from './failure.js'

const QUOTE = 34
const BACKSLASH = 92
const COLON = 58

/** How many members a text of JSON writes down. */
function writtenMembers(text: string): number {
  let count = 0
  let isWithin = false
  for (let at = 0; at < text.length; at++) {
    const sign = text.charCodeAt(at)
    if (sign === QUOTE) isWithin = !isWithin
    else if (isWithin && sign === BACKSLASH) at++
    else if (!isWithin && sign === COLON) count++
  }
  return count
}

function keptMembers(document: unknown): number {
  let count = 0
  const open = [document]
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (typeof value !== 'object' || value === null) continue
    const members = Object.values(value)
    if (!Array.isArray(value)) count += members.length
    for (const member of members) if (typeof member === 'object') open.push(member)
  }
  return count
}

/** The value of a text of JSON; a failure for what is none, or would come out as something else: a long number, a member that is there twice. */
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
  if (writtenMembers(text) !== keptMembers(value))
    throw new Failure('it has a member twice, of which one would be lost', { hint: 'Take one of them out.' })
  return value
}

/** An opened value as JSON; a failure for bytes, which JSON has no form for. */
export const jsonOf = (value: unknown): string =>
  JSON.stringify(value, (_name, member: unknown) => {
    if (member instanceof Uint8Array)
      throw new Failure('it holds bytes, and no JSON', { hint: 'Open this envelope by itself, without --jsonl.' })
    return member
  })
