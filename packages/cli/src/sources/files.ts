import { readdir, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'
import { pipeline } from 'node:stream'
import { parse } from 'csv-parse'
import { explain } from '../explain.js'
import { usage } from '../failure.js'
import { type Input, linesOf, openInput, readWhole, textOf } from '../io/read.js'
import { type Format, formats } from './format.js'
import type { Source, SourceRecord } from './source.js'

type Reader = (input: Input, problem: (what: string) => void) => AsyncIterable<unknown>

async function* jsonLines(input: Input, problem: (what: string) => void): AsyncGenerator<unknown> {
  for await (const { text, number } of linesOf(input)) {
    let value: unknown
    try {
      value = JSON.parse(text)
    } catch {
      problem(`line ${number} is not JSON`)
      continue
    }
    yield value
  }
}

/** A list is its members; anything else is one document. */
async function* json(input: Input, problem: (what: string) => void): AsyncGenerator<unknown> {
  let value: unknown
  try {
    value = JSON.parse(textOf(await readWhole(input), input.name))
  } catch (error) {
    problem(error instanceof SyntaxError ? 'it is not JSON' : explain(error).message)
    return
  }
  if (Array.isArray(value)) yield* value
  else yield value
}

/** The cells of a row by the names of the first row; a name that is there twice, or missing, has the number of its column. */
function rowOf(names: readonly string[], cells: readonly string[]): unknown {
  const name = (at: number) => (names[at] && names.indexOf(names[at]) === at ? names[at] : `${names[at] ?? ''}#${at + 1}`)
  return Object.fromEntries(cells.map((cell, at) => [name(at), cell]))
}

async function* csv({ stream }: Input, problem: (what: string) => void): AsyncGenerator<unknown> {
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true, max_record_size: 16 * 1024 * 1024 })
  // Its errors come out of the parser too.
  pipeline(stream, parser, () => undefined)
  let names: readonly string[] | undefined
  try {
    for await (const cells of parser as AsyncIterable<string[]>) {
      if (names) yield rowOf(names, cells)
      else names = cells
    }
  } catch (error) {
    // Its message quotes what it read.
    problem(`it is no CSV (${(error as { code?: string }).code ?? 'unreadable'})`)
  }
}

async function* texts(input: Input): AsyncGenerator<unknown> {
  for await (const { text } of linesOf(input)) yield text
}

const READERS: Readonly<Record<string, Reader>> = {
  '.jsonl': jsonLines,
  '.ndjson': jsonLines,
  '.json': json,
  '.csv': csv,
  '.txt': texts,
  '.log': texts,
}

async function* filesIn(directory: string): AsyncGenerator<string> {
  const entries = await readdir(directory, { withFileTypes: true })
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
    const path = join(directory, entry.name)
    if (entry.isDirectory()) yield* filesIn(path)
    else if (entry.isFile() && Object.hasOwn(READERS, extname(entry.name))) yield path
  }
}

/** A file, all files of a directory whose ending is known, or standard input. */
export async function fileSource(path: string | undefined, format: Format | undefined): Promise<Source> {
  const problems: string[] = []
  const isDirectory = path !== undefined && path !== '-' && (await stat(path)).isDirectory()

  async function* read(file: string | undefined): AsyncGenerator<SourceRecord> {
    const input = await openInput(file)
    const ending = format ? `.${format}` : file === undefined || file === '-' ? '.jsonl' : extname(file)
    const reader = Object.hasOwn(READERS, ending) ? READERS[ending] : undefined
    if (!reader) throw usage(`what ${input.name} is cannot be told by its name`, `Give --format: ${formats.join(', ')}.`)
    const of = file ?? input.name
    for await (const value of reader(input, (what) => problems.push(`${of}: ${what}`))) yield { of, value }
  }

  return {
    name: path ?? 'standard input',
    problems,
    async *records() {
      if (!isDirectory) return yield* read(path)
      for await (const file of filesIn(path)) {
        try {
          yield* read(file)
        } catch (error) {
          problems.push(`${file}: ${explain(error).message}`)
        }
      }
    },
    close: async () => undefined,
  }
}
