import { WaxsealError, type WaxsealErrorCode } from '../src/errors.ts'
import { rootKeyProvider } from '../src/keys/root-key-provider.ts'
import type { KeyServiceEvent } from '../src/keys/service/key-service-event.ts'
import type { KeyServiceOptions } from '../src/keys/service/key-service-options.ts'
import { staticKeys } from '../src/keys/static-keys.ts'
import type { KeyCall, KeyProviderDriver } from '../src/keys/types.ts'
import type { Sealer } from '../src/sealer/sealer-types.ts'
import { createTestKeyProvider, createTestSealer } from '../src/testing.ts'
import { KEY } from './fixtures.ts'
import type { VirtualClock } from './virtual-clock.ts'

export const MINUTE_MS = 60_000
/** What the service wraps with. */
export const root = rootKeyProvider({ id: 'root', keys: staticKeys([{ kid: 'r', key: KEY }]), suite: 'chacha20-poly1305' })
export const serviceError = (code: WaxsealErrorCode, retryAfterMs?: number): WaxsealError =>
  new WaxsealError(code, 'as the service says', { retryAfterMs })

/** A key service on a virtual clock, which does what `answer` says and counts what it is asked. */
export function remoteService(clock: VirtualClock, options: KeyServiceOptions = {}, driver: Partial<KeyProviderDriver> = {}) {
  const events: KeyServiceEvent[] = []
  const service = {
    calls: 0,
    events,
    /** What the service does to every call. */
    answer: (async () => {}) as (call: KeyCall) => Promise<void>,
    create: () =>
      createTestKeyProvider(
        {
          id: 'p',
          capabilities: { context: 'bound' },
          async wrapKey(key, wrapping, call) {
            service.calls++
            await service.answer(call)
            return root.wrapKey(key, wrapping, call)
          },
          async unwrapKey(wrapped, wrapping, call) {
            service.calls++
            await service.answer(call)
            return root.unwrapKey(wrapped, wrapping, call)
          },
          ...driver,
        },
        { ...options, onEvent: (event) => events.push(event) },
        clock,
      ),
    sealer: (): Sealer =>
      createTestSealer({
        keys: service.create(),
        suite: 'chacha20-poly1305',
        now: clock.now,
        limits: { unknownLocatorsPerMinute: 5000 },
      }),
    down: (code: WaxsealErrorCode = 'provider_unavailable') => {
      service.answer = () => Promise.reject(serviceError(code))
    },
    up: () => {
      service.answer = async () => {}
    },
    told: (what: string) => events.filter((event) => event.type === 'cache' && event.what === what).length,
  }
  return service
}
