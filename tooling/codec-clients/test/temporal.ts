import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Runtime, Worker } from '@temporalio/worker'
import { failureConverterPath, sealedDataConverter } from '@waxseal/adapter-temporal'
import { startTemporal, type TemporalService } from '@waxseal/services'
import { afterAll, beforeAll } from 'vitest'
import * as activities from './activities.js'
import { sealer } from './codec-host.js'
import { type Printed, printed } from './printed.js'

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url))
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} }
const TASK_QUEUE = 'shop'

/** A real Temporal server for a test file, with a worker that has keys; its pages call `codecEndpoint`. */
export function sealedTemporal(codecEndpoint?: () => string) {
  const dataConverter = sealedDataConverter({ sealer, app: 'shop', namespace: 'default' })
  let server: TemporalService
  let connection: Connection
  let native: NativeConnection
  let worker: Worker
  let running: Promise<void>
  beforeAll(async () => {
    Runtime.install({ logger: quiet as never, telemetryOptions: { logging: { filter: 'error', forward: {} } } })
    server = await startTemporal(codecEndpoint && { pages: { codecEndpoint: codecEndpoint() } })
    connection = await Connection.connect({ address: server.address })
    native = await NativeConnection.connect({ address: server.address })
    const converter = failureConverterPath()
    const workflowBundle = await bundleWorkflowCode({ workflowsPath, logger: quiet as never, failureConverterPath: converter })
    worker = await Worker.create({ connection: native, taskQueue: TASK_QUEUE, workflowBundle, activities, dataConverter })
    running = worker.run()
  })
  afterAll(async () => {
    worker?.shutdown()
    await running
    await connection?.close()
    await native?.close()
    await server?.stop()
  })
  return {
    get server() {
      return server
    },
    taskQueue: TASK_QUEUE,
    /** Seals what it sends, and opens what it is told. */
    get client() {
      return new Client({ connection, dataConverter })
    },
    get connection() {
      return connection
    },
    /** Where its command line finds the server, and no settings of the machine's. */
    get flags() {
      return ['--address', server.address, '--disable-config-file', '--color', 'never']
    },
    /** What its command line makes of this. */
    command(...args: string[]): Promise<Printed> {
      return printed(server.program, [...args, ...this.flags, '--namespace', 'default'])
    },
  }
}
