import { createAuditTrail } from '@waxseal/audit'
import { memorySink } from '@waxseal/audit/testing'
import { createSealer, generateKey, staticKeys } from '@waxseal/core'
import { createReveal, createRowSealer, sealedColumn } from '@waxseal/rows'
import { describe, expect, it } from 'vitest'

interface Tenant {
  readonly firstName: string
  readonly email: string
  readonly photo: string
  readonly references: readonly { readonly name: string; readonly contact: { readonly phone: string } }[]
}
interface Stored {
  readonly id: string
  readonly selected_by: string | null
  readonly pii: unknown
}

const sealer = createSealer({ keys: staticKeys([{ kid: 'k1', key: generateKey() }]) })
const applicants = createRowSealer({
  sealer,
  app: 'homes',
  table: 'applicants',
  row: 'id',
  columns: { pii: sealedColumn<Tenant>({ as: 'json' }) },
})
const tenant: Tenant = {
  firstName: 'Maya',
  email: 'maya@example.com',
  photo: 'A'.repeat(2 * 1024 * 1024),
  references: [{ name: 'Noor', contact: { phone: '+1 555 0100' } }],
}

async function setUp(open?: (record: Stored) => Promise<Tenant>) {
  const trail = createAuditTrail({ sink: memorySink(), keys: { id: 'a1', key: crypto.getRandomValues(new Uint8Array(32)) } })
  const reveal = createReveal({
    trail,
    open: open ?? (async (record: Stored) => (await applicants.open(record)).pii as Tenant),
    subject: ({ id }) => id,
  })
  const record: Stored = await applicants.seal({ id: 'ap-1', selected_by: null, pii: tenant })
  return { trail, reveal, record }
}
const authorize = ({ selected_by }: Stored, { actor }: { actor: string }) => selected_by === actor
const call = { actor: 'landlord-7', reason: 'lease', authorize }

describe('a record', () => {
  it('is refused, and that recorded, before its applicant is selected; opened, and that recorded, afterwards', async () => {
    const { trail, reveal, record } = await setUp()
    await expect(reveal(record, call)).rejects.toMatchObject({ code: 'access_denied' })
    const selected = { ...record, selected_by: 'landlord-7' }
    expect(await reveal(selected, call)).toEqual(tenant)
    await expect(reveal(selected, { ...call, actor: 'landlord-8' })).rejects.toMatchObject({ code: 'access_denied' })
    const told = (await trail.query()).map(({ actor, operation, subject, outcome, details }) => ({
      actor,
      operation,
      subject,
      outcome,
      details,
    }))
    const entry = { operation: 'record.reveal', subject: 'ap-1', details: { reason: 'lease' } }
    expect(told).toEqual([
      { ...entry, actor: 'landlord-7', outcome: 'access_denied' },
      { ...entry, actor: 'landlord-7', outcome: 'ok' },
      { ...entry, actor: 'landlord-8', outcome: 'access_denied' },
    ])
    expect(JSON.stringify(told)).not.toContain('maya')
  })

  it('is not given out where that cannot be recorded', async () => {
    const { record } = await setUp()
    const reveal = createReveal({
      trail: { append: () => Promise.reject(new Error('disk full')) },
      open: applicants.open,
      subject: ({ id }: Stored) => id,
    })
    await expect(reveal(record, { ...call, authorize: () => true })).rejects.toThrow('disk full')
  })

  it('is opened by true alone, and by no rule that fails', async () => {
    let opened = 0
    const { trail, reveal, record } = await setUp(async () => {
      opened++
      return tenant
    })
    await expect(reveal(record, { ...call, authorize: () => 'yes' as never })).rejects.toMatchObject({ code: 'access_denied' })
    await expect(reveal(record, { ...call, authorize: () => Promise.reject(new Error('no database')) })).rejects.toThrow(
      'no database',
    )
    expect(opened).toBe(0)
    expect((await trail.query()).map(({ outcome }) => outcome)).toEqual(['access_denied', 'failed'])
  })

  it('that does not open is recorded as such', async () => {
    const { trail, reveal, record } = await setUp()
    await expect(reveal({ ...record, id: 'ap-2' }, { ...call, authorize: () => true })).rejects.toMatchObject({
      code: 'open_failed',
    })
    expect((await trail.query()).map(({ subject, outcome }) => [subject, outcome])).toEqual([['ap-2', 'open_failed']])
  })

  it.each([{ actor: '' }, { reason: ' ' }])('is not opened for nobody or without a reason: %o', async (wrong) => {
    const { reveal, record } = await setUp()
    await expect(reveal(record, { ...call, ...wrong, authorize: () => true })).rejects.toMatchObject({ code: 'config' })
  })
})
