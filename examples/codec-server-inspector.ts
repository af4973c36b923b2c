import { createHash, randomBytes } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, tokenAuthentication } from '@waxseal/codec-server'
import { inspector, keystoreListing } from '@waxseal/codec-server/inspector'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, migrateKeystore } from '@waxseal/keystore-sql'
import { embeddedDatabase } from '@waxseal/keystore-sql/embedded'
import { createDetector } from '@waxseal/pii'

const database = embeddedDatabase()
await migrateKeystore(database)
const kms = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'kek-1', key: generateKey() }]) })
const keystore = createKeystore({ ...database, wrap: kms, audit: 'none', name: 'orders' })
await keystore.generate('orders', { actor: 'svc-deploy' })
const sealer = createSealer({ keys: keystore })
const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: randomBytes(32) } })
const annsToken = randomBytes(32).toString('base64url')
const annsHash = createHash('sha256').update(annsToken).digest('hex')
const auth = tokenAuthentication([{ id: 'ann', sha256: annsHash, groups: ['fraud'] }])

// #region inspector
const server = createCodecServer({
  sealer,
  auth,
  policy: [{ who: ['group:fraud'], give: 'clear', where: { context: { app: 'billing' } } }],
  trail,
  detector: createDetector(),
  inspector: inspector({
    keys: { who: ['group:ops'], list: keystoreListing(keystore) },
    audit: { who: ['group:fraud', 'group:security'], trail },
  }),
})

const page = await server.fetch(new Request('https://codec.example.com/inspector'))
console.log(page.status, page.headers.get('content-type')) // 200 text/html; charset=utf-8
// #endregion

const ask = async (path: string, body?: object) => {
  const response = await server.fetch(
    new Request(`https://codec.example.com/${path}`, {
      ...(body && { method: 'POST', body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${annsToken}`, 'content-type': 'application/json' },
    }),
  )
  return response.json()
}

// #region masked
const job = await sealer.seal(
  { card: '4111 1111 1111 1111' },
  { context: { app: 'billing', job: 'invoice' }, storeContext: true },
)
const masked = (await ask('open', { document: job, show: 'masked' })) as { document: object }
console.log(masked.document) // { card: '•••• 1111' }

const who = (await ask('inspector/whoami')) as { id: string; pages: string[] }
console.log(who.id, who.pages) // ann [ 'document', 'audit' ]
// #endregion

await sealer.close()
await database.db.destroy()
