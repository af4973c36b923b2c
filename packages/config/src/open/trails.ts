import type { AuditKey, AuditSink, AuditTrail } from '@waxseal/audit'
import type { AuditTransaction } from '@waxseal/audit/sql'
import type { Environment } from '@waxseal/core/keys'
import type { AuditConfig } from '../schema/audit.js'
import { readKey } from '../secret.js'
import type { Databases } from './databases.js'
import { optional } from './optional.js'

/** The key of a trail, read from where it is. */
export const auditKeyOf = ({ id, secret }: { readonly id: string; readonly secret: string }, env: Environment): AuditKey => ({
  id,
  key: readKey(secret, env),
})

/** Opens the trail of a configuration; nothing is written yet, except for tables that `migrate` makes. */
export async function openTrail(
  config: AuditConfig,
  { env, databases, create }: { readonly env: Environment; readonly databases: Databases; readonly create: boolean },
): Promise<AuditTrail<AuditTransaction>> {
  const { createAuditTrail } = await import('@waxseal/audit')
  const keys = [config.key].flat().map((key) => auditKeyOf(key, env))
  return createAuditTrail({ sink: await sinkOf(config, databases, create), keys, stream: config.stream })
}

async function sinkOf(config: AuditConfig, databases: Databases, create: boolean): Promise<AuditSink<AuditTransaction>> {
  const { fileSink, stdoutSink } = await import('@waxseal/audit')
  if (config.to === 'file') return fileSink(config.path)
  if (config.to === 'stdout') return stdoutSink()
  const database = await databases.open(config.database)
  const { migrateAudit, sqlSink } = await optional('kysely', () => import('@waxseal/audit/sql'))
  if (config.migrate && create) await migrateAudit(database)
  return sqlSink(database)
}
