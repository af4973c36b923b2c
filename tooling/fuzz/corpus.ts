// What earlier runs found: input that took a way of its own through its target, one file a target. Kept with the sources, so that
// every run begins there and a test repeats all of it.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('corpus/', import.meta.url)
const fileOf = (target: string): URL => new URL(`${target.toLowerCase().replace(/[^a-z0-9]+/g, '-')}.json`, folder)

/** Kept of one target at most, and of one input at most, so that the files stay fit for a diff. */
const MAX_INPUTS = 60
const MAX_CHARS = 1500

const encode = (input: unknown): string =>
  input instanceof Uint8Array ? JSON.stringify({ base64: Buffer.from(input).toString('base64') }) : JSON.stringify({ input })

const decode = (entry: { readonly base64?: string; readonly input?: unknown }): unknown =>
  entry.base64 === undefined ? entry.input : new Uint8Array(Buffer.from(entry.base64, 'base64'))

/** Whether a file gives the very input back: JSON has no `undefined`, no NaN, no lone surrogate that editors keep. */
const fits = (input: unknown): boolean => {
  const text = encode(input)
  if (text.length > MAX_CHARS || !text.isWellFormed()) return false
  return input instanceof Uint8Array || typeof input === 'string' || encode(decode(JSON.parse(text))) === text
}

/** The kept input of a target, `[]` where there is none. */
export const readCorpus = (target: string): unknown[] => {
  const file = fileOf(target)
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as object[]).map(decode) : []
}

/** Writes what is kept of a target: the first `MAX_INPUTS` that fit, one a line. */
export const writeCorpus = (target: string, inputs: readonly unknown[]): void => {
  const kept = inputs.filter(fits).slice(0, MAX_INPUTS)
  if (kept.length === 0) return
  mkdirSync(fileURLToPath(folder), { recursive: true })
  writeFileSync(fileOf(target), `[\n${kept.map(encode).join(',\n')}\n]\n`)
}
