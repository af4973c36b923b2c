import { describe, expect, it } from 'vitest'
import { editsOf } from '../src/index.js'

describe('the edits between two documents', () => {
  it('are the parts that differ, and none where nothing does', () => {
    const before = { a: 1, list: [{ b: 1, c: 2 }, 'x'], d: { e: null } }
    expect(editsOf(before, structuredClone(before))).toEqual([])
    expect(editsOf(before, { a: 1, list: [{ b: 1, c: 3 }, 'y'], d: { e: null } })).toEqual([
      [['list', '0', 'c'], 3],
      [['list', '1'], 'y'],
    ])
  })

  it('name members that are new, and replace what has lost one', () => {
    expect(editsOf({ a: 1 }, { a: 1, b: { c: 2 } })).toEqual([[['b'], { c: 2 }]])
    expect(editsOf({ a: { x: 1, y: 2 } }, { a: { x: 1 } })).toEqual([[['a'], { x: 1 }]])
  })

  it('replace what is of another kind or length', () => {
    for (const [before, after] of [
      [[1], [1, 2]],
      [[1], { 0: 1 }],
      [null, {}],
      ['x', null],
      [{}, []],
    ])
      expect(editsOf({ at: before }, { at: after })).toEqual([[['at'], after]])
    expect(editsOf('x', 'y', ['at'])).toEqual([[['at'], 'y']])
    expect(editsOf('x', 'y')).toEqual([[[], 'y']])
  })

  it('tell members of a prototype from own ones', () => {
    expect(editsOf({ a: 1 }, JSON.parse('{"a":1,"toString":2,"__proto__":3}'))).toEqual([
      [['toString'], 2],
      [['__proto__'], 3],
    ])
  })
})
