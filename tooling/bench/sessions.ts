// What sealed sessions cost, and a database file that is encrypted whole: `pnpm bench:sessions [--json]`.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type BaseSessionService, createEvent, DatabaseSessionService, type Session } from '@google/adk'
import { LibSqlDriver } from '@mikro-orm/libsql'
import { sealedSessionService } from '@waxseal/adapter-adk'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { median } from './measure.ts'

const EVENTS = 20
const KEYS = 20
const SESSIONS = 20
const BASE = 'as they are'
const ROUNDS = 7
const RUNS = 10

const { values } = parseArgs({ options: { json: { type: 'boolean', default: false } } })
const sealer = createSealer({ keys: staticKeys([{ kid: 'bench', key: generateKey() }]) })
const folder = mkdtempSync(join(tmpdir(), 'waxseal-bench-'))
const text = (length: number) =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(length)))
    .toString('base64')
    .slice(0, length)

async function open(by: string, encrypted: boolean, sealed: boolean) {
  const file = join(folder, `${by}.db`)
  const connection = { encryptionCipher: 'aes256cbc', encryptionKey: generateKey() }
  const driverOptions = encrypted ? { connection } : {}
  const inner = new DatabaseSessionService({ driver: LibSqlDriver, dbName: file, driverOptions })
  const service: BaseSessionService = sealed ? sealedSessionService(inner, { sealer }) : inner
  const state = Object.fromEntries(Array.from({ length: KEYS }, (_, n) => [`key${n}`, text(100)]))
  const sessions: Session[] = []
  for (let n = 0; n < SESSIONS; n++)
    sessions.push(await service.createSession({ appName: 'bench', userId: 'u1', sessionId: `s${n}`, state }))
  const event = (n: number) =>
    createEvent({
      id: `e${n}`,
      invocationId: 'i1',
      author: 'helper',
      timestamp: Date.now() + 60_000 + n,
      content: { role: 'model', parts: [{ text: text(1000) }] },
      actions: { stateDelta: { key1: text(100), key2: text(100) } },
    })
  for (let n = 0; n < EVENTS; n++) await service.appendEvent({ session: sessions[0]!, event: event(n) })
  return {
    by,
    bytes: () => statSync(file).size,
    works: {
      // In place of the last one, so that the session stays as long as it is.
      'append an event': () => service.appendEvent({ session: sessions[0]!, event: event(EVENTS - 1) }),
      'read a session': () => service.getSession({ appName: 'bench', userId: 'u1', sessionId: 's0' }),
      [`list ${SESSIONS} sessions`]: () => service.listSessions({ appName: 'bench', userId: 'u1', limit: SESSIONS }),
    },
  }
}

try {
  const services = [
    await open(BASE, false, false),
    await open('sealed', false, true),
    await open('file encrypted', true, false),
    await open('sealed, file encrypted', true, true),
  ]
  const candidates = services.flatMap(({ by, works }) => Object.entries(works).map(([work, run]) => ({ work, by, run })))
  // All take turns; what counts is the time of the processor, which other programs take least from.
  const taken = candidates.map(() => [] as number[])
  for (let round = -1; round < ROUNDS; round++)
    for (const [index, { run }] of candidates.entries()) {
      const before = process.cpuUsage()
      for (let n = 0; n < RUNS; n++) await run()
      const { user, system } = process.cpuUsage(before)
      // The first round only warms up.
      if (round >= 0) taken[index]!.push((user + system) / 1000 / RUNS)
    }
  const print = (name: string, value: number, unit: string) =>
    console.log(values.json ? JSON.stringify({ name, value, unit, goal: null, ok: true }) : `${name}: ${value} ${unit}`)
  const costOf = (work: string, by: string) =>
    median(taken[candidates.findIndex((candidate) => candidate.work === work && candidate.by === by)]!)
  for (const { work, by } of candidates)
    if (by !== BASE) print(`${work}: ${by} / ${BASE}`, Number((costOf(work, by) / costOf(work, BASE)).toFixed(2)), 'ratio')
  for (const { by, bytes } of services) print(`file: ${by}`, bytes(), 'bytes')
  for (const { work, by } of candidates) print(`${work}: ${by}`, Number(costOf(work, by).toFixed(2)), 'ms of CPU')
} finally {
  rmSync(folder, { recursive: true, force: true })
}
// ADK's service keeps its connections.
process.exit()
