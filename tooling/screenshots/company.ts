import { createHash } from 'node:crypto'
import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createCodecServer, tokenAuthentication } from '@waxseal/codec-server'
import { inspector, type KeyListing } from '@waxseal/codec-server/inspector'
import { createSealer, staticKeys } from '@waxseal/core'
import { createDetector } from '@waxseal/pii'

/** A company that does not exist, and its one moment. */
export const NOW = Date.UTC(2026, 5, 15, 10, 30)
const MINUTE = 60_000
const DAY = 86_400_000
const at = (ms: number) => new Date(NOW - ms)

const key = (name: string) => createHash('sha256').update(`screenshots ${name}`).digest()
const sealer = createSealer({ keys: staticKeys([{ kid: 'billing', version: 4, key: key('billing') }]) })

export const TOKEN = 'token-of-the-screenshots'

const keys: readonly KeyListing[] = [
  {
    kid: 'billing',
    purpose: 'seal',
    nextRotationAt: new Date(NOW + 48 * DAY),
    versions: [
      { version: 4, state: 'active', activatedAt: at(42 * DAY), uses: 184_204, lastUsedAt: at(9000) },
      { version: 3, state: 'decrypt_only', activatedAt: at(131 * DAY), uses: 1_204_881, lastUsedAt: at(34 * MINUTE) },
      {
        version: 2,
        state: 'destroy_scheduled',
        activatedAt: at(219 * DAY),
        destroyAfter: new Date(NOW + 12 * DAY),
        uses: 980_115,
        lastUsedAt: at(38 * DAY),
      },
      { version: 1, state: 'destroyed', activatedAt: at(310 * DAY), uses: 733_902, lastUsedAt: at(120 * DAY) },
    ],
  },
  {
    kid: 'k-7f3q9x2m5t',
    name: 'profiles',
    scoped: true,
    held: true,
    versions: [{ version: 1, state: 'active', activatedAt: at(18 * DAY), uses: 62, lastUsedAt: at(2 * DAY) }],
  },
  {
    kid: 'search',
    purpose: 'index',
    versions: [{ version: 1, state: 'active', activatedAt: at(310 * DAY), uses: 2_911_004, lastUsedAt: at(1000) }],
  },
]

const context = (job: string) => ({ app: 'billing', job, surface: 'data' })

/** What others did before. */
const EARLIER = [
  [
    'svc-grafana',
    'codec.decode',
    'ok',
    184,
    { dialect: 'temporal', masked: 12, contexts: JSON.stringify({ app: 'billing', namespace: 'orders' }) },
  ],
  [
    'tom',
    'codec.open',
    'ok',
    131,
    { dialect: 'native', masked: 2, reason: 'ticket 20931', kids: 'billing', contexts: JSON.stringify(context('invoice.send')) },
  ],
  [
    'eve',
    'codec.open',
    'ok',
    96,
    { dialect: 'native', refused: 1, kids: 'billing', refusedContexts: JSON.stringify(context('payout.transfer')) },
  ],
  [
    'tom',
    'codec.open',
    'ok',
    44,
    { dialect: 'native', masked: 1, reason: 'ticket 20940', kids: 'billing', contexts: JSON.stringify(context('ticket.triage')) },
  ],
] as const

export async function createCompany() {
  let now = NOW
  const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: key('audit') }, now: () => now })
  for (const [actor, operation, outcome, minutes, details] of EARLIER) {
    now = NOW - minutes * MINUTE
    await trail.append({ actor, operation, outcome, details })
  }
  now = NOW - 2 * MINUTE
  return createCodecServer({
    sealer,
    trail,
    auth: tokenAuthentication([{ id: 'ada', sha256: createHash('sha256').update(TOKEN).digest('hex'), groups: ['fraud'] }]),
    policy: [{ who: ['group:fraud'], give: 'clear', where: { context: { app: 'billing' } } }],
    detector: createDetector(),
    inspector: inspector({
      keys: { who: ['group:fraud'], list: async ({ after }) => (after === '' ? keys : []) },
      audit: { who: ['group:fraud'], trail },
    }),
  })
}

/** A job as a queue has it. */
export async function job() {
  const charge = {
    id: 'pay_8d41',
    amount: 129.9,
    currency: 'EUR',
    card: { brand: 'visa', number: '4111 1111 1111 1111', expiry: '04/29' },
    customer: { name: 'Ada Lovelace', email: 'ada@example.com', country: 'GB' },
  }
  const fields = ['/card', '/customer/name', '/customer/email']
  return {
    id: '0197c1de-6c52-7b07-9a0e-5d0b53c9d1a4',
    name: 'payment.charge',
    state: 'completed',
    retries: 1,
    data: await sealer.sealFields(charge, { fields }, { context: context('payment.charge'), storeContext: true }),
    output: await sealer.seal(
      { receipt: 'R-22317', iban: 'GB33BUKB20201555555555' },
      { context: { ...context('payment.charge'), surface: 'result' }, storeContext: true },
    ),
  }
}
