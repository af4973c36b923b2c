import type { Exchange, Reply } from '../exchange.js'
import { unsupportedOperation } from './reply.js'

export type VaultState = 'active' | 'standby' | 'performance_standby' | 'sealed' | 'uninitialized'

const HEALTH: Readonly<Record<VaultState, number>> = {
  active: 200,
  standby: 429,
  performance_standby: 473,
  sealed: 503,
  uninitialized: 501,
}

const VERSION = { vault: '1.20.4', openbao: '2.6.2' }

/** `sys/health` and `sys/seal-status`, which answer in any state and without a token. */
export function systemAnswer(
  endpoint: 'health' | 'seal-status',
  { method, url, now }: Exchange,
  state: VaultState,
  flavor: 'vault' | 'openbao',
): Reply {
  if (method !== 'GET' && method !== 'HEAD') return unsupportedOperation()
  const version = VERSION[flavor]
  const sealed = state === 'sealed' || state === 'uninitialized'
  const initialized = state !== 'uninitialized'
  if (endpoint === 'seal-status') {
    const body = { type: 'shamir', initialized, sealed, t: 1, n: 1, progress: 0, nonce: '', version, storage_type: 'inmem' }
    return { status: 200, body }
  }
  const asked = (name: string): boolean => ['', 'true'].includes(url.searchParams.get(name) ?? 'false')
  const accepted =
    (state === 'standby' && asked('standbyok')) || (state === 'performance_standby' && asked('perfstandbyok')) ? 200 : undefined
  const body = {
    initialized,
    sealed,
    standby: state !== 'active',
    performance_standby: state === 'performance_standby',
    replication_performance_mode: 'disabled',
    replication_dr_mode: 'disabled',
    server_time_utc: Math.floor(now / 1000),
    version,
    cluster_name: 'vault-cluster',
  }
  const status = accepted ?? HEALTH[state]
  return method === 'HEAD' ? { status } : { status, body }
}
