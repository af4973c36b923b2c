import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-example-'))
const path = join(folder, 'audit.jsonl')
const auditKey = randomBytes(32)

// #region file
import { createAuditTrail, fileSink } from '@waxseal/audit'

const trail = createAuditTrail({ sink: fileSink(path), keys: { id: 'a1', key: auditKey } })
await trail.append({ actor: 'svc-codec', operation: 'payload.decode', subject: 'wf-204', outcome: 'ok' })
console.log((await trail.verify()).ok) // true
await trail.close()
// #endregion

rmSync(folder, { recursive: true })
