import { randomUUID } from 'node:crypto'
import { Client, type WorkflowHandle } from '@temporalio/client'
import { sealedDataConverter } from '@waxseal/adapter-temporal'
import type { Backend, OpenOptions, RunningBackend, StoredJob, Words } from '@waxseal/worker'
import { told } from './histories.js'
import { allEnded, openedFailure } from './runs.js'
import { connect } from './server.js'
import { storedRun } from './stored-run.js'
import { startWorker } from './worker.js'
import { job, planted } from './workflows.js'

const NAMESPACE = 'default'
const BATCH = 50
const PLANTED = 'planted'
const LIMIT = { workflowExecutionTimeout: '1h' } as const

const words: Words = {
  store: 'Temporal',
  place: 'run',
  parts: 'the history and the description of',
  setting: 'one Temporal server',
  own: ['temporal', 'metadata', 'encoding', 'json/plain', 'binary/null', 'binary/waxseal', 'Encoded failure'],
}

/** Temporal on a server that is running: a workflow for each job, on a task queue of this run's own. */
export const temporal: Backend = { queue: 'temporal', opening: 'connecting to Temporal', keeps: false, sealsFields: false, open }

async function open({ sealer, app, url, env }: OpenOptions): Promise<RunningBackend> {
  const { connection, address, version } = await connect(url ?? env.TEMPORAL_ADDRESS)
  const taskQueue = `waxseal-demo-${randomUUID()}`
  const dataConverter = sealedDataConverter({ sealer, app, namespace: NAMESPACE })
  const client = new Client({ connection, namespace: NAMESPACE, dataConverter })
  const runs = new Map<string, WorkflowHandle>()
  const idOf = (jobId: string) => `${taskQueue}-${jobId}`

  return {
    opened: `connected to Temporal ${version} at ${address}`,
    words,
    async start() {},
    async enqueue({ jobs, advance, signal }) {
      for (let from = 0; from < jobs.length; from += BATCH) {
        signal.throwIfAborted()
        const batch = jobs.slice(from, from + BATCH)
        const started = batch.map(({ id, type, data }) =>
          client.workflow.start(job, {
            taskQueue,
            workflowId: idOf(id),
            args: [{ id, type, data }],
            ...LIMIT,
          }),
        )
        for (const [at, handle] of (await Promise.all(started)).entries()) runs.set(batch[at]!.id, handle)
        advance(batch.length)
      }
    },
    async plant(members) {
      const inClear = new Client({ connection, namespace: NAMESPACE })
      const workflowId = idOf(PLANTED)
      const options = { taskQueue: workflowId, workflowId, ...LIMIT }
      runs.set(PLANTED, (await inClear.workflow.start(planted, { ...options, args: [members] })) as WorkflowHandle)
    },
    async workOff({ concurrency, signal }, handle) {
      const worker = await startWorker({ address, namespace: NAMESPACE, taskQueue, dataConverter, concurrency, handle })
      await worker.runUntil(allEnded([...runs.values()], signal))
    },
    async stored() {
      const jobs: StoredJob[] = []
      for (const id of runs.keys()) if (id !== PLANTED) jobs.push(await storedRun(connection, NAMESPACE, id, idOf(id)))
      return jobs
    },
    failureOf: ({ id }) => openedFailure(runs.get(id)!),
    dump: async () => ({ places: runs.size, items: told(connection, NAMESPACE, [...runs.keys()].map(idOf)) }),
    async close() {
      await Promise.all([...runs.values()].map((run) => run.terminate('the demo has ended').catch(() => {})))
      await connection.close()
    },
  }
}
