import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createDetector } from '../../src/detector.ts'
import { redactError } from '../../src/redaction/redact-error.ts'
import { detector, PLANTED, shownIn } from './samples.ts'

const { email, card, token } = PLANTED
const options = { detector }
const seen = (value: unknown) => inspect(value, { depth: 50, showHidden: true })

class LookupError extends TypeError {
  override name = 'LookupError'
  readonly code: string
  readonly query: unknown
  #hidden = token

  constructor(message: string, query: unknown, init?: ErrorOptions) {
    super(message, init)
    this.code = 'E_LOOKUP'
    this.query = query
  }

  toJSON() {
    return { hidden: this.#hidden }
  }

  [inspect.custom]() {
    return this.#hidden
  }

  override toString() {
    return this.#hidden
  }
}

describe('redactError', () => {
  it('keeps class, name, members and causes; the stack says what the message says', () => {
    const cause = new RangeError(`card ${card}`)
    const error = new LookupError(`no user ${email}`, { email, page: 2 }, { cause })
    const before = { message: error.message, stack: error.stack, query: error.query }
    const shown = redactError(error, options)
    expect(shown).not.toBe(error)
    expect(shown).toBeInstanceOf(LookupError)
    expect(Object.prototype.toString.call(shown)).toBe('[object Error]')
    expect(shown.name).toBe('LookupError')
    expect(shown.message).toBe('no user j•••@example.com')
    expect(shown.stack).toMatch(/^(?:Type|Lookup)Error: no user j•••@example\.com\n {4}at /)
    expect(shown.stack?.split('\n').slice(1)).toEqual(error.stack?.split('\n').slice(1))
    expect(shown).toMatchObject({ code: 'E_LOOKUP', query: { email: 'j•••@example.com', page: 2 } })
    expect(shown.cause).toBeInstanceOf(RangeError)
    expect((shown.cause as Error).message).toBe('card •••• 1111')
    expect(Object.keys(shown).sort()).toEqual(Object.keys(error).sort())
    expect({ message: error.message, stack: error.stack, query: error.query }).toEqual(before)
    expect(JSON.stringify(shown)).toContain('no user j•••@example.com')
    expect(String(shown)).toBe('LookupError: no user j•••@example.com')
    expect(shownIn(`${seen(shown)} ${JSON.stringify(shown)} ${shown}`)).toEqual([])
  })

  it('is the same error where nothing is found', () => {
    const error = new Error('nothing', { cause: new RangeError('neither') })
    expect(redactError(error, options)).toBe(error)
    const shown = redactError({ a: [error] }, options)
    expect(shown.a[0]).toBe(error)
  })

  it('follows cycles and long chains of causes', () => {
    const error = new Error(email)
    error.cause = error
    expect(redactError(error, options).cause).toBe('[circular]')
    let chain = new Error(email)
    for (let at = 0; at < 500; at++) chain = new Error(`step ${at} of ${email}`, { cause: chain })
    expect(shownIn(seen(redactError(chain, options)))).toEqual([])
  })

  it('looks into errors of many, and of disposal', () => {
    const many = new AggregateError([new Error(email), email], `all of ${email}`)
    const shown = redactError(many, options)
    expect(shown).toBeInstanceOf(AggregateError)
    expect(shown.errors.map(String)).toEqual(['Error: j•••@example.com', 'j•••@example.com'])
    expect(Object.keys(shown)).toEqual([])
    const suppressed = Object.assign(new Error('x'), { name: 'SuppressedError' })
    Object.defineProperty(suppressed, 'error', { value: new Error(email) })
    Object.defineProperty(suppressed, 'suppressed', { value: new TypeError(token) })
    const both = redactError(suppressed, options) as unknown as { error: Error; suppressed: Error }
    expect(both.error.message).toBe('j•••@example.com')
    expect(both.suppressed).toBeInstanceOf(TypeError)
    expect(shownIn(seen(both))).toEqual([])
  })

  it('keeps DOMException', () => {
    const shown = redactError(new DOMException(`gone: ${email}`, 'AbortError'), options)
    expect(shown).toBeInstanceOf(DOMException)
    expect(shown).toMatchObject({ name: 'AbortError', message: 'gone: j•••@example.com', code: 20 })
    expect(shownIn(seen(shown))).toEqual([])
  })

  it('repeats no message of which the whole is declared', () => {
    const declared = createDetector({ fields: { '/message': 'CUSTOM' } })
    const error = new Error('Jane is ill')
    error.stack = `${error.stack}\ncaused by: Jane is ill`
    const shown = redactError(error, { detector: declared, replace: 'type' })
    expect(shown.message).toBe('[CUSTOM]')
    expect(shown.stack).not.toContain('Jane')
    expect(shown.stack).toContain('Error: [CUSTOM]\n')
  })

  it('finds what the stack alone holds', () => {
    const error = new Error(`first ${email}`)
    expect(error.stack).toContain(email)
    error.message = 'second'
    const shown = redactError(error, options)
    expect(shown.message).toBe('second')
    expect(shownIn(seen(shown))).toEqual([])
  })

  it('shows no message that is an object, and no text that its class makes', () => {
    class Own extends Error {
      readonly #email = email;
      [Symbol.toPrimitive]() {
        return this.#email
      }
    }
    expect(`${redactError(new Own('x'), options)}`).toBe('Error: x')
    const error = new Error()
    error.message = { toString: () => 'x', email } as never
    expect(JSON.stringify(redactError(error, options))).not.toContain(email)
  })

  it('takes what is thrown besides errors', () => {
    expect(redactError(email, options)).toBe('j•••@example.com')
    expect(redactError({ message: email, code: 1 }, options)).toEqual({ message: 'j•••@example.com', code: 1 })
    expect(redactError(undefined, options)).toBeUndefined()
    const odd = new Error('x')
    Object.defineProperty(odd, 'message', {
      get() {
        throw new Error(email)
      },
    })
    expect(redactError(odd, options)).toBe('[not redacted: error]')
    const named = new Error('x')
    named.name = `Error of ${email}`
    expect(shownIn(seen(redactError(named, options)))).toEqual([])
    expect(redactError(Object.assign(new Error(''), { stack: undefined }), options).stack).toBeUndefined()
  })
})
