import { type Context, type FieldPolicy, fieldPolicy, type Sealer, type StoredContext, WaxsealError } from '@waxseal/core'
import { checkPlace, contextOf } from '../call.js'
import { createCodecClient } from '../codec-client.js'
import type { OpenOptions } from '../commands/open.js'
import { EXIT, Failure, usage } from '../failure.js'
import { convertLines } from '../io/lines.js'
import { type Output, withOutput } from '../io/output.js'
import { withProgress } from '../io/progress.js'
import { type Input, openInput, readWhole, textOf } from '../io/read.js'
import { through } from '../io/through.js'
import { jsonOf, parseDocument } from '../json-document.js'
import { openSealer } from '../sealer.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

interface Place {
  readonly context: Context | StoredContext
  readonly scope: string | undefined
}

/** Opens texts: string envelopes and documents. */
interface TextOpener {
  open(text: string): Promise<unknown>
  close(): Promise<void>
}

function placeOf(options: OpenOptions): Place {
  const pairs = contextOf(options)
  const { scope, stored } = options
  if (stored) return { context: { stored: pairs === undefined || pairs === 'none' ? 'any' : pairs }, scope }
  if (pairs === undefined)
    throw usage('--context is required', 'Give the pairs under which it was sealed, or --stored to use those that it carries.')
  return { context: pairs, scope }
}

/** A document, or a string envelope in quotes or without. */
async function openText(sealer: Sealer, text: string, policy: FieldPolicy, place: Place): Promise<unknown> {
  if (/^wax[1-9]/.test(text)) return sealer.open(text, place)
  const value = parseDocument(text)
  if (typeof value === 'string') return sealer.open(value, place)
  return sealer.openFields(value as object, policy, place)
}

async function localOpener(options: OpenOptions): Promise<TextOpener & { readonly sealer: Sealer; readonly place: Place }> {
  const place = placeOf(options)
  const policy = fieldPolicy({ fields: options.field ?? [] })
  const { sealer, close } = await openSealer(options)
  return { sealer, place, open: (text) => openText(sealer, text, policy, place), close }
}

export async function open(file: string | undefined, options: OpenOptions & TerminalOptions): Promise<void> {
  checkPlace(options)
  const terminal = createTerminal(options)
  const { codecEndpoint, jsonl, force, output: target } = options
  if (codecEndpoint === undefined && options.reason !== undefined)
    throw usage('--reason goes with --codec-endpoint: nothing here would record it')
  const opener =
    codecEndpoint === undefined ? await localOpener(options) : createCodecClient(codecEndpoint, options, terminal.warn)
  const source = await openInput(file)
  const { input, stop } = withProgress(source, terminal, options)
  try {
    await withOutput(target, { force }, async (output) => {
      if (jsonl) return openLines(opener, input, output, { rejects: options.rejects, force, terminal })
      const [first, rest] = await begun(input)
      if (first?.[0] !== 0xc1) return output.write(shown(await opener.open(textOf(await readWhole(rest), input.name).trim())))
      if (!('sealer' in opener)) throw usage('a codec server opens JSON and string envelopes, no binary ones')
      return openBytes(opener.sealer, rest, output, opener.place)
    })
  } finally {
    stop()
    await opener.close()
  }
}

/** The first bytes of an input, and the input as if they had not been read. */
async function begun(input: Input): Promise<[Uint8Array | undefined, Input]> {
  const pieces = input.stream[Symbol.asyncIterator]()
  let first = await pieces.next()
  while (!first.done && first.value.length === 0) first = await pieces.next()
  async function* all() {
    for (let next = first; !next.done; next = await pieces.next()) yield next.value
  }
  return [first.done ? undefined : first.value, { ...input, stream: all() }]
}

/** Texts and bytes as they are, everything else as a line of JSON. */
function shown(value: unknown): string | Uint8Array {
  return typeof value === 'string' || value instanceof Uint8Array ? value : `${jsonOf(value)}\n`
}

/** A stream of any length; where the envelope turns out to hold a value, that. */
async function openBytes(sealer: Sealer, input: Input, output: Output, place: Place): Promise<void> {
  const { size } = input
  if (size !== undefined && size <= 1024 * 1024) return output.write(shown(await sealer.open(await readWhole(input), place)))
  let hasWritten = false
  try {
    for await (const piece of through(input.stream, sealer.openStream(place))) {
      await output.write(piece)
      hasWritten = true
    }
  } catch (error) {
    if (!hasWritten || !WaxsealError.is(error)) throw error
    throw new Failure(`${error.message} (${error.code})`, {
      hint: 'What was written before this is authentic and not all of it: do not use it.',
    })
  }
}

async function openLines(
  opener: TextOpener,
  input: Input,
  output: Output,
  {
    rejects,
    force,
    terminal,
  }: {
    readonly rejects: string | undefined
    readonly force: boolean | undefined
    readonly terminal: ReturnType<typeof createTerminal>
  },
): Promise<void> {
  const convert = async (text: string) => jsonOf(await opener.open(text))
  const { lines, rejected } = await convertLines(input, output, convert, { rejects, force, onReject: terminal.warn })
  terminal.note(`${lines - rejected} opened${rejected > 0 ? `, ${rejected} put into ${rejects}` : ''}`)
  if (rejected > 0) process.exitCode = EXIT.failed
}
