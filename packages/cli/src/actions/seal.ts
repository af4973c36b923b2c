import { type FieldPolicy, fieldPolicy, type Sealer } from '@waxseal/core'
import { checkPlace, contextOf } from '../call.js'
import type { SealOptions } from '../commands/seal.js'
import { EXIT, usage } from '../failure.js'
import { convertLines } from '../io/lines.js'
import { type Output, withOutput } from '../io/output.js'
import { withProgress } from '../io/progress.js'
import { type Input, openInput, readWhole, textOf } from '../io/read.js'
import { through } from '../io/through.js'
import { parseDocument } from '../json-document.js'
import { detectorFor, openSealer } from '../sealer.js'
import { createTerminal, type TerminalOptions } from '../terminal.js'

type Place = Parameters<Sealer['sealFields']>[2]

/** The fields that are to be sealed; undefined where whole values are. */
async function policyOf({ field, detect }: SealOptions): Promise<FieldPolicy | undefined> {
  const detector = await detectorFor(detect)
  if (!field && !detector) return undefined
  return fieldPolicy({ fields: field ?? [], ...(detector && { detector }) })
}

export async function seal(file: string | undefined, options: SealOptions & TerminalOptions): Promise<void> {
  checkPlace(options)
  const { jsonl, text, scope, storeContext, output: target, force } = options
  if (text && (jsonl || options.field || options.detect)) throw usage('--text goes with neither --jsonl nor --field nor --detect')
  const context = contextOf(options)
  if (context === undefined)
    throw usage(
      '--context is required',
      'It says where the data belongs, as -c app=billing -c job=invoice. The same opens it again.',
    )
  const place: Place = { context, scope, ...(storeContext && { storeContext }) }
  const terminal = createTerminal(options)
  const policy = await policyOf(options)
  const source = await openInput(file)
  if (!jsonl && !policy && !text && target === undefined && process.stdout.isTTY)
    throw usage('a binary envelope is nothing for a terminal', 'Give --text, or --output FILE, or pipe it on.')

  const { sealer, close } = await openSealer(options)
  const { input, stop } = withProgress(source, terminal, options)
  try {
    await withOutput(target, { force }, async (output) => {
      if (jsonl) await sealLines(sealer, input, output, { policy, place, options, terminal })
      else if (policy) {
        const { text, isUntouched } = await sealDocument(sealer, textOf(await readWhole(input), input.name), policy, place)
        await output.write(`${text}\n`)
        if (isUntouched) terminal.note('it has no field to seal')
      } else if (text) await output.write(`${await sealer.seal(textOrBytes(await readWhole(input)), place)}\n`)
      else await sealBytes(sealer, input, output, place)
    })
  } finally {
    stop()
    await close()
  }
}

/** Text where it is UTF-8, so that it can be shown and masked as such; both come out byte by byte. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    return bytes
  }
}

interface SealedDocument {
  readonly text: string
  /** Whether all of it stands in clear, since no field was found. */
  readonly isUntouched: boolean
}

async function sealDocument(sealer: Sealer, json: string, policy: FieldPolicy, place: Place): Promise<SealedDocument> {
  const value = parseDocument(json)
  const text = JSON.stringify(await sealer.sealFields(value, policy, place))
  // Where nothing was replaced, only the envelope stands behind what was there.
  return { text, isUntouched: text.startsWith(JSON.stringify(value).slice(0, -1)) }
}

async function sealBytes(sealer: Sealer, { stream }: Input, output: Output, place: Place): Promise<void> {
  for await (const piece of through(stream, sealer.sealStream(place))) await output.write(piece)
}

interface Lines {
  readonly policy: FieldPolicy | undefined
  readonly place: Place
  readonly options: SealOptions
  readonly terminal: ReturnType<typeof createTerminal>
}

async function sealLines(
  sealer: Sealer,
  input: Input,
  output: Output,
  { policy, place, options, terminal }: Lines,
): Promise<void> {
  let untouched = 0
  const convert = async (json: string) => {
    if (!policy) return sealer.seal(parseDocument(json), place)
    const { text, isUntouched } = await sealDocument(sealer, json, policy, place)
    if (isUntouched) untouched++
    return text
  }
  const { lines, rejected } = await convertLines(input, output, convert, {
    rejects: options.rejects,
    force: options.force,
    onReject: terminal.warn,
  })
  const without = untouched > 0 ? `, ${untouched} of them without a field to seal` : ''
  terminal.note(`${lines - rejected} sealed${without}${rejected > 0 ? `, ${rejected} put into ${options.rejects}` : ''}`)
  if (rejected > 0) process.exitCode = EXIT.failed
}
