import { isMainThread } from 'node:worker_threads'
import type { Detector, RecogniserSet } from '@waxseal/pii'

/** The two ends of the scale: what `createDetector()` does by itself, and with every set that there is. */
export type Extent = 'core' | 'everything'
export const EXTENTS: readonly Extent[] = ['core', 'everything']

interface Package {
  createDetector: typeof import('@waxseal/pii').createDetector
  nationalIds?: RecogniserSet
  secrets?: RecogniserSet
}

const MODULES = {
  built: ['@waxseal/pii', '@waxseal/pii/national-ids', '@waxseal/pii/secrets'],
  sources: ['index.ts', 'national-ids/index.ts', 'secrets/index.ts'].map((file) => `../../packages/pii/src/${file}`),
}

/** The built package, or its sources as they are. */
export async function detectors(from: 'built' | 'sources'): Promise<Record<Extent | 'declared', Detector>> {
  if (from === 'sources') await import('./sources.ts')
  const modules = await Promise.all(MODULES[from].map((name) => import(name).catch(() => ({}))))
  const { createDetector, nationalIds, secrets } = Object.assign({}, ...modules) as Package
  const sets = [nationalIds, secrets].filter((set) => set !== undefined)
  if (sets.length < 2 && isMainThread) console.error('A set is missing: what follows is not everything.')
  return {
    core: createDetector(),
    everything: createDetector({ sets }),
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
