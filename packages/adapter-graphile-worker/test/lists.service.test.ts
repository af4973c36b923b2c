import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { postgresMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { describe, expect, it } from 'vitest'
import { postgres, VERSIONS } from './database.js'

const missing = postgresMissing()

class CardError extends Error {
  override readonly name = 'CardError'
  readonly card = '4242'
}

describeIf(!missing, missing ?? '')('PostgreSQL', () => {
  const database = postgres()

  describe.each(VERSIONS)('a list, graphile-worker %s', (_, host) => {
    it('is sealed element by element, and given to its task as it was', async () => {
      const { utils, jobs, work } = await database.bench({}, { host })
      const list = [1, 'text', null, { card: '4242' }, ['nested', []], {}]
      await utils.addJob('charge', list)
      await utils.addJob('charge', [])
      const [stored, empty] = (await jobs()).map(({ payload }) => payload as unknown as object[])
      expect(stored).toEqual(list.map(() => ({ $sealed: expect.stringMatching(/^wax1\./), $job: 'charge' })))
      expect(new Set(stored!.map((each) => JSON.stringify(each))).size).toBe(list.length)
      // Without elements nothing would vouch for it.
      expect(empty).toEqual({ $sealed: expect.stringMatching(/^wax1\./), $job: 'charge' })
      const seen: unknown[] = []
      await work({ charge: (payload) => void seen.push(payload) })
      expect(seen).toEqual([list, []])
    })

    it('is joined with that of an equal key, and handled as one', async () => {
      const { utils, jobs, work } = await database.bench({ policy: { fields: ['/card'] } }, { host })
      await utils.addJob('charge', [{ card: 1 }, { card: 2 }], { jobKey: 'batch' })
      await utils.addJobs([{ identifier: 'charge', payload: [{ card: 3 }], jobKey: 'batch' }])
      await expect(utils.addJob('charge', [], { jobKey: 'batch' })).rejects.toMatchObject({ code: 'config' })
      expect(await jobs()).toMatchObject([{ payload: [{ card: '[sealed]' }, { card: '[sealed]' }, { card: '[sealed]' }] }])
      const seen: unknown[] = []
      await work({ charge: (payload) => void seen.push(payload) })
      expect(seen).toEqual([[{ card: 1 }, { card: 2 }, { card: 3 }]])
    })

    it('keeps the elements that failed as they were stored, each with its error, and tries only those again', async () => {
      const { utils, jobs, work, due, opened } = await database.bench({}, { host })
      await utils.addJob('charge', ['a', 'b', 'c', 'd'])
      const before = (await jobs())[0]!.payload as unknown as object[]
      await work({
        charge: () => ['done', Promise.reject(new CardError('no\ncard')), Promise.resolve(), Promise.reject('text')] as never,
      })
      const [stored] = await jobs()
      expect(stored!.payload).toEqual([before[1], before[3]])
      expect(stored!.last_error).toMatch(/^Batch failures:\nCardError: \[sealed\] wax1\.\S+\nError: \[sealed\] wax1\.\S+$/)
      const [job] = await opened()
      expect(job!.payload).toEqual(['b', 'd'])
      expect(job!.last_error).toBe('Batch failures:\nno\ncard\ntext')
      expect(job!.errors).toMatchObject([
        { name: 'CardError', message: 'no\ncard', card: '4242', stack: expect.stringContaining('lists.service.test') },
        { value: 'text' },
      ])
      await due()
      const seen: unknown[] = []
      await work({ charge: (payload) => void seen.push(payload) })
      expect(seen).toEqual([['b', 'd']])
      expect(await jobs()).toEqual([])
    })

    it('keeps the error of an element under the key of that element', async () => {
      const sealer = createSealer({
        keys: staticKeys(['acme', 'globex'].map((scope) => ({ kid: scope, scope, key: generateKey() }))),
      })
      const scope = ({ data }: { readonly data?: unknown }) => (data as { tenant: string }).tenant
      const bench = await database.bench({ sealer, scope, policy: { fields: ['/card'] } }, { host })
      await bench.utils.addJob('charge', [
        { tenant: 'acme', card: 1 },
        { tenant: 'globex', card: 2 },
      ])
      await bench.work({ charge: () => [null, Promise.reject(new Error('theirs'))] as never })
      expect((await bench.jobs())[0]!.last_error).toContain('.globex~')
      expect(await bench.opened()).toMatchObject([
        { payload: [{ tenant: 'globex', card: 2 }], last_error: 'Batch failures:\ntheirs' },
      ])
    })
  })
})
