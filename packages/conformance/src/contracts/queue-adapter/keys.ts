import { createSealer, generateKey, type KeySource, type Sealer, type StaticKey, staticKeys, WaxsealError } from '@waxseal/core'

/** Keys that change under a sealer that goes on, as those of a key store do. */
export interface ChangingKeys {
  readonly sealer: Sealer
  set(keys: readonly StaticKey[]): void
  /** So many look-ups fail as they do when a key service is down. */
  fail(times: number): void
  /** Whether none gives a key to seal with. */
  failSealing(failing: boolean): void
}

export function changingKeys(keys: readonly StaticKey[] = [{ kid: 'k1', key: generateKey() }]): ChangingKeys {
  let current: KeySource = staticKeys(keys)
  let failures = 0
  let sealingFails = false
  const down = () => new WaxsealError('provider_unavailable', 'the key service is down')
  const source: KeySource = {
    kind: 'source',
    current(scope, call) {
      if (sealingFails) throw down()
      return current.current(scope, call)
    },
    resolve(locator, scope, call) {
      if (failures > 0) {
        failures--
        throw down()
      }
      return current.resolve(locator, scope, call)
    },
  }
  return {
    sealer: createSealer({ keys: source }),
    set(next) {
      current = staticKeys(next)
    },
    fail(times) {
      failures = times
    },
    failSealing(failing) {
      sealingFails = failing
    },
  }
}
