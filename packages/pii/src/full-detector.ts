import { createDetector as createCoreDetector, type Detector, type DetectorOptions } from './detector.js'
import { everything } from './everything.js'

/**
 * A detector of all personal data and secrets that this package knows, and of what the sets of one's own find. Made once and shared: it
 * keeps nothing of what it sees but the names of fields. Types may be written in any spelling (`creditCard`, `credit_card`). `config`
 * for options that do not fit. The one of `@waxseal/pii/core` looks only for what it is told, and weighs a third.
 *
 * @example
 * const detector = createDetector()
 * detector.detectText('card 4111 1111 1111 1111') // [{ type: 'CREDIT_CARD', start: 5, end: 24, score: 1, validated: true }]
 */
export function createDetector(options: DetectorOptions = {}): Detector {
  const own = options?.sets
  return createCoreDetector(
    own === undefined || Array.isArray(own) ? { ...options, sets: [...new Set([...everything, ...(own ?? [])])] } : options,
  )
}
