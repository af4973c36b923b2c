import { Queue, QueueEvents, type SealOptions, Worker } from '@waxseal/adapter-bullmq'
import { createFakeAwsKms } from '@waxseal/conformance/fakes'
import { createSealer, type Sealer } from '@waxseal/core'
import { openKeys } from '@waxseal/core/keys'
import { type AwsKmsOptions, awsKms, awsUri } from '@waxseal/keys-aws-kms'
import { gcpUri } from '@waxseal/keys-gcp-kms'
import { vaultTransitUri } from '@waxseal/keys-vault'
import { Queue as PlainQueue } from 'bullmq'

const url = process.env.REDIS_URL ?? 'redis://127.0.0.1:6379'
const connection = { url }
const kms = createFakeAwsKms({ region: 'eu-west-1' })
let kmsIsDown = false
const kmsFetch: typeof fetch = (...request) => (kmsIsDown ? Promise.reject(new TypeError('fetch failed')) : kms.fetch(...request))

// Each host has credentials of its own, which can be taken from it alone.
const environment = () => {
  const { accessKeyId, secretAccessKey } = kms.createCredentials()
  return { AWS_REGION: 'eu-west-1', AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey }
}
const [web, hostA, hostB] = [environment(), environment(), environment()]

type Env = ReturnType<typeof environment>
const open: Sealer[] = []
const sealerWith = (env: Env, options: Partial<AwsKmsOptions> = {}) => {
  const sealer = createSealer({ keys: awsKms({ keyId: kms.keyArn, env, fetch: kmsFetch, ...options }) })
  open.push(sealer)
  return sealer
}

const names = new Set<string>()
const allWorked = Promise.withResolvers<void>()
async function charge(worker: string, { card }: { card: string }) {
  // Every worker gets a job, so that the counts below are always the same.
  if (names.add(worker).size >= 3) allWorked.resolve()
  await allWorked.promise
  return { paid: card.slice(-4) }
}

// #region worker
/** Says the same in every process: whose sealer it is alone differs. */
const sealBy = (sealer: Sealer): SealOptions => ({ sealer, app: 'billing', policy: { fields: ['/card'] } })

/** One process of a worker, on whatever host. */
function startWorker(name: string, sealer: Sealer, onEvent?: SealOptions['onEvent']) {
  return new Worker('payments', (job) => charge(name, job.data), { connection, seal: { ...sealBy(sealer), onEvent } })
}
// #endregion

// #region run
const seal = sealBy(sealerWith(web))
const queue = new Queue('payments', { connection, seal })
const events = new QueueEvents('payments', { connection, seal })
await events.waitUntilReady()

const workers = [startWorker('a1', sealerWith(hostA)), startWorker('a2', sealerWith(hostA)), startWorker('b1', sealerWith(hostB))]
const jobs = await queue.addBulk(
  Array.from({ length: 300 }, (_, index) => ({ name: 'charge', data: { card: `4242 4242 4242 ${1000 + index}` } })),
)
const results: { paid: string }[] = []
for (const job of jobs) results.push(await job.waitUntilFinished(events))
console.log(results.length, results[299]?.paid, names.size) // 300 1299 3

// The producer's data key is wrapped once and opened by each worker; each worker's is wrapped once and opened by the producer.
const calls = (operation: string) => kms.requests.filter((request) => request.operation === operation).length
console.log(calls('Encrypt'), calls('Decrypt')) // 4 6
// #endregion

// #region outage
kmsIsDown = true
// Who has the data keys at hand does not notice.
const unnoticed = await queue.add('charge', { card: '4242 4242 4242 4242' })
console.log((await unnoticed.waitUntilFinished(events)).paid) // 4242

// A worker that starts now has none: its jobs wait, and keep their attempts.
await Promise.all(workers.map((worker) => worker.close()))
const delayed = Promise.withResolvers<string>()
workers.push(startWorker('b2', sealerWith(hostB), ({ event, code }) => delayed.resolve(`${event} ${code}`)))
const waiting = await queue.add('charge', { card: '4000 0566 5566 5556' })
console.log(await delayed.promise) // deferred provider_unavailable

kmsIsDown = false
console.log((await waiting.waitUntilFinished(events)).paid) // 5556
console.log((await queue.getJob(waiting.id!))?.attemptsMade) // 1
// #endregion
await workers.at(-1)?.close()

const [oldKey, newKey] = [kms.keyArn, kms.createKey()]
// #region rotation
// 1. Every process can open what the new key wraps. None uses it yet.
const prepared = { keyId: oldKey, earlierKeys: [{ arn: newKey, version: 1 }] }
// 2. Once all of them are replaced: the new key wraps, the old one still opens.
const rotated = { keyId: newKey, version: 1, earlierKeys: [{ arn: oldKey, version: 0 }] }
// #endregion

// In the middle of step 2: this worker is not replaced yet, the producer is.
workers.push(startWorker('a1', sealerWith(hostA, prepared)))
const after = sealBy(sealerWith(web, rotated))
const newQueue = new Queue('payments', { connection, seal: after })
const newEvents = new QueueEvents('payments', { connection, seal: after })
await newEvents.waitUntilReady()
const job = await newQueue.add('charge', { card: '4242 4242 4242 4242' })
console.log((await job.waitUntilFinished(newEvents)).paid) // 4242
const stored = await new PlainQueue('payments', { connection }).getJob(job.id!)
console.log(after.sealer.inspect(stored?.data.$wax).keyVersion) // 1

const env = { ...web, VAULT_TOKEN: 's.token', VAULT_ADDR: 'https://vault.example' }
const setting = 'aws://alias/orders?region=eu-west-1'
// #region uri
// The same line on every host; the setting is aws://…, gcp://… or vault-transit://…, with what `env` has of credentials.
const keys = openKeys(setting, { aws: awsUri, gcp: gcpUri, 'vault-transit': vaultTransitUri }, { env })
// #endregion
await keys.close?.()

await Promise.all([...workers, events, newEvents].map((each) => each.close()))
await queue.obliterate({ force: true })
for (const sealer of open) await sealer.close()
process.exit()
