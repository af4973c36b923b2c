import { hasExactNumbers } from '@waxseal/core/json'
import { Failure } from './failure.js'

/** Where a string ends that begins here. */
function endOfString(text: string, from: number): number {
  for (let end = text.indexOf('"', from + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0
    while (text[end - 1 - escapes] === '\\') escapes++
    if (escapes % 2 === 0) return end + 1
  }
  return text.length
}

/** How many members a text of JSON writes down: its colons outside of strings. */
function writtenMembers(json: string): number {
  let count = 0
  let colon = json.indexOf(':')
  for (let quote = json.indexOf('"'); colon >= 0; ) {
    if (quote >= 0 && quote < colon) {
      const end = endOfString(json, quote)
      quote = json.indexOf('"', end)
      if (colon < end) colon = json.indexOf(':', end)
    } else {
      count++
      colon = json.indexOf(':', colon + 1)
    }
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

const holdsBytes = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && (value instanceof Uint8Array || Object.values(value).some(holdsBytes))

/** An opened value as JSON; a failure for bytes, which JSON has no form for. */
export function jsonOf(value: unknown): string {
  if (holdsBytes(value))
    throw new Failure('it holds bytes, and no JSON', { hint: 'Open this envelope by itself, without --jsonl.' })
  return JSON.stringify(value)
}
