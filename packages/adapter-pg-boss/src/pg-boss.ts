import { type Sealed, takeSeal } from '@waxseal/adapter-kit/names'
import type { ConstructorOptions, PgBoss as HostPgBoss } from 'pg-boss'
import { type Host, HostClass, type HostMethod, hostMethods } from './host.js'
import { COVERED, PASSED } from './method-names.js'
import type { SealOptions } from './seal-options.js'

/** pg-boss's own options, and how jobs are sealed. Without `seal` it is pg-boss and nothing else. */
export type PgBossOptions = Sealed<ConstructorOptions, SealOptions>

export interface PgBossConstructor {
  /**
   * pg-boss whose jobs, results and errors are sealed before they reach the database. A `seal` that does not fit makes `start()`
   * throw `config`.
   *
   * @example
   * const boss = new PgBoss({ connectionString, seal: { sealer, app: 'billing', policy: { fields: ['/card'] } } })
   * await boss.start()
   * await boss.send('payment.charge', { card: '4242424242424242', amount: 1999 })
   */
  new (options: PgBossOptions): HostPgBoss
  new (connectionString: string): HostPgBoss
}

/** A subclass of a pg-boss class of any supported version. */
export function sealedClass(host: Host): PgBossConstructor {
  return class PgBoss extends host {
    constructor(given: string | PgBossOptions) {
      const { seal, options } = takeSeal<ConstructorOptions, SealOptions>(typeof given === 'string' ? {} : given)
      // One of its two signatures each; TypeScript wants to know which.
      super((typeof given === 'string' ? given : options) as ConstructorOptions)
      if (seal) install(this, host, seal, options.schema ?? 'pgboss')
    }
  }
}

/** Puts sealed methods before those of pg-boss; the cryptography is loaded here and only here. */
function install(boss: HostPgBoss, host: Host, seal: SealOptions, schema: string): void {
  const original = hostMethods(boss, host)
  const sealed = import('./sealed-methods.js').then(({ sealedMethods }) => sealedMethods(seal, original, schema))
  // Every method reports it; start() is the first.
  sealed.catch(() => {})
  const methods: Record<string, HostMethod> = {
    async start(...args) {
      await sealed
      await original.start!(...args)
      return boss
    },
  }
  for (const name of Object.keys(original)) {
    if (PASSED.has(name) || name === 'start') continue
    methods[name] = COVERED.has(name) ? async (...args) => (await sealed)[name]!(...args) : () => refuse(name)
  }
  for (const [name, value] of Object.entries(methods))
    Object.defineProperty(boss, name, { value, configurable: true, writable: true })
}

async function refuse(name: string): Promise<never> {
  const { WaxsealError } = await import('@waxseal/core')
  throw new WaxsealError('config', `the method ${name} of this pg-boss is not covered: it may store what is not sealed`)
}

/** pg-boss with `seal` among its options. */
export const PgBoss: PgBossConstructor = sealedClass(HostClass)
export type PgBoss = HostPgBoss
