import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { Client, Connection } from '@temporalio/client'
import type { DataConverter } from '@temporalio/common'
import { bundleWorkflowCode, NativeConnection, Runtime, Worker, type WorkflowBundle } from '@temporalio/worker'
import { startTemporal, type TemporalService } from '@waxseal/services'
import { afterAll, beforeAll, vi } from 'vitest'
import * as activities from './activities.js'

const workflowsPath = fileURLToPath(new URL('./workflows.ts', import.meta.url))
const quiet = { log() {}, trace() {}, debug() {}, info() {}, warn() {}, error() {} }

export interface WorkerSettings {
  readonly dataConverter?: DataConverter | undefined
  readonly namespace?: string
}

/** A real Temporal server for a test file. */
export function realTemporal() {
  const bundles = new Map<string | undefined, Promise<WorkflowBundle>>()
  let server: TemporalService
  let connection: Connection
  let native: NativeConnection
  let queues = 0
  beforeAll(async () => {
    Runtime.install({ logger: quiet as never, telemetryOptions: { logging: { filter: 'error', forward: {} } } })
    server = await startTemporal()
    connection = await Connection.connect({ address: server.address })
    native = await NativeConnection.connect({ address: server.address })
  })
  afterAll(async () => {
    await connection?.close()
    await native?.close()
    await server?.stop()
  })

  function bundleFor(failureConverterPath: string | undefined): Promise<WorkflowBundle> {
    const made =
      bundles.get(failureConverterPath) ??
      bundleWorkflowCode({ workflowsPath, logger: quiet as never, ...(failureConverterPath ? { failureConverterPath } : {}) })
    bundles.set(failureConverterPath, made)
    return made
  }

  /** What Temporal's command line prints: it has no keys. */
  async function command(...args: string[]): Promise<string> {
    const settings = ['--address', server.address, '--disable-config-file']
    const { stdout } = await promisify(execFile)(server.program, [...args, ...settings], { maxBuffer: 1 << 24 })
    return stdout
  }

  return {
    get connection() {
      return connection
    },
    command,
    async createNamespace(name: string): Promise<void> {
      await command('operator', 'namespace', 'create', '--namespace', name)
      await vi.waitFor(() => command('workflow', 'count', '--namespace', name), { timeout: 60_000, interval: 250 })
    },
    client: (dataConverter?: DataConverter, namespace = 'default') =>
      new Client({ connection, namespace, ...(dataConverter ? { dataConverter } : {}) }),
    /** Runs a worker while `run` does. */
    async working<Result>(
      { dataConverter, namespace = 'default' }: WorkerSettings,
      run: (taskQueue: string) => Promise<Result>,
      taskQueue = `q${++queues}`,
    ): Promise<Result> {
      const worker = await Worker.create({
        connection: native,
        namespace,
        taskQueue,
        workflowBundle: await bundleFor(dataConverter?.failureConverterPath),
        activities,
        stickyQueueScheduleToStartTimeout: '1s',
        ...(dataConverter ? { dataConverter } : {}),
      })
      return worker.runUntil(run(taskQueue))
    },
    newQueue: () => `q${++queues}`,
  }
}

export type RealTemporal = ReturnType<typeof realTemporal>
