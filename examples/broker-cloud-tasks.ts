import { createBodies } from '@waxseal/adapter-broker'
import { createDedupKey, createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const keys = envKeys({ env: { WAXSEAL_KEYS: generateKey() } })

// #region send
const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
const bodies = createBodies({ sealer: createSealer({ keys }), app: 'shop', dedup })
const parent = 'projects/shop/locations/europe-west1/queues/orders'

const { body, attributes, dedupId } = await bodies.seal({ card: '4242' }, { job: 'order', as: 'bytes' })
const httpRequest = {
  url: 'https://shop.example/orders',
  headers: { 'Content-Type': 'application/octet-stream', ...attributes },
  body: Buffer.from(body).toString('base64'),
}
const task = { name: `${parent}/tasks/${dedupId}`, httpRequest }
// await new CloudTasksClient().createTask({ parent, task })
// #endregion

// #region receive
async function post(request: Request): Promise<Response> {
  const opened = await bodies.tryOpen(await request.arrayBuffer(), { job: ['order'], attributes: request.headers })
  if (opened.ok) {
    console.log(opened.value) // { card: '4242' }
    return new Response()
  }
  if (opened.retry) return new Response(null, { status: 503 })
  // There are no dead letters: what never opens is put away here, and answered with success.
  console.error(await bodies.sealError(opened.error, 'order'))
  return new Response()
}
// #endregion

// What Cloud Tasks does.
const { url, headers } = task.httpRequest
await post(new Request(url, { method: 'POST', headers, body: new Uint8Array(Buffer.from(task.httpRequest.body, 'base64')) }))
console.log(/\/tasks\/[\w-]{22}$/.test(task.name)) // true
