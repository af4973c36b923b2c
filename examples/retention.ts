import { retention } from '@waxseal/core'

const createdAt = new Date('2026-01-01T00:00:00Z')
const completedAt = new Date('2026-01-02T00:00:00Z')
const houseRule = retention.deleteAfter({ days: 90 })

const policies = {
  receipts: retention.deleteAfter({ days: 30 }),
  trial: retention.deleteAt(new Date('2026-02-01T00:00:00Z')),
  ledger: retention.keepIndefinitely(),
  oneTimeCode: retention.deleteImmediately(),
  everythingElse: retention.useDefault(),
}

for (const [name, policy] of Object.entries(policies)) {
  const deadline = retention.deadline(policy, { createdAt, completedAt, default: houseRule })
  console.log(name, deadline?.toISOString().slice(0, 10) ?? 'never')
}
// receipts 2026-01-31
// trial 2026-02-01
// ledger never
// oneTimeCode 2026-01-02
// everythingElse 2026-04-01
