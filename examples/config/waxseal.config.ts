import { defineConfig } from '@waxseal/config'

export default defineConfig({
  keys: 'env://WAXSEAL_KEYS',
  audit: { to: 'file', path: '/var/lib/waxseal/audit.jsonl', key: { id: 'a1', secret: 'file:/run/secrets/audit-key' } },
  codecServer: {
    auth: {
      jwt: { issuer: 'https://id.example.com', audience: 'codec', jwks: 'https://id.example.com/jwks.json' },
    },
    policy: [{ who: ['group:support'], give: 'masked', where: { context: { app: 'billing' } } }],
    cors: { origins: ['https://temporal.example.com'] },
  },
})
