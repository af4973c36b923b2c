import { pgBossContract } from './contract.js'
import { embeddedPostgres } from './embedded.js'

const postgres = embeddedPostgres()

pgBossContract('pg-boss, embedded', async () => {
  const { plain, schema } = await postgres.bosses()
  return {
    schema,
    query: postgres.query,
    boss: (seal) => (seal ? postgres.another(schema, seal) : postgres.unsealed(schema)),
    plain: async () => plain,
  }
})
