import type { Detector } from '@waxseal/pii'

/** What `createDetector()` does by itself; the nine core types; every set that there is. */
export type Extent = 'core' | 'nine types' | 'everything'
export const EXTENTS: readonly Extent[] = ['core', 'nine types', 'everything']

const NINE = ['CREDIT_CARD', 'US_SSN', 'EMAIL', 'PHONE', 'IP_ADDRESS', 'SECRET', 'IBAN', 'MAC_ADDRESS', 'CRYPTO']

/** The built package, or its sources as they are. */
export async function detectors(from: 'built' | 'sources'): Promise<Record<Extent | 'declared', Detector>> {
  if (from === 'sources') await import('./sources.ts')
  const { createDetector, cryptoAddresses, secrets } = (await import(
    from === 'built' ? '@waxseal/pii/core' : '../../packages/pii/src/core.ts'
  )) as typeof import('@waxseal/pii/core')
  const { createDetector: createFullDetector } = (await import(
    from === 'built' ? '@waxseal/pii' : '../../packages/pii/src/index.ts'
  )) as typeof import('@waxseal/pii')
  return {
    core: createDetector(),
    'nine types': createDetector({ sets: [secrets, cryptoAddresses], types: NINE }),
    everything: createFullDetector(),
    declared: createDetector({ fields: DECLARED, byName: false, byValue: false }),
  }
}

/** Five members of the corpus' documents. */
const DECLARED = {
  '/user/email': 'EMAIL',
  '/user/phone': 'PHONE',
  '/user/ssn': 'US_SSN',
  '/payment/card': 'CREDIT_CARD',
  '/payment/iban': 'IBAN',
} as const
