import { WaxsealError } from '@waxseal/core'
import { migrateKeystore } from '../database/schema.js'
import { ConnectError, connect } from './connect.js'
import { readOptions } from './options.js'

export interface Surroundings {
  readonly out: (text: string) => void
  readonly error: (text: string) => void
  readonly env?: Readonly<Record<string, string | undefined>>
}

const HELP = `waxseal-keystore migrate [url]    makes or updates the tables of a key store and of its audit trail

  url         postgres://…, mysql://…, mariadb://…, sqlite:file, pglite:folder; default: DATABASE_URL
  --no-audit  without the tables of the audit trail
  -h, --help  this
`

/** Runs the command; gives its exit code. Nothing that it prints repeats the URL. */
export async function run(args: readonly string[], { out, error, env = process.env }: Surroundings): Promise<number> {
  const asked = readOptions(args, env)
  if (asked.kind === 'help') {
    out(HELP)
    return 0
  }
  if (asked.kind === 'wrong') {
    error(`${asked.message}\n\n${HELP}`)
    return 2
  }
  try {
    const connected = await connect(asked.url)
    try {
      await migrateKeystore({ ...connected, audit: asked.audit })
    } finally {
      await connected.db.destroy()
    }
    out('the tables of the key store are there\n')
    return 0
  } catch (thrown) {
    const known = WaxsealError.is(thrown) || thrown instanceof ConnectError
    error(`${known ? (thrown as Error).message : 'the database cannot be used'}\n`)
    return 1
  }
}
