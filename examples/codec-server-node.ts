import { createHash, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLog, startServer } from '@waxseal/codec-server-node'
import { parseConfig } from '@waxseal/config'
import { createSealer, generateKey } from '@waxseal/core'
import { envKeys } from '@waxseal/keys-env'

const folder = mkdtempSync(join(tmpdir(), 'waxseal-'))
const env = { WAXSEAL_KEYS: `k1:${generateKey()}`, AUDIT_KEY: generateKey() }
const token = randomBytes(32).toString('base64url')

// #region start
const config = parseConfig({
  keys: 'env://WAXSEAL_KEYS',
  audit: { to: 'file', path: join(folder, 'audit.jsonl'), key: { id: 'a1', secret: 'env:AUDIT_KEY' } },
  codecServer: {
    listen: { port: 0 },
    auth: { tokens: [{ id: 'ann', sha256: createHash('sha256').update(token).digest('hex') }] },
    policy: [{ who: ['ann'], give: 'masked' }],
  },
})
const server = await startServer(config, { env, log: createLog('warn') })

const ready = await fetch(`http://127.0.0.1:${server.port}/ready`)
console.log(await ready.json()) // { status: 'ready', checks: { keys: 'ok', trail: 'ok' } }
// #endregion

const sealer = createSealer({ keys: envKeys({ env }) })
const document = await sealer.seal('4111 1111 1111 1111', { context: { app: 'billing' }, storeContext: true })
const opened = await fetch(`http://127.0.0.1:${server.port}/open`, {
  method: 'POST',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({ document }),
})
const { document: shown } = (await opened.json()) as { document: string }
console.log(shown) // •••• 1111

// #region stop
console.log(await server.stop()) // 0
// #endregion
rmSync(folder, { recursive: true })
