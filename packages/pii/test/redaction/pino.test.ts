import { describeIf } from '@waxseal/test'
import pino, { type DestinationStream, type Logger, type LoggerOptions } from 'pino'
import { expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { everything } from '../../src/everything.ts'
import { createPseudonyms } from '../../src/masking/pseudonyms.ts'
import { pinoRedaction } from '../../src/redaction/pino.ts'
import { detector, PLANTED, planted, shownIn } from './samples.ts'

const { email, card, token } = PLANTED
const masked = 'j•••@example.com'

function sink() {
  const lines: string[] = []
  const stream: DestinationStream = { write: (line) => void lines.push(line) }
  return { lines, stream, last: () => JSON.parse(lines.at(-1) ?? 'null') }
}

/** As JavaScript calls it: with arguments that the format has no place for. */
const loose = (logger: Logger) => logger.info.bind(logger) as (...args: unknown[]) => void

const logging = (options: LoggerOptions = pinoRedaction({ detector })) => {
  const { lines, stream, last } = sink()
  return { logger: pino(options, stream), lines, last }
}

describeIf('process' in globalThis, 'the pino of browsers has neither streams nor hooks')('pinoRedaction', () => {
  it('redacts messages, with what is written into them', () => {
    const { logger, last } = logging()
    const told = (...args: unknown[]) => {
      loose(logger)(...args)
      return last().msg
    }
    expect(told('user %s', email)).toBe(`user ${masked}`)
    expect(told('ssn %d', 123456789)).toBe('ssn •••-••-6789')
    expect(told('user %o %j', { firstName: 'Jane' }, { email })).toBe(`user {"firstName":"J•••"} {"email":"${masked}"}`)
    expect(told('at %s', new URL('https://a.test/x'))).toBe('at https://a.test/x')
    expect(told('failed %s', new Error(email))).toBe(`failed Error: ${masked}`)
    expect(told({ a: 1 }, `to ${email}`)).toBe(`to ${masked}`)
    expect(told({ a: 1 }, 'to %s %o', email, { firstName: 'Jane' })).toBe(`to ${masked} {"firstName":"J•••"}`)
    expect(told(email)).toBe(masked)
    expect(told('clear %s', 'words')).toBe('clear words')
  })

  it('redacts merged objects by name and by value', () => {
    const { logger, last, lines } = logging()
    logger.warn({ email, user: { firstName: 'Jane', id: 7 }, list: [{ note: `card ${card}` }], [email]: 1 }, 'hello')
    expect(last()).toMatchObject({
      level: 40,
      email: masked,
      user: { firstName: 'J•••', id: 7 },
      list: [{ note: 'card •••• 1111' }],
      [masked]: 1,
      msg: 'hello',
    })
    logger.info({ bytes: new TextEncoder().encode(email), buffer: Buffer.from(email) })
    expect(last()).toMatchObject({ bytes: '[bytes 20]', buffer: '[bytes 20]' })
    expect(lines.every((line) => line.endsWith('}\n'))).toBe(true)
  })

  it('redacts errors and what they are caused by', () => {
    const { logger, last, lines } = logging()
    const cause = new RangeError(`card ${card}`)
    const error = Object.assign(new TypeError(`no user ${email}`, { cause }), {
      code: 'E_USER',
      config: { headers: { authorization: `Bearer ${token}` } },
    })
    logger.error(error)
    expect(last()).toMatchObject({
      level: 50,
      msg: `no user ${masked}`,
      err: { type: 'TypeError', message: `no user ${masked}: card •••• 1111`, code: 'E_USER' },
    })
    expect(last().err.stack).toMatch(
      /^TypeError: no user j•••@example\.com\n {4}at .*\ncaused by: RangeError: card •••• 1111\n {4}at /s,
    )
    logger.error({ err: error, id: 1 }, 'failed for %s', email)
    expect(last()).toMatchObject({ id: 1, msg: `failed for ${masked}`, err: { type: 'TypeError' } })
    logger.error({ nested: { error } })
    logger.error(new AggregateError([error, new Error(token)], `all ${email}`))
    expect(last().err.aggregateErrors).toHaveLength(2)
    expect(error.message).toBe(`no user ${email}`)
    expect(lines.flatMap(shownIn)).toEqual([])
  })

  it('repeats no message of which the whole is declared', () => {
    const declared = createDetector({ sets: everything, fields: { '/err/message': 'CUSTOM' } })
    const { logger, lines } = logging(pinoRedaction({ detector: declared, replace: 'type' }))
    logger.error(new Error('Jane is ill'))
    logger.error({ err: new Error('Jane is ill') }, 'x')
    expect(lines.join('')).not.toContain('Jane is ill')
  })

  it('redacts bindings of children and of theirs, however they came', () => {
    const { logger, lines, last } = logging()
    const child = logger.child({ email, request: 'r-1' })
    child.info('hello')
    expect(last()).toMatchObject({ email: masked, request: 'r-1', msg: 'hello' })
    child.child({ token }, { level: 'debug', msgPrefix: `[${email}] ` }).debug('x')
    expect(last().msg).toBe(`[${masked}] x`)
    child
      .child({}, { serializers: { id: () => email }, formatters: { log: (object) => ({ ...object, added: token }) } })
      .info({ id: 1 })
    logger.setBindings({ card, name: email })
    logger.info({})
    child.info({ email: 'none' }, 'the same name twice')
    expect(lines.flatMap(shownIn)).toEqual([])
    expect(lines.some((line) => line.includes('"request":"r-1"'))).toBe(true)
  })

  it('takes no binding for one of a base that is not there', () => {
    for (const base of [null, undefined, {}]) {
      const { logger, lines } = logging({ ...pinoRedaction({ detector }), base } as LoggerOptions)
      logger.setBindings({ name: email, hostname: email })
      logger.info('x')
      expect(lines.flatMap(shownIn)).toEqual([])
    }
  })

  it("works with options of one's own", () => {
    const called: string[] = []
    const own = {
      level: 'debug',
      messageKey: 'message',
      errorKey: 'error',
      base: { pid: 1, hostname: '10.1.2.3', owner: email },
      mixin: () => ({ mixed: token }),
      timestamp: () => `,"time":"2024-01-02T03:04:05.678Z"`,
      redact: ['req.headers.cookie', 'plain'],
      serializers: { user: (user: { id: number }) => ({ id: user.id, email }) },
      formatters: {
        level: (label) => ({ level: label }),
        log: (object) => ({ ...object, logged: card }),
        bindings: (bindings) => ({ ...bindings, bound: 1 }),
      },
      hooks: {
        logMethod(args, method, level) {
          called.push(`logMethod ${level}`)
          method.apply(this, args)
        },
        streamWrite(line) {
          called.push('streamWrite')
          return line.replace('}\n', `,"late":"${email}"}\n`)
        },
      },
    } satisfies LoggerOptions
    const { logger, lines, last } = logging(pinoRedaction({ detector, pino: own }))
    logger.debug({ req: { headers: { cookie: 'c', accept: '*' } }, plain: 'x', user: { id: 7 } }, 'to %s', email)
    expect(last()).toEqual({
      level: 'debug',
      time: '2024-01-02T03:04:05.678Z',
      pid: 1,
      hostname: '10.1.2.3',
      owner: masked,
      bound: 1,
      mixed: expect.not.stringContaining(token),
      req: { headers: { cookie: '[Redacted]', accept: '*' } },
      plain: '[Redacted]',
      user: { id: 7, email: masked },
      logged: '•••• 1111',
      late: masked,
      message: `to ${masked}`,
    })
    expect(called).toEqual(['logMethod 20', 'streamWrite'])
    logger.error(new Error(email))
    expect(last().error.message).toBe(masked)
    expect(lines.flatMap(shownIn)).toEqual([])
  })

  it('writes what is clear as pino does', () => {
    const plain = sink()
    const redacted = sink()
    const base = { pid: 7, hostname: 'ip-10-0-0-1', name: 'app' }
    const options = { base, timestamp: false, crlf: true } satisfies LoggerOptions
    const error = new Error('plain')
    for (const [logger] of [
      [pino(options, plain.stream)],
      [pino({ ...options, ...pinoRedaction({ detector }) }, redacted.stream)],
    ] as const) {
      logger.info('hello %s %d %o', 'you', 7, { a: [1, null] })
      logger.error(error)
      logger.error({
        err: error,
        when: new Date(0),
        10: 'ten',
        9: 'nine',
        nothing: undefined,
        big: 1e21,
        list: [],
        text: '"\u2028é',
      })
      logger.child({ request: 'r-1' }).warn({ a: { b: { c: [{ d: 1 }] } } }, 'x')
      logger.info(null, 'n')
      logger.info({})
    }
    expect(redacted.lines).toEqual(plain.lines)
  })

  it('asks a function once for every value', () => {
    const pseudonyms = createPseudonyms({ key: new Uint8Array(32).fill(7) })
    const replace = (value: string, { type }: { type: string }) => pseudonyms.of(value, type)
    const { logger, last } = logging(pinoRedaction({ detector, replace }))
    const expected = pseudonyms.of(email, 'EMAIL')
    logger.info({ email }, 'to %s %o', email, { email })
    expect(last()).toMatchObject({ email: expected, msg: `to ${expected} {"email":"${expected}"}` })
    logger.error({ err: new Error(email) })
    expect(last().err.message).toBe(expected)
  })

  it('keeps level and time where the detector throws', () => {
    const broken = {
      ...detector,
      detectDocument: () => {
        throw new Error('broken')
      },
    }
    const { logger, last, lines } = logging(pinoRedaction({ detector: broken }))
    logger.warn({ email }, email)
    expect(last()).toEqual({ level: 40, time: expect.any(Number), msg: '[not redacted: error]' })
    logger.error(new Error(email), 'failed')
    expect(last()).toMatchObject({ level: 50, msg: '[not redacted: error]' })
    expect(lines.flatMap(shownIn)).toEqual([])
  })

  it('redacts as text what is no JSON', () => {
    const { logger, lines } = logging(
      pinoRedaction({ detector, pino: { hooks: { streamWrite: (line: string) => `${line.slice(2)}${email}` } } }),
    )
    logger.info(email)
    expect(lines.flatMap(shownIn)).toEqual([])
  })

  it('refuses an older pino, and what does not fit', () => {
    const { hooks } = pinoRedaction({ detector })
    const method = () => undefined
    expect(() => hooks.logMethod.call({ version: '9.3.0' }, [email], method, 30)).toThrow('pino 9.6 or later is needed')
    expect(() => hooks.logMethod.call({ version: '10.0.0' }, [], method, 30)).not.toThrow()
    expect(() => pinoRedaction({} as never)).toThrow('a detector with detectText is needed')
  })

  it('leaves nothing planted in any place', () => {
    const { logger, lines } = logging()
    for (const value of planted) {
      logger.info(value)
      logger.info({ value, deep: { list: [{ value }] }, [value]: value }, value)
      loose(logger)(`before ${value} behind`, value, { value })
      logger.child({ value, nested: { value } }).error(new Error(value, { cause: new Error(value) }), value)
      logger.info([value], value)
      logger.info({
        map: new Map([[value, value]]),
        set: new Set([value]),
        url: `https://a.test/?q=${encodeURIComponent(value)}`,
      })
    }
    expect(lines).toHaveLength(planted.length * 6)
    expect(lines.flatMap(shownIn)).toEqual([])
  })
})
