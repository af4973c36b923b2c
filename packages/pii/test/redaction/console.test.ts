import { Console } from 'node:console'
import { Writable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { redactConsole } from '../../src/redaction/console.ts'
import { detector, PLANTED, shownIn } from './samples.ts'

const { email, card, token } = PLANTED
const masked = 'j•••@example.com'

/** What arrives at a console of which every method only tells. */
function fake() {
  const calls: unknown[][] = []
  const tell =
    (name: string) =>
    (...args: unknown[]) =>
      void calls.push([name, ...args])
  const names = 'log,info,warn,error,debug,trace,dir,table,group,groupEnd,assert,count,time,timeEnd,clear'.split(',')
  const given = Object.fromEntries(names.map((name) => [name, tell(name)])) as Record<
    'log' | 'dir' | 'assert',
    (...args: unknown[]) => void
  > &
    Pick<globalThis.Console, 'table' | 'group' | 'groupEnd' | 'count' | 'time' | 'timeEnd' | 'trace' | 'clear'>
  return { calls, given, safe: redactConsole(given, { detector }) }
}

/** Node's own console, writing into a text. */
function real() {
  let text = ''
  const stream = new Writable({
    write(chunk, _encoding, done) {
      text += String(chunk)
      done()
    },
  })
  const given = new Console({ stdout: stream, stderr: stream, colorMode: false, inspectOptions: { depth: 20 } })
  return {
    given,
    safe: redactConsole(given, { detector }),
    taken: () => {
      const taken = text
      text = ''
      return taken
    },
  }
}

describe('redactConsole', () => {
  it('has the methods of the given one, and leaves that as it was', () => {
    const { calls, given, safe } = fake()
    const before = { ...given }
    expect(Object.keys(safe).sort()).toEqual(Object.keys(given).sort())
    safe.log(email)
    given.log(email)
    expect(calls).toEqual([
      ['log', masked],
      ['log', email],
    ])
    expect(given).toEqual(before)
    expect(redactConsole({ log: given.log }, { detector })).not.toHaveProperty('warn')
  })

  it('passes what is clear on as it was', () => {
    const { calls, safe } = fake()
    const object = { a: 1 }
    safe.log('%s of %d at %o%%', 'x', 7, object, 'rest', 8, object, null, undefined)
    safe.log(1, true, 'a')
    safe.log()
    safe.assert(true, email)
    safe.assert(false, 'no')
    safe.groupEnd()
    safe.dir(object, { depth: 1 })
    expect(calls).toEqual([
      ['log', '%s of %d at %o%%', 'x', 7, object, 'rest', 8, object, null, undefined],
      ['log', 1, true, 'a'],
      ['log'],
      ['assert', true],
      ['assert', false, 'no'],
      ['groupEnd'],
      ['dir', object, { depth: 1 }],
    ])
    expect(calls[0]?.[4]).toBe(object)
  })

  it('reads a format with what is written into it', () => {
    const { calls, safe } = fake()
    safe.log('ssn %s 100%%', 123456789)
    safe.log('ssn %d of %o with %j', 123456789, { email }, 'x', 'rest')
    safe.log('ssn', 123456789, { email }, 'ssn', 123456789)
    safe.log(`mail ${email} 100%`, { a: 1 })
    safe.log('to %s', 'jane', '@', 'x')
    safe.log('%s@%s', 'jane', 'example.com')
    safe.log('url ?q=%s', encodeURIComponent(email))
    expect(calls.map(([, ...args]) => args)).toEqual([
      ['ssn •••-••-6789 100%'],
      ['ssn •••-••-6789 of %o with "x" rest', { email: masked }],
      ['ssn •••-••-6789', { email: masked }, 'ssn •••-••-6789'],
      [`mail ${masked} 100%%`, { a: 1 }],
      ['to %s', 'jane', '@', 'x'],
      [masked],
      [expect.not.stringContaining('jane')],
    ])
  })

  it('reads what is shown by %o, %O and %j with the words before it, and no source of functions', () => {
    const { calls, safe } = fake()
    const word = ['hunter', '2x'].join('')
    for (const specifier of ['%s', '%o', '%O', '%j']) safe.log(`password: ${specifier}`, word)
    safe.log(
      '%s',
      Object.assign(() => 'secret'),
    )
    safe.log('%s of %s', 'one', class Two {}, 'rest')
    safe.log('password: %j of %o', word, { a: 1 })
    expect(JSON.stringify(calls)).not.toContain(word)
    expect(calls.slice(4).map(([, ...args]) => args)).toEqual([
      ['%s', '[function]'],
      ['%s of %s', 'one', '[function Two]', 'rest'],
      ['password: "••••••••" of %o', { a: 1 }],
    ])
  })

  it('redacts labels alike', () => {
    const { calls, safe } = fake()
    safe.time(email)
    safe.timeEnd(email)
    safe.count()
    safe.group(`for ${email}`, { email })
    expect(calls).toEqual([['time', masked], ['timeEnd', masked], ['count'], ['group', `for ${masked}`, { email: masked }]])
  })

  it('shows nothing through the console of Node', () => {
    const { safe, taken } = real()
    const error = new TypeError(`no user ${email}`, { cause: new Error(card) })
    safe.log('user %s', email)
    safe.info('user %o and %O', { email }, [{ token }])
    safe.warn({ email, nested: [{ note: `card ${card}` }] }, email, card)
    safe.error(error)
    safe.error('failed: %s %s', error, email)
    safe.debug(new Map([[email, new Set([token])]]))
    safe.trace('at %s', email)
    safe.dir({ email }, { depth: 3 })
    safe.group(email)
    safe.groupEnd()
    safe.assert(false, 'for %s', email)
    safe.count(email)
    safe.table([{ email, n: 1 }, { email: token }])
    // Bun draws no table of a Map.
    if (!process.versions.bun) safe.table(new Map([[email, { card }]]))
    safe.table([{ email }], ['email'])
    safe.log('%c styled', 'color: red', email)
    safe.log(Buffer.from(email), new Uint8Array(3))
    const text = taken()
    expect(shownIn(text)).toEqual([])
    expect(text).toContain('user j•••@example.com\n')
    expect(text).toContain('TypeError: no user j•••@example.com\n    at ')
    expect(text).toContain('[cause]: Error: •••• 1111')
    expect(text).toContain("│ 'j•••@example.com' │")
    expect(text).toContain('Trace: at j•••@example.com')
    expect(text).toContain('Assertion failed: for j•••@example.com')
    expect(text).toContain('[bytes 20] [bytes 3]')
  })

  it('writes what is clear as the given one does', () => {
    const { given, safe, taken } = real()
    const error = new RangeError('none', { cause: 'x' })
    for (const args of [
      ['a', 1, true, null, undefined, 5n],
      ['%s is %d %i %f %j %o %O %c %%', 'a', 1.5, 2.5, '3.5', { a: 1 }, { b: [1] }, { c: 1 }, 'css', 'rest'],
      ['100% of', { a: new Date(0), m: new Map([[1, 2]]), s: new Set('ab'), r: /x/, f: () => 1 }],
      [error],
      [[1, [2, [3]]], Symbol('x')],
    ]) {
      given.log(...args)
      const expected = taken()
      safe.log(...args)
      expect(taken()).toBe(expected)
    }
    given.table([{ a: 1 }])
    const expected = taken()
    safe.table([{ a: 1 }])
    expect(taken()).toBe(expected)
  })

  it('refuses what does not fit', () => {
    expect(() => redactConsole(console, {} as never)).toThrow('a detector with detectText is needed')
    expect(() => redactConsole(console, { detector, replace: 'x' as never })).toThrow('replace')
  })
})
