import { PGlite } from '@electric-sql/pglite'
import { Kysely, PGliteDialect } from 'kysely'
import { gatewaySuite, memoryBench, postgresBench } from './gateway-suite.js'

gatewaySuite('the gateway in memory', memoryBench)
gatewaySuite('the gateway on PGlite', async () => {
  const db = new Kysely<unknown>({ dialect: new PGliteDialect({ pglite: await PGlite.create() }) })
  return { ...(await postgresBench({ db, dialect: 'postgres' })), close: () => db.destroy() }
})
