import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReveal, createRowSealer, sealedColumn } from '@waxseal/rows'

interface Applicant {
  readonly firstName: string
  readonly dateOfBirth: string
}
const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const auditKey = crypto.getRandomValues(new Uint8Array(32))
const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: auditKey } })

const applicants = createRowSealer({
  sealer,
  app: 'homes',
  table: 'applicants',
  row: 'id',
  columns: { pii: sealedColumn<Applicant>({ as: 'json' }) },
})
const pii: Applicant = { firstName: 'Maya', dateOfBirth: '1990-01-02' }
const stored = { ...(await applicants.seal({ id: 'ap-1', pii })), selectedBy: null as string | null }

// #region reveal
const reveal = createReveal({
  trail,
  open: async (record: typeof stored) => (await applicants.open(record)).pii,
  subject: ({ id }) => id,
})
const call = {
  actor: 'landlord-7',
  reason: 'lease',
  authorize: ({ selectedBy }: typeof stored, { actor }: { actor: string }) => selectedBy === actor,
}
console.log(await reveal(stored, call).catch((error) => error.code)) // access_denied
console.log((await reveal({ ...stored, selectedBy: 'landlord-7' }, call)).firstName) // Maya

const recorded = await trail.query()
console.log(recorded.map(({ subject, outcome }) => `${subject} ${outcome}`)) // [ 'ap-1 access_denied', 'ap-1 ok' ]
// #endregion
