import { type ContractSeal, type Handler, type QueueUnderTest, queueAdapterContract } from '@waxseal/conformance/contracts'
import { postgresTables } from '@waxseal/conformance/leak-probe'
import type { Job, PgBoss } from 'pg-boss'
import { describe, it, vi } from 'vitest'

const TYPES = ['pay', 'mail'] as const
/** Of a slot in which a key is sent once; none ends while a test runs. */
const YEAR = 365 * 86_400

/** Bosses that share the tables of one schema. */
export interface BossBench {
  boss(seal?: ContractSeal): Promise<PgBoss>
  plain(): Promise<PgBoss>
  query(sql: string, values?: unknown[]): Promise<Record<string, unknown>[]>
  readonly schema: string
  close?(): Promise<void>
}

interface HostJob {
  id: string
  name: string
  state: string
  data: unknown
  output: unknown
  retryCount: number
}

const stateOf = (state: string) => (state === 'completed' ? 'done' : state === 'failed' ? 'failed' : 'waiting')

export function pgBossContract(name: string, create: () => Promise<BossBench>, { since11 = true } = {}): void {
  queueAdapterContract({
    describe,
    it,
    harness: {
      name,
      // Version 10 is told so for the whole instance.
      removesJobs: since11,
      // There a key is compared within twelve hours at most, which may end while a test runs.
      comparesKeys: since11,
      async create() {
        const bench = await create()
        const { schema, query } = bench
        const waiting = `FROM ${schema}.job WHERE state < 'active'`

        function queueOf(boss: PgBoss): QueueUnderTest {
          const options = { retryLimit: 1, retryDelay: 0 }
          return {
            ways: {
              send: (type, data) => boss.send(type, data, options),
              'send an object': (type, data) => boss.send({ name: type, data, options }),
              sendAfter: (type, data) => boss.sendAfter(type, data, options, new Date(0)),
              insert: (type, data) =>
                since11
                  ? boss.insert(type, [{ data, ...options }])
                  : boss.insert([{ name: type, data, ...options }] as never, undefined as never),
              publish: async (type, data) => {
                await boss.subscribe(`${type}.event`, type)
                await boss.publish(`${type}.event`, data, options)
              },
            },
            sendOnce: (type, data, singletonKey) => boss.send(type, data, { ...options, singletonKey, singletonSeconds: YEAR }),
            async work(handler: Handler) {
              for (const type of TYPES)
                await boss.work(type, { pollingIntervalSeconds: 0.5, batchSize: 1 }, async ([job]: Job[]) =>
                  handler({ type: job!.name, data: job!.data }),
                )
              await vi.waitFor(
                async () => {
                  const [row] = await query(`SELECT count(*)::int AS open FROM ${schema}.job WHERE state < 'completed'`)
                  if (row!.open !== 0) throw new Error('jobs are not settled')
                },
                { timeout: 20_000, interval: 20 },
              )
              for (const type of TYPES) await boss.offWork(type)
            },
            async outcomes() {
              const rows = await query(`SELECT id, name FROM ${schema}.job ORDER BY created_on`)
              const jobs = await Promise.all(rows.map(({ id, name }) => boss.getJobById(name as string, id as string)))
              return (jobs as unknown as HostJob[]).map(({ name, state, output, retryCount }) => ({
                type: name,
                tries: retryCount + 1,
                state: stateOf(state),
                ...(state === 'completed' ? { result: output } : { error: output }),
              }))
            },
          }
        }

        const plain = await bench.plain()
        for (const type of TYPES) await plain.createQueue(type)
        return {
          adapter: async (seal) => queueOf(await bench.boss(seal)),
          host: () => queueOf(plain),
          stored: async () =>
            (await query(`SELECT data::text AS text ${waiting} ORDER BY created_on`)).map(({ text }) => text as string),
          async alter(change) {
            for (const { id, name, text } of await query(`SELECT id, name, data::text AS text ${waiting}`))
              await query(`UPDATE ${schema}.job SET data = $1::text::jsonb WHERE id = $2`, [
                change(text as string, name as string),
                id,
              ])
          },
          keptMs: async () =>
            (await query(`SELECT deletion_seconds AS seconds ${waiting}`)).map(({ seconds }) => Number(seconds) * 1000),
          dump: () => postgresTables(query),
          close: () => bench.close?.(),
        }
      },
    },
  })
}
