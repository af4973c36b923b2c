import { fail } from '../pii-error.js'
import { isError } from './error-members.js'
import { type RedactionOptions, redactDocument } from './redact-document.js'
import { redactText } from './redact-text.js'
import { checkDetector, NOT_REDACTED, replacerOf } from './replacement.js'

type Members = Record<string, unknown>
/** What any function is. */
type Method = (...args: never[]) => unknown

/** What is read and wrapped of pino's options; structural, so that pino is no dependency. */
export interface PinoOptionsLike {
  readonly errorKey?: string
  readonly hooks?: {
    readonly logMethod?: (this: never, args: never, method: never, level: number) => void
    readonly streamWrite?: (line: string) => string
  }

  readonly formatters?: { readonly bindings?: (bindings: never) => object }
}

export interface PinoRedactionOptions<Options extends PinoOptionsLike> extends RedactionOptions {
  /** The logger's own options: passed on, its hooks called within. */
  readonly pino?: Options | undefined
}

export interface PinoRedaction {
  readonly hooks: {
    logMethod(this: unknown, args: readonly unknown[], method: Method, level: number): void
    streamWrite(line: string): string
  }
  readonly formatters: { bindings(bindings: Members): Members }
}

/** Set by pino itself or by who runs it, the same in every line. */
const CONSTANT = ['pid', 'hostname', 'name']
/** Specifiers of a format that write an object as JSON. */
const AS_JSON = /%[oOj]/

/** The first pino that knows `streamWrite`. */
const isOld = (version: unknown): boolean => {
  const [major = 0, minor = 0] = String(version).split('.').map(Number)
  return major < 9 || (major === 9 && minor < 6)
}

/**
 * Options of a pino logger (9.6 or later) whose lines show no finding: messages with what is written into them, merged objects, errors
 * and their causes, bindings of children, and whatever mixins, serializers and formatters add. Every line is looked at once more as it
 * is written, so that no other option can pass it by; a line in which nothing is found is written as pino made it. `pid`,
 * `hostname` and `name` of `base` stay.
 *
 * `hooks` and `formatters` of your own go into `pino`; set beside it they would replace those of the redaction.
 * pino's own `redact` works as before, in front. A logger of an older pino throws `config` when it first logs.
 *
 * @example
 * const logger = pino({ ...pinoRedaction({ detector }), level: 'debug' })
 * const logger = pino(pinoRedaction({ detector, pino: { hooks, formatters, redact: ['req.headers.cookie'] } }), stream)
 */
export function pinoRedaction<Options extends PinoOptionsLike = Record<never, never>>(
  redaction: PinoRedactionOptions<Options>,
): Options & PinoRedaction {
  checkDetector(redaction?.detector, 'detectText', 'detectDocument')
  const { pino, ...options } = redaction
  replacerOf(options.replace)
  const { hooks, formatters, errorKey = 'err' } = (pino ?? {}) as PinoOptionsLike
  let base: Members | undefined

  /** Under the name that it will have: a declaration may speak of it. */
  const withShown = (merged: Members, error: unknown): Members => {
    const shown: unknown = redactDocument({ [errorKey]: error }, options)
    return { ...merged, [errorKey]: typeof shown === 'string' ? shown : (shown as Members)[errorKey] }
  }

  /** Once written as JSON, an error repeats its message in the stack and its causes in both. */
  function withErrors(merged: unknown): unknown {
    if (typeof merged !== 'object' || merged === null) return merged
    if (isError(merged)) {
      const shown = withShown({}, merged)
      return typeof shown[errorKey] === 'string' ? shown : shown[errorKey]
    }
    const error = (merged as Members)[errorKey]
    const isPlain = Object.getPrototypeOf(merged) === Object.prototype
    return isPlain && typeof error === 'object' && error !== null && isError(error) ? withShown(merged as Members, error) : merged
  }

  function shownArguments(args: readonly unknown[]): unknown[] {
    const [first, ...others] = args
    const format = typeof first === 'string' ? first : others[0]
    const asJson = typeof format !== 'string' || AS_JSON.test(format)
    const shown = asJson ? others.map((value) => (typeof value === 'object' ? redactDocument(value, options) : value)) : others
    return args.length === 0 ? [] : [withErrors(first), ...shown]
  }

  function shownLine(line: string): string {
    let members: unknown
    try {
      members = JSON.parse(line)
    } catch {
      return redactText(line, options)
    }
    if (typeof members !== 'object' || members === null) return redactText(line, options)
    const { level, time } = members as Members
    const constant = CONSTANT.filter((key) => base && key in base && (members as Members)[key] === base[key])
    for (const key of constant) (members as Members)[key] = null
    let shown: unknown = redactDocument(members, options)
    const isClear = shown === members
    if (typeof shown === 'string') shown = { level, time, msg: NOT_REDACTED }
    else for (const key of constant) (shown as Members)[key] = base?.[key]
    const json = JSON.stringify(shown)
    const end = line.endsWith('\r\n') ? '\r\n' : '\n'
    // Of members of one name the last alone was looked at.
    return isClear && json.length + end.length === line.length ? line : json + end
  }

  return {
    ...(pino as Options),
    hooks: {
      ...hooks,
      logMethod(this: unknown, args: readonly unknown[], method: Method, level: number) {
        if (isOld((this as { version?: unknown }).version)) fail('config', 'pino 9.6 or later is needed')
        const shown = shownArguments(args)
        if (hooks?.logMethod) hooks.logMethod.call(this as never, shown as never, method as never, level)
        else method.apply(this, shown as never[])
      },
      streamWrite: (line: string) => shownLine(hooks?.streamWrite ? hooks.streamWrite(line) : line),
    },
    formatters: {
      ...formatters,
      bindings(bindings: Members) {
        const shown = (formatters?.bindings ? formatters.bindings(bindings as never) : bindings) as Members
        // Those of `base` come first, where there is one; later ones are set by who logs.
        base ??= shown && 'pid' in shown && 'hostname' in shown ? shown : {}
        return shown
      },
    },
  }
}
