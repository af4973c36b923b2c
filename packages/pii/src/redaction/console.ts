import { isPrimitive, textOf } from './exotic.js'
import { type RedactionOptions, redactDocument } from './redact-document.js'
import { redactText } from './redact-text.js'
import { checkDetector, replacerOf } from './replacement.js'

type Method = (...args: never[]) => unknown
type Call = (...args: unknown[]) => unknown

/** Their arguments are written as one text, in which the first may be a format. */
const WRITING = ['log', 'info', 'warn', 'error', 'debug', 'trace', 'group', 'groupCollapsed'] as const
/** Their first argument is a label, the same for every call of a pair. */
const LABELLED = ['count', 'countReset', 'time', 'timeEnd', 'timeLog', 'timeStamp', 'profile', 'profileEnd'] as const
/** Show nothing of what they are given. */
const SILENT = ['groupEnd', 'clear'] as const

type Writing = (typeof WRITING)[number]
type Other = 'dir' | 'dirxml' | 'table' | 'assert' | (typeof LABELLED)[number] | (typeof SILENT)[number]

/** What is redacted: a console or a part of one. */
export type ConsoleLike = { readonly [Name in Writing | Other]?: Method | undefined }

/** With the methods that the given console has. */
export type RedactedConsole<Given> = { [Name in keyof Given & (Writing | Other)]: Given[Name] }

/** A console writes two levels of an object: it need not be read to its end. */
const MOST_MEMBERS = 10_000
const SPECIFIER = /%[sdifjoOc%]/g

const isWritten = (value: unknown): boolean => isPrimitive(value) && typeof value !== 'symbol'

/** What a specifier of the Console Standard writes of a value. */
function written(specifier: string, value: unknown): string {
  if (specifier === '%j' || specifier === '%o' || specifier === '%O')
    return typeof value === 'string' ? (specifier === '%j' ? JSON.stringify(value) : `'${value}'`) : String(value)
  if (specifier === '%s' || typeof value === 'bigint') return String(value)
  if (specifier === '%i') return String(Number.parseInt(String(value), 10))
  return String(specifier === '%f' ? Number.parseFloat(String(value)) : Number(value))
}

/** Stands for a specifier that is left for the given console. */
const LEFT = '\x01'

interface Filled {
  readonly text: string
  /** Specifiers that are left, and the places of their arguments, in order. */
  readonly left: readonly (readonly [specifier: string, at: number])[]
  readonly used: number
}

/** The format with what can be written into it. */
function filled(format: string, args: readonly unknown[]): Filled {
  const left: (readonly [string, number])[] = []
  let used = 0
  const text = format.replaceAll(LEFT, '').replace(SPECIFIER, (specifier) => {
    if (specifier === '%%') return '%'
    if (used >= args.length) return specifier
    const at = used++
    if (isWritten(args[at]) && specifier !== '%c') return written(specifier, args[at])
    left.push([specifier, at])
    return LEFT
  })
  return { text, left, used }
}

/**
 * A console of which every method redacts what it is given: texts together with what is written into them or stands beside them,
 * objects and errors by `redactDocument`, tables, labels. It writes to the given console, which is not changed; it has those of the
 * methods of the Console Standard that the given one has. To redact what others write: `globalThis.console = redactConsole(console, { detector })`.
 * Default of `maxMembers` here: 10 000. Throws `config` where an option does not fit.
 *
 * @example
 * const safe = redactConsole(console, { detector })
 * safe.log('signed in: %s', 'jane@example.com') // signed in: j•••@example.com
 */
export function redactConsole<Given extends ConsoleLike>(given: Given, redaction: RedactionOptions): RedactedConsole<Given> {
  checkDetector(redaction?.detector, 'detectText', 'detectDocument')
  replacerOf(redaction.replace)
  const options: RedactionOptions = { maxMembers: MOST_MEMBERS, ...redaction }
  const text = (value: string): string => redactText(value, options)
  const shown = (value: unknown): unknown => redactDocument(value, options)

  /** Texts and numbers side by side are read together; where nothing is found they stay as they were. */
  function beside(values: readonly unknown[]): unknown[] {
    const result: unknown[] = []
    for (let at = 0; at < values.length; ) {
      let end = at
      while (end < values.length && isWritten(values[end])) end++
      if (end === at) result.push(shown(values[at++]))
      else {
        const run = values.slice(at, end)
        const joined = run.map(String).join(' ')
        const redacted = text(joined)
        result.push(...(redacted === joined ? run : [redacted]))
        at = end
      }
    }
    return result
  }

  function shownArguments(args: readonly unknown[]): unknown[] {
    const [format, ...others] = args
    if (typeof format !== 'string' || others.length === 0) return beside(args)
    const { text: start, left, used } = filled(format, others)
    let end = used
    while (end < others.length && isWritten(others[end])) end++
    const joined = [start, ...others.slice(used, end)].map(String).join(' ')
    const redacted = text(joined)
    const objects = beside(others.slice(end))
    const inside = left.map(([specifier, at]) => {
      const value = shown(others[at])
      // As a text a function is its source.
      return specifier === '%s' && typeof value === 'function' ? textOf(value) : value
    })
    if (redacted === joined) {
      const result = others.slice(0, end)
      for (const [index, [, at]] of left.entries()) result[at] = inside[index]
      return [format, ...result, ...objects]
    }
    // A lone argument is no format.
    if (inside.length + objects.length === 0) return [redacted]
    const parts = redacted.replaceAll('%', '%%').split(LEFT)
    // One was inside of what is replaced: they come behind then.
    const isWhole = parts.length === left.length + 1
    return [parts.reduce((before, part, at) => before + (isWhole ? left[at - 1]![0] : '') + part), ...inside, ...objects]
  }

  const methods: Record<string, (call: Call) => Call> = {
    dir: (call) => (value, settings) => call(shown(value), settings),
    dirxml:
      (call) =>
      (...args) =>
        call(...args.map(shown)),
    table: (call) => (data, columns) => (columns === undefined ? call(shown(data)) : call(shown(data), shown(columns))),
    assert:
      (call) =>
      (condition, ...args) =>
        condition ? call(true) : call(false, ...shownArguments(args)),
  }
  for (const name of WRITING)
    methods[name] =
      (call) =>
      (...args) =>
        call(...shownArguments(args))
  for (const name of LABELLED)
    methods[name] =
      (call) =>
      (...args) =>
        call(...args.slice(0, 1).map((label) => text(String(label))), ...args.slice(1).map(shown))
  for (const name of SILENT) methods[name] = (call) => () => call()

  const result: Record<string, unknown> = {}
  for (const [name, wrap] of Object.entries(methods)) {
    const method = given[name as keyof ConsoleLike]
    if (typeof method === 'function') result[name] = wrap((...args) => (method as Call).apply(given, args))
  }
  return result as RedactedConsole<Given>
}
