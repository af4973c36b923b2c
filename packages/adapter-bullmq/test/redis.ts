import type { DaemonService } from '@waxseal/services'
import { startRedis } from '@waxseal/services'
import * as bullmq5 from 'bullmq-5'
import { Redis } from 'ioredis'
import { afterAll, beforeAll } from 'vitest'
import { sealedClasses } from '../src/classes.js'
import { host as bullmq6, type Host } from '../src/host.js'

export const hosts: Readonly<Record<string, Host>> = { 'BullMQ 6': bullmq6, 'BullMQ 5': bullmq5 as unknown as Host }
export const classesOf = (version: string) => sealedClasses(hosts[version]!)

/** A real Redis for a test file; whoever asks gets a name that nobody had before. */
export function realRedis() {
  let server: DaemonService
  let client: Redis
  let names = 0
  beforeAll(async () => {
    server = await startRedis()
    client = new Redis({ host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null })
  })
  afterAll(async () => {
    client?.disconnect()
    await server?.stop()
  })
  return {
    get connection() {
      return { host: '127.0.0.1', port: server.port, maxRetriesPerRequest: null }
    },
    get client() {
      return client
    },
    command: (command: string, ...args: string[]) => client.call(command, ...args),
    name: () => `q${++names}`,
    flush: () => client.flushall(),
  }
}
