import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { type DataConverter, defaultPayloadConverter } from '@temporalio/common'
import { NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { startTemporal, type TemporalService } from '@waxseal/services'
import { afterAll, beforeAll } from 'vitest'
import * as activities from './activities.js'

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url))

/** A real Temporal server for a test file. */
export function realTemporal() {
  let server: TemporalService
  let connection: Connection
  let native: NativeConnection
  let queues = 0
  beforeAll(async () => {
    Runtime.install({ logger: { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} } as never })
    server = await startTemporal()
    connection = await Connection.connect({ address: server.address })
    native = await NativeConnection.connect({ address: server.address })
  })
  afterAll(async () => {
    await connection?.close()
    await native?.close()
    await server?.stop()
  })
  return {
    get connection() {
      return connection
    },
    get server() {
      return server
    },
    client: (dataConverter?: DataConverter) => new Client({ connection, ...(dataConverter ? { dataConverter } : {}) }),
    /** Runs a worker while `run` does. */
    async working<Result>(
      dataConverter: DataConverter | undefined,
      run: (taskQueue: string) => Promise<Result>,
    ): Promise<Result> {
      const taskQueue = `q${++queues}`
      const worker = await Worker.create({
        connection: native,
        taskQueue,
        workflowsPath,
        activities,
        ...(dataConverter ? { dataConverter } : {}),
      })
      return worker.runUntil(run(taskQueue))
    },
  }
}

export const toPayload = (value: unknown) => defaultPayloadConverter.toPayload(value)!
