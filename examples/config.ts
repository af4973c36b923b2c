import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadConfig, openResources, parseConfig } from '@waxseal/config'
import { createSealer, generateKey } from '@waxseal/core'

const { config: shown } = await loadConfig('config/waxseal.config.ts', { directory: import.meta.dirname })
console.log(shown.codecServer?.listen.host, shown.codecServer?.listen.port) // 127.0.0.1 8888

const folder = mkdtempSync(join(tmpdir(), 'waxseal-example-'))
process.chdir(folder)
const env = { WAXSEAL_KEYS: `k1:${generateKey()}`, AUDIT_KEY: generateKey() }
const audit = { to: 'file', path: 'audit.jsonl', key: { id: 'a1', secret: 'env:AUDIT_KEY' } }
writeFileSync('waxseal.config.json', JSON.stringify({ keys: 'env://WAXSEAL_KEYS', audit }))

// #region load
// waxseal.config.ts, .mts, .mjs, .js or .json of the working directory.
const { config } = await loadConfig()
const resources = openResources(config, { env })

const { keys, check } = await resources.keys()
const sealer = createSealer({ keys })
const trail = await resources.trail()
await check() // the key service answers

const context = { app: 'billing', job: 'invoice' }
console.log(await sealer.open(await sealer.seal('4111', { context }), { context })) // 4111
await trail.append({ actor: 'ann', operation: 'codec.open' })
console.log((await trail.verify()).ok) // true

await sealer.close()
await trail.close()
await resources.close()
// #endregion

// #region refused
const refused = {
  keys: 'k1:c3dvcmRmaXNoIHN3b3JkZmlzaCBzd29yZGZpc2ghIQ==',
  audit: { to: 'stdout', key: { id: 'a1' } },
}
try {
  parseConfig(refused, { name: 'waxseal.config.json' })
} catch (error) {
  const [, ofKeys = '', ofAudit = ''] = (error as Error).message.split('\n')
  console.log(ofKeys.slice(0, 43)) // - keys must be a key URI, which begins with
  console.log(ofAudit) // - audit.key.secret is missing
}
// #endregion
rmSync(folder, { recursive: true })
