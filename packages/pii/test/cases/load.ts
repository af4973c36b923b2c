import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { secretOf, seedOf } from './secrets.ts'

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json }

export interface LabelledDocument {
  readonly id: string
  /** ISO 639-1 code of the language of the keys and the text. */
  readonly lang: string
  readonly document: Json
  /** RFC 6901 pointer of a leaf -> its type, or several types joined with `|` where any of them is right. */
  readonly pii: Readonly<Record<string, string>>
  /** Pointers of leaves that must be left alone; `*` stands for every leaf that `pii` does not name. */
  readonly clear: readonly string[]
}

/** Replaces each `{{secret:kind}}` by a value of that kind, always the same one for the same document. */
function filled(value: Json, id: string, count: { next: number }): Json {
  if (typeof value === 'string')
    return value.replace(/\{\{secret:(\w+)\}\}/g, (_, kind: string) => secretOf(kind, seedOf(`${id}:${count.next++}:${kind}`)))
  if (Array.isArray(value)) return value.map((item) => filled(item, id, count))
  if (value !== null && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, id, count)]))
  return value
}

/** Every document of every `.jsonl` file of the directory, in the order of the files' names. */
export function loadDocuments(directory: string | URL): readonly LabelledDocument[] {
  const root = typeof directory === 'string' ? directory : fileURLToPath(directory)
  const names = readdirSync(root).filter((name) => name.endsWith('.jsonl'))
  return names.sort().flatMap((name) => {
    const lines = readFileSync(join(root, name), 'utf8').split('\n')
    return lines
      .filter((line) => line !== '')
      .map((line) => {
        const read = JSON.parse(line) as LabelledDocument
        return { ...read, document: filled(read.document, read.id, { next: 0 }) }
      })
  })
}
