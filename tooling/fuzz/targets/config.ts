import { parseConfig } from '../../../packages/config/dist/index.js'
import { WaxsealError } from '../../../packages/core/dist/index.js'
import { expect, expectCleanPrototype, type Target } from '../target.ts'

const SECRET = 'zanzibar-canary'
const CONFIG = {
  keys: 'env://WAXSEAL_KEYS',
  audit: { to: 'file', path: './audit.jsonl', key: { id: 'a1', secret: 'file:/run/secrets/audit-key' } },
  codecServer: {
    auth: { tokens: [{ id: 'ann', sha256: '0f'.repeat(32), groups: ['fraud'] }] },
    policy: [{ who: ['group:fraud'], give: 'clear', where: { context: { app: 'billing' } } }],
    cors: { origins: ['https://temporal.example.com'] },
  },
}
// A secret that was written down where a reference belongs: what is refused must not repeat it.
const MISTAKEN = { ...CONFIG, audit: { ...CONFIG.audit, key: { id: 'a1', secret: SECRET } } }

export const targets: readonly Target[] = [
  {
    name: 'configuration',
    samples: [CONFIG],
    also: [MISTAKEN, { keys: { uri: SECRET } }, { ...CONFIG, tables: [{ database: SECRET }] }],
    run: (input: unknown) => {
      try {
        parseConfig(input)
      } catch (error) {
        if (WaxsealError.is(error)) expect(!error.message.includes(SECRET), 'an error repeats no value of the configuration')
        throw error
      } finally {
        expectCleanPrototype()
      }
    },
  },
]
