import { Failure } from '../failure.js'

type Row = Readonly<Record<string, unknown>>

/** Names in braces. */
const NAMES = /\{([^{}]+)\}/g

export const columnsOf = (template: string): readonly string[] => [...template.matchAll(NAMES)].map(([, name]) => name!)

/** A template with the columns of a row put in; fails where the row has none of such a name, or nothing in it. */
export const filled = (template: string, row: Row): string =>
  template.replaceAll(NAMES, (_, name: string) => {
    const value = row[name]
    if (typeof value === 'string' || typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value)
    throw new Failure(`the column ${name} has nothing that could stand in a context`)
  })
