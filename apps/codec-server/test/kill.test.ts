import { join } from 'node:path'
import { createAuditTrail, fileSink } from '@waxseal/audit'
import { expect, it } from 'vitest'
import { AUDIT_KEY, call, configOf, newFolder, start } from './app.js'
import { killUnderLoad, recorded } from './load.js'

const ROUNDS = 3

it('kill -9 under load loses no record of a call that was answered, and the server goes on with the file', async () => {
  const path = join(newFolder(), 'audit.jsonl')
  const config = configOf({ audit: { to: 'file', path, key: { id: 'a1', secret: 'env:AUDIT_KEY' } } })
  const trail = createAuditTrail({ sink: fileSink(path), keys: { id: 'a1', key: AUDIT_KEY }, stream: 'access' })
  const answered: string[] = []
  // Each round begins on what the one before left: its lock file among them.
  for (let round = 0; round < ROUNDS; round++) {
    answered.push(...(await killUnderLoad(config)))
    const ids = await recorded(trail)
    expect(answered.filter((id) => !ids.has(id))).toEqual([])
    expect(await trail.verify()).toMatchObject({ ok: true })
  }
  const app = await start(config)
  expect((await call(app.port, { 'x-request-id': 'last' })).status).toBe(200)
  app.child.kill('SIGTERM')
  expect(await app.ended).toBe(0)
  expect(await recorded(trail)).toContain('last')
  expect(await trail.verify()).toMatchObject({ ok: true })
})
