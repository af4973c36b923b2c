import { createSealer, generateKey, type KeySource, type Sealer, staticKeys, WaxsealError } from '@waxseal/core'

/** Keys that are elsewhere: a sealer that asks for them, and may get no answer. */
export function distantKeys(): { sealer: () => Sealer; answer: boolean; refused: number } {
  const keys = staticKeys([{ kid: 'k1', key: generateKey() }])
  const state = { answer: true, refused: 0 }
  const asked = () => {
    if (state.answer) return
    state.refused++
    throw new WaxsealError('provider_unavailable', 'the key service does not answer')
  }
  const source: KeySource = {
    kind: 'source',
    current(scope, call) {
      asked()
      return keys.current(scope, call)
    },
    resolve(locator, scope, call) {
      asked()
      return keys.resolve(locator, scope, call)
    },
  }
  return Object.assign(state, { sealer: () => createSealer({ keys: source }) })
}
