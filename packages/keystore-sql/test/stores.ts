import { createAuditTrail } from '@waxseal/audit'
import { sqlSink } from '@waxseal/audit/sql'
import { type KeyProvider, staticKeys, WaxsealError } from '@waxseal/core'
import { keyProvider, rootKeyProvider } from '@waxseal/core/keys'
import { createKeystore, type Keystore, type KeystoreEvent, type KeystoreOptions } from '../src/index.ts'
import type { TestDatabase } from './databases.ts'

export const actor = 'svc-test'
export const context = { app: 'billing', job: 'invoice' }
export const DAY_MS = 86_400_000

const bytes = (byte: number) => new Uint8Array(32).fill(byte)
export const auditKeys = { id: 'a1', key: bytes(1) }

/** A key service in this process, which counts what it is asked and fails when told to. */
export interface TestService {
  readonly provider: KeyProvider
  readonly calls: string[]
  failure: 'provider_unavailable' | 'access_denied' | undefined
}

export function keyService(id = 'kms', version = 0, byte = 2): TestService {
  const root = rootKeyProvider({ id: 'inner', keys: staticKeys([{ kid: 'kek', key: bytes(byte) }]) })
  const service: TestService = {
    calls: [],
    failure: undefined,
    provider: keyProvider(
      {
        id,
        version,
        capabilities: { context: 'bound' },
        wrapKey: (key, wrapContext, call) => asked('wrap', () => root.wrapKey(key, wrapContext, call)),
        unwrapKey: (wrapped, wrapContext, call) => asked('unwrap', () => root.unwrapKey(wrapped, wrapContext, call)),
      },
      { retry: false, breaker: false },
    ),
  }
  function asked<T>(operation: string, run: () => T): T {
    service.calls.push(operation)
    if (service.failure) throw new WaxsealError(service.failure, 'as the test says')
    return run()
  }
  return service
}

export interface TestStore {
  readonly keystore: Keystore
  readonly service: TestService
  readonly events: KeystoreEvent[]
  /** Milliseconds since the epoch; moved by the test. */
  at: number
}

/** A key store on a clock that stands still. */
export function openStore(database: TestDatabase, options: Partial<KeystoreOptions> = {}, service = keyService()): TestStore {
  const store = { at: 1_700_000_000_000, service, events: [] as KeystoreEvent[] }
  const now = () => store.at
  const audit = createAuditTrail({ sink: sqlSink(database), keys: auditKeys, now })
  const keystore = createKeystore({
    ...database,
    ...{ wrap: service.provider, audit, now, name: 'orders', random: () => 0.5, retry: false, breaker: false },
    onEvent: (event) => store.events.push(event),
    ...options,
  })
  return Object.assign(store, { keystore })
}

/** The code of what is thrown; `ok` where nothing is. */
export async function codeOf(run: () => unknown): Promise<string> {
  try {
    await run()
    return 'ok'
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  }
}
