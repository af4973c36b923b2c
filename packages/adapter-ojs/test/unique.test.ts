import { createDedupKey, generateKey, staticKeys } from '@waxseal/core'
import { describe, expect, it } from 'vitest'
import { UNIQUE_KEY } from '../src/index.js'
import { bench, codeOf, kinds } from './bench.js'
import type { UniquePolicy } from './host.js'

const dedup = createDedupKey({ keys: staticKeys([{ kid: 'dedup', key: generateKey() }]), key: { kid: 'dedup' } })

describe.each(kinds)('unique jobs (EI-001), in %s', (_, optionsOf) => {
  const outcomes = async (unique: UniquePolicy, argsOf: readonly unknown[], more = {}) => {
    const queue = bench({ ...optionsOf(), dedup, ...more })
    const sent: string[] = []
    for (const args of argsOf)
      sent.push(
        await queue.enqueue('pay', args as never, { unique }).then(
          () => 'sent',
          ({ code }) => code,
        ),
      )
    return { sent, jobs: queue.backend.jobs }
  }

  it('are refused where a list names no member: nothing would tell them', async () => {
    expect((await outcomes({ keys: ['args'], args_keys: [] }, [[1]])).sent).toEqual(['config'])
  })

  it('are told by a hash that is made before args are sealed', async () => {
    const unique: UniquePolicy = { keys: ['type', 'args'], on_conflict: 'reject' }
    const { sent, jobs } = await outcomes(unique, [[{ a: 1, b: 'é' }], [{ b: 'e\u0301', a: 1 }], [{ a: 2, b: 'é' }]])
    expect(sent).toEqual(['sent', 'duplicate', 'sent'])
    expect(jobs[0]!.unique).toEqual({ keys: ['type', 'meta'], meta_keys: [UNIQUE_KEY], on_conflict: 'reject' })
    expect(jobs[0]!.meta![UNIQUE_KEY]).toMatch(/^[\w-]{22}$/)
    expect(unique.keys).toEqual(['type', 'args'])
  })

  it('are told by the members that args_keys, or the older key, names, and by meta as before', async () => {
    const twice = [[{ user: 42, n: 1 }], [{ user: 42, n: 2 }], [{ user: 43, n: 1 }]]
    for (const unique of [{ keys: ['args'], args_keys: ['user'] }, { key: ['user'] }] as UniquePolicy[])
      expect((await outcomes(unique, twice)).sent).toEqual(['sent', 'duplicate', 'sent'])
    const queue = bench({ ...optionsOf(), dedup })
    const send = (tenant: string) =>
      queue.enqueue('pay', [{ a: 1 }], { meta: { tenant }, unique: { keys: ['args', 'meta'], meta_keys: ['tenant'] } })
    await send('acme')
    await send('globex')
    await expect(send('acme')).rejects.toMatchObject({ code: 'duplicate' })
  })

  it('are refused where nothing could tell them any more', async () => {
    expect((await outcomes({ keys: ['args'] }, [[1]], { dedup: undefined })).sent).toEqual(['config'])
    expect((await outcomes({ keys: ['args'], args_keys: ['absent'] }, [[{ user: 1 }], [7], []])).sent).toEqual(
      Array(3).fill('config'),
    )
  })

  it('stay with the backend where it sees what it compares', async () => {
    const policies: UniquePolicy[] = [{ keys: ['type', 'queue'] }, { keys: ['args'], args_keys: ['user'] }]
    for (const unique of policies) {
      const { sent, jobs } = await outcomes(unique, [[{ user: 1, card: 'a' }], [{ user: 1, card: 'b' }]], {
        dedup: undefined,
        paths: ['args[0].card'],
      })
      expect(sent).toEqual(['sent', 'duplicate'])
      expect(jobs[0]!.unique).toEqual(unique)
    }
    const card: UniquePolicy = { keys: ['args'], args_keys: ['card'] }
    expect((await outcomes(card, [[{ card: 'a' }], [{ card: 'a' }]], { paths: ['args[0].card'] })).sent).toEqual([
      'sent',
      'duplicate',
    ])
    expect(await codeOf(bench({ ...optionsOf(), paths: ['args[0].card'] }).enqueue('pay', [{ card: 1 }], { unique: card }))).toBe(
      'config',
    )
  })
})
