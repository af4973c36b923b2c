import { createHash, createHmac } from 'node:crypto'
import { Receiver } from '@upstash/qstash'
import { createBodies } from '@waxseal/adapter-broker'
import { createDedupKey, createSealer } from '@waxseal/core'
import { envKeys, generateKey } from '@waxseal/keys-env'

const keys = envKeys({ env: { WAXSEAL_KEYS: generateKey() } })
const receiver = new Receiver({ currentSigningKey: 'sig_current', nextSigningKey: 'sig_next' })

// #region send
const dedup = createDedupKey({ keys, key: { kid: 'k1', version: 1 } })
const bodies = createBodies({ sealer: createSealer({ keys }), app: 'shop', dedup })

const { body, attributes, dedupId } = await bodies.seal({ card: '4242' }, { job: 'order' })
const message = { url: 'https://shop.example/orders', body, headers: attributes, deduplicationId: dedupId }
// await new Client({ token }).publish(message)
// #endregion

// #region receive
async function post(request: Request): Promise<Response> {
  const sealed = await request.text()
  // The signature is of the sealed body: it is checked before anything is opened, and throws.
  await receiver.verify({ body: sealed, signature: request.headers.get('Upstash-Signature') ?? '', url: request.url })
  const opened = await bodies.tryOpen(sealed, { job: ['order'], attributes: request.headers })
  if (opened.ok) {
    console.log(opened.value) // { card: '4242' }
    return new Response()
  }
  // QStash keeps what is answered, beside the dead letter and for the failure callback.
  const answer = await bodies.sealError(opened.error, 'order', sealed)
  if (opened.retry) return new Response(answer, { status: 503 })
  return new Response(answer, { status: 489, headers: { 'Upstash-NonRetryable-Error': 'true' } })
}
// #endregion

// #region failed
// What a failure callback is given holds both in base64.
async function failed(callback: { sourceBody: string; body: string }): Promise<void> {
  const sealed = Buffer.from(callback.sourceBody, 'base64')
  const line = Buffer.from(callback.body, 'base64').toString()
  console.log(line.slice(0, 34)) // RangeError: [sealed] wax1.c256x.k1
  const error = (await bodies.openError(line, 'order', sealed)) as { message: string }
  console.log(error.message) // no stock
}
// #endregion

// What QStash does.
const base64url = (text: string) => Buffer.from(text).toString('base64url')
const now = Math.floor(Date.now() / 1000)
const hash = createHash('sha256').update(message.body).digest('base64url')
const claims = { iss: 'Upstash', sub: message.url, nbf: now, exp: now + 300, body: hash }
const signed = `${base64url('{"alg":"HS256","typ":"JWT"}')}.${base64url(JSON.stringify(claims))}`
const signature = `${signed}.${createHmac('sha256', 'sig_current').update(signed).digest('base64url')}`
const headers = { ...message.headers, 'Upstash-Signature': signature }
await post(new Request(message.url, { method: 'POST', body: message.body, headers }))

const reason = await bodies.sealError(new RangeError('no stock'), 'order', message.body)
await failed({ sourceBody: Buffer.from(message.body).toString('base64'), body: Buffer.from(reason).toString('base64') })
