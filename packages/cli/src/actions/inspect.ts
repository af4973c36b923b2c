import { createReadStream } from 'node:fs'
import { type EnvelopeInfo, inspectEnvelope, WaxsealError } from '@waxseal/core'
import { EXIT, Failure } from '../failure.js'
import { type Input, linesOf, MAX_WHOLE_BYTES, openInput, readWhole, textOf } from '../io/read.js'
import { printable, printableJson } from '../printable.js'
import { tableOf } from '../table.js'
import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.js'

/** An envelope, or what claims to be one, and where it stands. */
interface Found {
  /** A line, a JSON Pointer, or both: `line 3 /card`. */
  readonly where: string
  readonly info?: EnvelopeInfo
  readonly problem?: string
}

const claims = (text: string): boolean => /^wax[1-9][0-9]*\./.test(text)

function describe(envelope: string | Uint8Array, where: string, bytes?: number): Found {
  try {
    return { where, info: inspectEnvelope(envelope, bytes === undefined ? {} : { bytes }) }
  } catch (error) {
    if (!WaxsealError.is(error)) throw error
    return { where, problem: `${error.message} (${error.code})` }
  }
}

const escaped = (token: string): string => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** Beyond what any document of ours nests. */
const MAX_DEPTH = 200

/** Every text in a document that claims to be an envelope. */
function* envelopesIn(value: unknown, pointer: string, line: string, depth = 0): Generator<Found> {
  if (typeof value === 'string') {
    if (claims(value)) yield describe(value, [line, pointer].filter(Boolean).join(' '))
    return
  }
  if (typeof value !== 'object' || value === null) return
  if (depth > MAX_DEPTH) return yield { where: line, problem: `JSON that nests deeper than ${MAX_DEPTH} levels` }
  for (const [name, member] of Object.entries(value)) yield* envelopesIn(member, `${pointer}/${escaped(name)}`, line, depth + 1)
}

function* inText(text: string, line: string): Generator<Found> {
  if (claims(text)) return yield describe(text, line)
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return yield { where: line, problem: 'neither an envelope nor JSON' }
  }
  yield* envelopesIn(value, '', line)
}

async function* inInput(input: Input, head: Uint8Array): AsyncGenerator<Found> {
  if (head[0] === 0xc1) {
    // A header is at the beginning, and a file may be of any length.
    if (input.size !== undefined) return yield describe(head, '', input.size)
    return yield describe(await readWhole(input), '')
  }
  if (input.size === undefined || input.size <= MAX_WHOLE_BYTES) {
    const text = textOf(await readWhole(input), input.name).trim()
    if (isOne(text)) return yield* inText(text, '')
    for (const [at, line] of text.split('\n').entries()) if (line.trim() !== '') yield* inText(line.trim(), `line ${at + 1}`)
    return
  }
  for await (const { text, number } of linesOf(input)) yield* inText(text, `line ${number}`)
}

/** Whether a text is one document or envelope, and not one a line. */
function isOne(text: string): boolean {
  if (!text.includes('\n')) return true
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

async function headOf(file: string | undefined, input: Input): Promise<[Uint8Array, Input]> {
  if (file !== undefined && file !== '-' && input.size !== undefined) {
    const pieces: Uint8Array[] = []
    for await (const piece of createReadStream(file, { end: 64 * 1024 - 1 })) pieces.push(piece)
    return [Buffer.concat(pieces), input]
  }
  const all = await readWhole(input)
  async function* again() {
    yield all
  }
  return [all, { ...input, stream: again() }]
}

export async function inspect(file: string | undefined, options: TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const [head, input] = await headOf(file, await openInput(file))
  const found: Found[] = []
  for await (const each of inInput(input, head)) found.push(each)
  if (found.length === 0) throw new Failure(`nothing in ${input.name} is sealed`)
  if (terminal.json) terminal.print(printableJson(found.map(asJson)))
  else if (found.length === 1 && found[0]!.where === '') showOne(found[0]!, terminal)
  else showMany(found, terminal)
  if (found.some(({ problem }) => problem !== undefined)) process.exitCode = EXIT.failed
}

const asJson = ({ where, info, problem }: Found) => ({ where, ...(info ?? {}), ...(problem !== undefined && { problem }) })

const contextText = (context: EnvelopeInfo['context']): string =>
  context === null
    ? 'not stored'
    : Object.entries(context)
        .map(([name, value]) => `${name}=${value}`)
        .join(' ')

function showOne({ info, problem }: Found, { print, paint }: Terminal): void {
  if (!info) {
    print(`${paint('red', 'not an envelope')}: ${printable(problem!)}`)
    return
  }
  const rows: readonly (readonly [string, string])[] = [
    ['key', `${info.kid}, version ${info.keyVersion}`],
    ['data key', info.wrapped ? `wrapped, ${info.wrappedBytes} bytes` : 'named'],
    ['suite', info.suite],
    ['form', info.form === 'string' ? 'string' : 'binary'],
    ['length', `${info.length.toLocaleString('en')} ${info.form === 'string' ? 'characters' : 'bytes'}`],
    ['holds', `${info.frameBytes.toLocaleString('en')} bytes, padding included`],
    ['context', printable(contextText(info.context))],
  ]
  for (const [name, text] of rows) print(`${paint('bold', name.padEnd(10))}${text}`)
}

function showMany(found: readonly Found[], terminal: Terminal): void {
  const rows = found.map(({ where, info, problem }) =>
    info
      ? [where, `${info.kid}~${info.keyVersion}`, info.suite, info.frameBytes.toLocaleString('en'), contextText(info.context)]
      : [where, '', '', '', problem!],
  )
  terminal.print(tableOf(['where', 'key', 'suite', 'bytes', 'context'], rows, terminal))
}
