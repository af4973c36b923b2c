import { randomUUID } from 'node:crypto'
import type { AuditTrail } from '@waxseal/audit'
import { expect } from 'vitest'
import { call, start } from './app.js'

const CALLERS = 8
const CALLS_BEFORE_KILL = 300

/** Calls all the time, and ends the server in the midst of it with SIGKILL; gives the ids of the calls that it answered with 200. */
export async function killUnderLoad(...[config, env]: Parameters<typeof start>): Promise<readonly string[]> {
  const app = await start(config, env)
  const answered: string[] = []
  async function caller(): Promise<void> {
    for (;;) {
      const id = randomUUID()
      try {
        const response = await call(app.port, { 'x-request-id': id })
        if (response.status === 200) answered.push(id)
        await response.text()
      } catch {
        return
      }
      if (answered.length === CALLS_BEFORE_KILL) app.child.kill('SIGKILL')
    }
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
  expect(await app.ended).toBe('SIGKILL')
  expect(answered.length).toBeGreaterThanOrEqual(CALLS_BEFORE_KILL)
  return answered
}

/** Request ids of all that was recorded. */
export async function recorded(trail: Pick<AuditTrail, 'query'>): Promise<ReadonlySet<string | null>> {
  const ids = new Set<string | null>()
  for (let after = 0; ; ) {
    const page = await trail.query({ after, limit: 1000 })
    if (page.length === 0) return ids
    for (const { requestId } of page) ids.add(requestId)
    after = page.at(-1)!.seq
  }
}
