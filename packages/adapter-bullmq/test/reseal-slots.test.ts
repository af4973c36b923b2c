import { expect, it } from 'vitest'
import { slotsOf } from '../src/reseal/slots.js'

/** A Redis in which only `hash` is a hash. */
const redisOf = (hash: string, values: Record<string, string>, rows: string[] = []) => ({
  async call(command: string, key: string, ...args: string[]): Promise<unknown> {
    if (command === 'LRANGE') return rows
    if (key !== hash) throw new Error('WRONGTYPE Operation against a key holding the wrong kind of value')
    return command === 'HKEYS' ? Object.keys(values) : args.map((name) => values[name] ?? null)
  },
})

it('what names a child, or stands beside a log, need not be a job: whoever writes to Redis cannot end a run by it', async () => {
  const processed = { name: 'bull:q:1:processed', queue: 'q', kind: 'hash' } as const
  const result = '{"$sealed":"wax1.x","$job":"pay"}'
  const children = await slotsOf(redisOf(processed.name, { 'bull:q:wait': result }), processed, undefined, 10)
  expect(children.map(({ text, owner }) => [text, owner.name])).toEqual([[result, undefined]])
  const logs = { name: 'bull:q:wait:logs', queue: 'q', kind: 'logs' } as const
  const rows = await slotsOf(redisOf('', {}, ['wax1.x']), logs, undefined, 10)
  expect(rows.map(({ text, owner }) => [text, owner.name])).toEqual([['wax1.x', undefined]])
})
