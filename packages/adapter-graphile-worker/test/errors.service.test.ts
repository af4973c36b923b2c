import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { openJob } from '../src/index.js'
import { postgres } from './database.js'

const missing = postgresMissing()

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()

  it('keeps all of an error for whoever has the key, and one line of it for the others', async () => {
    const { utils, jobs, work, opened } = await database.bench()
    await utils.addJob('charge', { card: 1 })
    const cause = Object.assign(new TypeError('the cause'), { host: 'bank.example' })
    await work({
      charge() {
        throw Object.assign(new RangeError('no card', { cause }), { card: '4242' })
      },
    })
    expect((await jobs())[0]!.last_error).toMatch(/^RangeError: \[sealed\] wax1\.\S+$/)
    const [job] = await opened()
    expect(job).toMatchObject({ last_error: 'no card', payload: { card: 1 } })
    expect(job!.errors).toMatchObject([
      {
        name: 'RangeError',
        card: '4242',
        stack: expect.stringContaining('no card'),
        cause: { message: 'the cause', host: 'bank.example' },
      },
    ])
  })

  it.each<[string, unknown, string, unknown]>([
    ['a text', '4242 was declined', '4242 was declined', { value: '4242 was declined' }],
    ['undefined', undefined, 'An error occurred', null],
    ['an object', { code: '4242' }, 'An error occurred', { code: '4242' }],
    ['an error without a message', new Error(''), 'An error occurred', { message: '' }],
  ])('keeps %s that is thrown', async (_, thrown, text, details) => {
    const { utils, jobs, work, opened } = await database.bench()
    await utils.addJob('charge', {})
    await work({ charge: () => Promise.reject(thrown) })
    expect((await jobs())[0]!.last_error).toMatch(/^Error: \[sealed\] wax1\.\S+$/)
    const [job] = await opened()
    expect(job!.last_error).toBe(text)
    if (details === null) expect(job!.errors).toEqual([null])
    else expect(job!.errors).toMatchObject([details])
  })

  it('opens rows of the view, which has no payloads, and leaves errors in clear as they are', async () => {
    const { utils, plain, work, seal, schema } = await database.bench()
    await utils.addJob('charge', { card: 1 })
    await work({ charge: () => Promise.reject(new Error('no card')) })
    const theirs = await plain.addJob('charge', {})
    await plain.permanentlyFailJobs([theirs.id], 'by hand')
    const rows = await database.query(`SELECT * FROM "${schema}".jobs ORDER BY id`)
    const [ours, other] = await Promise.all(rows.map((row) => openJob(row as never, seal) as Promise<Record<string, unknown>>))
    expect(ours).toEqual({ ...rows[0], last_error: 'no card', errors: [expect.objectContaining({ message: 'no card' })] })
    expect(other).toEqual({ ...rows[1], errors: [] })
  })

  it('seals the reason for which jobs are failed by hand, for each as its own', async () => {
    const { utils, jobs, opened } = await database.bench({}, { schema: 'by "hand"' })
    const added = [await utils.addJob('charge', { n: 1 }), await utils.addJob('list', [2]), await utils.addJob('mail', {})]
    const failed = await utils.permanentlyFailJobs([...added.slice(0, 2).map(({ id }) => id), '999'], 'card 4242')
    expect(failed.map(({ id }) => id)).toEqual(added.slice(0, 2).map(({ id }) => id))
    await utils.permanentlyFailJobs([added[2]!.id])
    const stored = await jobs()
    expect(JSON.stringify(stored)).not.toContain('4242')
    expect(stored.every(({ attempts, max_attempts }) => attempts === max_attempts)).toBe(true)
    expect(await opened()).toMatchObject([
      { last_error: 'card 4242', errors: [{ message: 'card 4242' }] },
      { last_error: 'card 4242' },
      { last_error: 'Manually marked as failed', errors: [] },
    ])
  })

  it('keeps nothing of errors where they are scrubbed', async () => {
    const { utils, jobs, work, opened } = await database.bench({ errors: 'scrub' })
    await utils.addJob('charge', {})
    await work({ charge: () => Promise.reject(new RangeError('4242')) })
    expect((await jobs())[0]!.last_error).toBe('RangeError: [sealed]')
    expect(await opened()).toMatchObject([{ last_error: 'RangeError: [sealed]', errors: [] }])
  })
})
