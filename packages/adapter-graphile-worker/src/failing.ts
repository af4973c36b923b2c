import type { WorkerUtils } from 'graphile-worker'
import { elementOf } from './elements.js'
import { quoted } from './quoted.js'
import type { Sealing } from './sealing.js'

interface Failing {
  readonly id: string
  readonly identifier: string
  readonly payload: unknown
}

/** `permanentlyFailJobs` whose reason is sealed, for each job as an error of its own. */
export const sealedFailJobs =
  (sealing: Sealing, schema: string, { withPgClient, permanentlyFailJobs }: WorkerUtils): WorkerUtils['permanentlyFailJobs'] =>
  async (ids, reason) => {
    if (!reason) return permanentlyFailJobs(ids)
    const { failure } = await sealing()
    const { rows } = await withPgClient((client) =>
      client.query<Failing>(
        `select j.id, j.payload, t.identifier from ${quoted(schema)}._private_jobs j
          join ${quoted(schema)}._private_tasks t on t.id = j.task_id where j.id = any($1::bigint[]) order by j.id`,
        [ids],
      ),
    )
    const failed: Awaited<ReturnType<typeof permanentlyFailJobs>> = []
    for (const { id, identifier, payload } of rows) {
      const { message } = (await failure(identifier, elementOf(payload, 0), { message: reason })) as { readonly message: string }
      failed.push(...(await permanentlyFailJobs([id], message)))
    }
    return failed
  }
