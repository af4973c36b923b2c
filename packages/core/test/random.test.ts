import { afterEach, expect, it, vi } from 'vitest'
import { backend } from '#backend'
import { createRandomPool, randomKey } from '../src/random.ts'
import { hex, NOW, outcome } from './fixtures.ts'

afterEach(() => vi.restoreAllMocks())

/** Counts what the CSPRNG is asked for, and tells each byte it gave from all others. */
function watched() {
  let drawn = 0
  const asked: number[] = []
  vi.spyOn(backend, 'randomFill').mockImplementation((out) => {
    asked.push(out.length)
    const view = new DataView(out.buffer, out.byteOffset, out.length)
    for (let i = 0; i + 4 <= out.length; i += 4) view.setUint32(i, ++drawn)
  })
  return asked
}

it('gives every byte out once, whatever is asked for, and draws nothing before', () => {
  const asked = watched()
  const random = createRandomPool(() => NOW)
  expect(asked).toEqual([])
  const given = Array.from({ length: 2000 }, () => hex(random(24)))
  expect(new Set(given.flatMap((text) => text.match(/.{8}/g)!)).size).toBe(2000 * 6)
  // Whole reads, and far fewer than one for each call.
  expect(asked.length).toBeLessThan(20)
  expect(random(10_000)).toHaveLength(10_000)
})

it('hands out memory of its own, and leaves nothing of it in the pool', () => {
  watched()
  const random = createRandomPool(() => NOW)
  const first = random(24)
  expect(first.buffer.byteLength).toBe(24)
  first.fill(0)
  expect(hex(random(24))).not.toContain('00'.repeat(8))
})

it.each([
  ['50 ms later it goes on', 50, 1],
  ['51 ms later it begins anew', 51, 2],
  ['an hour later it begins anew', 3_600_000, 2],
  ['where the clock went back it begins anew', -1, 2],
])('%s: a process that was forked or restored repeats nothing', (_, laterMs, reads) => {
  const asked = watched()
  let now = NOW
  const random = createRandomPool(() => now)
  const first = hex(random(24))
  now += laterMs
  expect(hex(random(24))).not.toBe(first)
  expect(asked).toHaveLength(reads)
})

it('keys come straight from the CSPRNG, which must not give zeros', async () => {
  const asked = watched()
  expect(hex(randomKey())).not.toBe(hex(randomKey()))
  expect(asked).toEqual([32, 32])
  vi.spyOn(backend, 'randomFill').mockImplementation((out) => void out.fill(0))
  expect(await outcome(randomKey)).toBe('config')
})
