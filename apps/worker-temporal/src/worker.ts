import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ApplicationFailure, type DataConverter } from '@temporalio/common'
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import type { HandleJob } from '@waxseal/worker'
import type { Activities } from './workflows.js'

// The job that fails on purpose would be logged, with what its error says.
Runtime.install({ logger: new DefaultLogger('ERROR') })

const workflowsPath = fileURLToPath(new URL(`workflows${extname(import.meta.url)}`, import.meta.url))

export interface WorkerOptions {
  readonly address: string
  readonly namespace: string
  readonly taskQueue: string
  readonly dataConverter: DataConverter
  /** Activities at once. */
  readonly concurrency: number
  readonly handle: HandleJob
}

/** A worker that is told to run until something has happened, and then closes its connection. */
export async function startWorker({ address, handle, concurrency, ...options }: WorkerOptions) {
  const connection = await NativeConnection.connect({ address })
  const activities: Activities = {
    async handleJob(order) {
      try {
        return handle(order)
      } catch (error) {
        throw ApplicationFailure.fromError(error, { nonRetryable: true })
      }
    },
  }
  const maxConcurrentActivityTaskExecutions = concurrency
  const worker = await Worker.create({ ...options, connection, activities, workflowsPath, maxConcurrentActivityTaskExecutions })
  return {
    async runUntil(happened: Promise<unknown>): Promise<void> {
      try {
        await worker.runUntil(happened)
      } finally {
        await connection.close()
      }
    },
  }
}
