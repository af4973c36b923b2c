import { fileURLToPath } from 'node:url'
import { Client, Connection } from '@temporalio/client'
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker'
import { failureConverterPath, sealedDataConverter } from '@waxseal/adapter-temporal'
import { createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'
import { activities } from './temporal/activities.ts'
import { pay } from './temporal/workflows.ts'

const address = process.env.TEMPORAL_ADDRESS ?? '127.0.0.1:7233'
const [connection, native] = [await Connection.connect({ address }), await NativeConnection.connect({ address })]
const sealer = createSealer({ keys: envKeys({ env: { WAXSEAL_KEYS: generateKey() } }) })
const workflowsPath = fileURLToPath(import.meta.resolve('./temporal/workflows.ts'))
const keyOfSamples = (id: string) => (id === 'test-key-id' ? Buffer.from('test-key-test-key-test-key-test!') : undefined)

// #region temporal
const dataConverter = sealedDataConverter({ sealer, app: 'billing', namespace: 'default' })
const client = new Client({ connection, dataConverter })
const worker = await Worker.create({
  connection: native,
  taskQueue: 'payments',
  workflowsPath,
  activities,
  dataConverter,
})

const running = { taskQueue: 'payments', workflowId: 'invoice-17', args: [{ card: '4242 4242 4242 4242' }] as [{ card: string }] }
console.log(await worker.runUntil(client.workflow.execute(pay, running))) // receipt for 4242 4242 4242 4242
// #endregion

const execution = { workflowId: 'invoice-17' }
const { history } = await connection.workflowService.getWorkflowExecutionHistory({ namespace: 'default', execution })
const [input] = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
console.log(Buffer.from(input?.metadata?.encoding ?? []).toString()) // binary/waxseal

// #region bundle
const { code } = await bundleWorkflowCode({ workflowsPath, failureConverterPath: failureConverterPath() })
// #endregion
console.log(code.includes('Encoded failure')) // true

// #region sample
const readsSamples = sealedDataConverter({ sealer, app: 'billing', namespace: 'default', sample: { keys: keyOfSamples } })
// #endregion
console.log(readsSamples.payloadCodecs?.length) // 1

await Promise.all([connection.close(), native.close()])
process.exit()
