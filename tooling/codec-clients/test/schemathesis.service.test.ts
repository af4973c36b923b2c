import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import type { CodecServerOptions } from '@waxseal/codec-server'
import { inspector } from '@waxseal/codec-server/inspector'
import type { OjsKeys } from '@waxseal/formats'
import { installSchemathesis, schemathesisMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it, vi } from 'vitest'
import { codecHost, policy, TOKENS } from './codec-host.js'
import { printed } from './printed.js'

const missing = schemathesisMissing()
const keys: OjsKeys = { getKey: () => new Uint8Array(32).fill(7), getCurrentKeyId: () => 'k' }
const limits = { callsPerMinute: 1_000_000, burst: 1_000_000 }
/** A body of the right shape may hold what does not open, name what is not here, or be no JSON within. */
const CHECKS = ['--checks', 'all', '--exclude-checks', 'positive_data_acceptance']

describeIf(!missing, missing ?? '')('schemathesis', () => {
  const folder = mkdtempSync(join(tmpdir(), 'waxseal-schemathesis-'))
  let python: string
  vi.setConfig({ testTimeout: 120_000 })
  beforeAll(async () => {
    python = await installSchemathesis()
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  async function run(options: Partial<CodecServerOptions>, ...flags: string[]) {
    const codec = await codecHost({ limits, ...options })
    const bounds = ['--seed', '1', '--generation-database', 'none', '--phases', 'coverage,fuzzing', '--no-color']
    const auth = ['-H', `Authorization: Bearer ${TOKENS.ann}`]
    const args = ['-m', 'schemathesis.cli', 'run', `${codec.url}/openapi.json`, ...auth, ...bounds, ...CHECKS, ...flags]
    const { code, stdout } = await printed(python, args, { cwd: folder })
    await codec.close()
    return { code, stdout, statuses: new Set(codec.heard.map(({ status }) => status)), calls: codec.heard.length }
  }

  it('finds no call that is answered otherwise than the description says', async () => {
    const { code, stdout, statuses, calls } = await run({ ojs: { keys } }, '--max-examples', '25')
    expect([code, code === 0 ? '' : stdout]).toEqual([0, ''])
    expect(calls).toBeGreaterThan(300)
    expect([...statuses].sort()).toEqual([200, 204, 400, 401, 403, 404, 405, 415])
  })

  it('nor among those of the inspector', async () => {
    const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: randomBytes(32) } })
    const who = ['group:fraud']
    const options = {
      trail,
      inspector: inspector({ keys: { who, list: async () => [] }, audit: { who, trail }, samples: async () => [] }),
    }
    const { code, stdout, statuses } = await run(options, '--max-examples', '15', '--include-path-regex', '^/inspector/')
    expect([code, code === 0 ? '' : stdout]).toEqual([0, ''])
    expect([...statuses].sort()).toEqual([200, 204, 400, 401, 404, 405, 415])
  })

  it('nor where it is that of the reference server in Go', async () => {
    const rule = { who: ['group:fraud'], give: 'clear', seal: true, foreign: true } as const
    const options = { policy: [rule, ...policy], ojs: { keys, dialect: 'go' as const, keyIds: ['k'] } }
    const { code, stdout, statuses } = await run(options, '--max-examples', '10', '--include-path-regex', '^/codec/')
    expect([code, code === 0 ? '' : stdout]).toEqual([0, ''])
    expect([...statuses].sort()).toEqual([200, 204, 400, 401, 404, 405, 415])
  })
})
