import { describe, expect, it } from 'vitest'
import { bench, codeOf, kinds } from './bench.js'
import type { JsonValue } from './host.js'

const paths = ['args[0].card_number', 'args[0].ssn']
const args = [{ card_number: '4242 4242', ssn: '123-45-6789', amount: 1999 }, 'x']
type Members = Record<string, JsonValue>

describe.each(kinds)('members sealed in place, in %s', (name, optionsOf) => {
  const queueOf = (more = {}) => bench({ ...optionsOf(), paths, ...more })

  it('are listed, and nothing else is sealed', async () => {
    const queue = queueOf()
    await queue.enqueue('pay', args)
    const [job] = queue.backend.jobs
    expect(job!.meta!['ojs.codec.paths']).toEqual(paths)
    expect(job!.args).toMatchObject([{ amount: 1999, card_number: { ojs_encoded: true }, ssn: { ojs_encoded: true } }, 'x'])
    expect(JSON.stringify(job)).not.toMatch(/4242|6789/)
    const [seen] = await queue.handled()
    expect(seen).toMatchObject({ args })
    expect(seen!.meta).toEqual({})
  })

  it('may be missing; a job without any is not refused', async () => {
    const queue = queueOf()
    await queue.enqueue('pay', [{ amount: 1 }])
    await queue.enqueue('pay', [{ ssn: null }])
    expect(queue.backend.jobs.map(({ meta }) => meta!['ojs.codec.paths'])).toEqual([[], ['args[0].ssn']])
    expect((await queue.handled()).map((job) => job.args)).toEqual([[{ amount: 1 }], [{ ssn: null }]])
  })

  it('are still opened after the setting names fewer, more or none of them beside whole jobs', async () => {
    const options = optionsOf()
    const queue = bench({ ...options, paths }, { ...options, paths: ['args[0].card_number', 'args[0].absent'] })
    await queue.enqueue('pay', args)
    const whole = bench(options)
    await whole.enqueue('pay', args)
    queue.backend.insert(whole.backend.jobs[0]!)
    expect((await queue.handled()).map((job) => job.args)).toEqual([args, args])
  })

  const tampered: Record<string, (members: Members, meta: Members) => void> = {
    'in clear, and still listed': (members) => (members.ssn = '123'),
    'in clear, and not listed': (members, meta) => {
      members.ssn = '123'
      meta['ojs.codec.paths'] = [paths[0]!]
    },
    'sealed, and not listed': (_, meta) => (meta['ojs.codec.paths'] = []),
    'listed, and not there': (members) => delete members.ssn,
    'sealed, beside another that is not listed': (members) => (members.other = members.ssn!),
    'listed as something else': (_, meta) => (meta['ojs.codec.paths'] = 'args[0].ssn'),
    'listed under a path that is none': (_, meta) => (meta['ojs.codec.paths'] = [...paths, 'ssn']),
  }
  for (const [what, change] of Object.entries(tampered))
    it(`are refused where one is ${what}`, async () => {
      const queue = queueOf()
      await queue.enqueue('pay', args)
      const [job] = queue.backend.jobs
      change(job!.args[0] as Members, job!.meta as Members)
      expect(await queue.handled()).toEqual([])
      expect(queue.backend.jobs[0]!.state).toBe('discarded')
    })

  it('are refused by a reader that knows of no paths', async () => {
    const options = optionsOf()
    const queue = bench({ ...options, paths }, options)
    await queue.enqueue('pay', args)
    expect(await queue.handled()).toEqual([])
    expect(queue.backend.jobs[0]!.errors![0]!.message).toContain('plaintext_rejected')
  })

  if (name.startsWith('Waxseal'))
    it('are refused at each other’s place', async () => {
      const queue = queueOf()
      await queue.enqueue('pay', args)
      const members = queue.backend.jobs[0]!.args[0] as Members
      ;[members.ssn, members.card_number] = [members.card_number!, members.ssn!]
      expect(await queue.handled()).toEqual([])
      expect(queue.backend.jobs[0]!.errors![0]!.message).toContain('open_failed')
    })

  it('are refused in sending where the paths are none', async () => {
    for (const wrong of [['args'], ['card_number'], ['args[0]', 'args[0].ssn']])
      expect(await codeOf(queueOf({ paths: wrong }).enqueue('pay', args))).toBe('config')
    expect(await codeOf(queueOf().enqueue('pay', ['x', { ojs_encoded: true }]))).toBe('already_sealed')
  })
})
