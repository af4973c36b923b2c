import { createSealer, fieldPolicy, generateKey, type Sealed, type Sealer, staticKeys } from '@waxseal/core'
import { rootKeyProvider } from '@waxseal/core/keys'
import type { Contender } from './contender.ts'
import { OURS } from './names.ts'
import { applicationFields } from './values.ts'

export const context = { app: 'billing', job: 'invoice', surface: 'data' }

/** The sealers that are measured: one by one with a named key, and one whose data keys travel wrapped. */
export function sealers() {
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  return {
    sealer: createSealer({ keys }),
    c20: createSealer({ keys, suite: 'chacha20-poly1305' }),
    wrapping: createSealer({ keys: rootKeyProvider({ id: 'root', keys }) }),
  }
}

/** Waxseal as most would call it. */
export function ours(sealer: Sealer): Contender {
  const policy = fieldPolicy({ fields: applicationFields })
  return {
    by: OURS,
    seal: (value) => sealer.seal(value, { context }),
    open: (sealed: Sealed<unknown>) => sealer.open(sealed, { context }),
    sealFields: (document) => sealer.sealFields(document, policy, { context }),
    openFields: (sealed) => sealer.openFields(sealed, policy, { context }),
    sealMany: (values) => sealer.sealMany(values.map((value) => ({ value, context }))),
    openMany: (sealed) => sealer.openMany(sealed.map((one) => ({ sealed: one, context }))),
  }
}

/** Waxseal otherwise: another suite, wrapped keys, without waiting, as bytes. */
export function variants({ sealer, c20, wrapping }: ReturnType<typeof sealers>, sync: boolean): Contender[] {
  const only = ['1 KiB', '64 KiB']
  const waiting: Contender[] = [
    { ...ours(c20), by: 'waxseal, c20', only },
    { ...ours(wrapping), by: 'waxseal, wrapped key', only },
  ]
  if (!sync) return waiting
  return [
    ...waiting,
    {
      by: 'sealSync',
      only,
      seal: (value) => sealer.sealSync(value, { context }),
      open: (sealed: Sealed<unknown>) => sealer.openSync(sealed, { context }),
    },
    {
      by: "as: 'bytes'",
      only,
      seal: (value) => sealer.sealSync(value, { context, as: 'bytes' }),
      open: (sealed) => sealer.openSync(sealed, { context }),
    },
  ]
}
