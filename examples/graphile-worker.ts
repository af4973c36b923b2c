import { Logger, makeWorkerUtils, runOnce, type SealOptions, type TaskList } from '@waxseal/adapter-graphile-worker'
import { createSealer, type FieldPolicyOptions } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

declare global {
  namespace GraphileWorker {
    interface Tasks {
      charge: { card: string; amount: number }
    }
  }
}

const database = {
  connectionString: process.env.DATABASE_URL ?? 'postgres://localhost/jobs',
  logger: new Logger(() => () => {}),
}
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })

// #region graphile
// Of a task that is not listed all is sealed.
const policies: Record<string, FieldPolicyOptions> = { charge: { fields: ['/card'] } }
const seal: SealOptions = { sealer, app: 'billing', policy: ({ name }) => policies[name] }
const utils = await makeWorkerUtils({ ...database, seal })
await utils.migrate()
await utils.addJob('charge', { card: '4242 4242 4242 4242', amount: 1999 })

const taskList: TaskList = {
  async charge({ card }, { addJob }) {
    console.log(card) // 4242 4242 4242 4242
    await addJob('receipt', { for: card })
  },
}
await runOnce({ ...database, taskList, seal })
// #endregion

await utils.withPgClient(async (client) => {
  const { rows } = await client.query<{ text: string }>('select payload::text as text from graphile_worker._private_jobs')
  console.log(rows.length, rows[0]?.text.includes('4242')) // 1 false
})
await utils.release()
