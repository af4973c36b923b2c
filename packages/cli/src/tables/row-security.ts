import type { OpenedDatabase } from '@waxseal/config'
import { WaxsealError } from '@waxseal/core'
import type { ResealTarget } from '@waxseal/reseal'
import type { SqlItem } from '@waxseal/reseal/sql'
import { sql } from 'kysely'

const quoted = (table: string): string =>
  table
    .split('.')
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join('.')

/** Row security of PostgreSQL hides rows without a word: they would stay as they are, and the run be called complete. */
export function seeingAll(target: ResealTarget<SqlItem>, { db, dialect }: OpenedDatabase, table: string): ResealTarget<SqlItem> {
  if (dialect !== 'postgres') return target
  return {
    ...target,
    async page(request) {
      const { rows } = await sql<{
        active: boolean
      }>`select row_security_active(${quoted(table)}::text::regclass) as active`.execute(db)
      if (rows[0]?.active !== false)
        throw new WaxsealError('config', `row security hides rows of ${table}: take a role that owns it, or that bypasses it`)
      return target.page(request)
    },
  }
}
