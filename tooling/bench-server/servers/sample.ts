// A codec server of the same making as that of Temporal's TypeScript samples: express, cors, WebCrypto, protobuf. It has no
// authentication, policy or trail. Two things are kinder to it than its model: it takes bodies above 100 kB, and does not log ciphertext.
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { decode, encode } from '@temporalio/common/lib/encoding.js'
import proto from '@temporalio/proto'
import cors from 'cors'
import express from 'express'
import { fromJson, type JsonPayload, payloads, toJson } from '../payloads.ts'
import { serving } from './serving.ts'

type Payload = proto.temporal.api.common.v1.IPayload
const { Payload: PayloadProto } = proto.temporal.api.common.v1

const CIPHER = 'AES-GCM'
const ENCODING = 'binary/encrypted'
const KEY_ID = 'key-of-the-benchmark'
const KEY_ID_NAME = 'encryption-key-id'
const NONCE_BYTES = 12
const TAG_BITS = 128

const keys = new Map<string, CryptoKey>()

/** As from a key service, by the id that stands in a payload; kept for the next one. */
async function keyOf(id: string): Promise<CryptoKey> {
  const known = keys.get(id)
  if (known) return known
  const key = await crypto.subtle.importKey('raw', Buffer.from('key of the benchmark'.padEnd(32, '!')), { name: CIPHER }, true, [
    'encrypt',
    'decrypt',
  ])
  keys.set(id, key)
  return key
}

async function encrypt(data: Uint8Array, key: CryptoKey): Promise<Uint8Array> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES))
  const encrypted = await crypto.subtle.encrypt({ name: CIPHER, iv, tagLength: TAG_BITS }, key, Uint8Array.from(data))
  return Buffer.concat([iv, new Uint8Array(encrypted)])
}

async function decrypt(data: Uint8Array, key: CryptoKey): Promise<Uint8Array> {
  const iv = Uint8Array.from(data.subarray(0, NONCE_BYTES))
  const sealed = Uint8Array.from(data.subarray(NONCE_BYTES))
  return new Uint8Array(await crypto.subtle.decrypt({ name: CIPHER, iv, tagLength: TAG_BITS }, key, sealed))
}

const encodeAll = (all: Payload[]): Promise<Payload[]> =>
  Promise.all(
    all.map(async (payload) => ({
      metadata: { encoding: encode(ENCODING), [KEY_ID_NAME]: encode(KEY_ID) },
      data: await encrypt(PayloadProto.encode(payload).finish(), await keyOf(KEY_ID)),
    })),
  )

const decodeAll = (all: Payload[]): Promise<Payload[]> =>
  Promise.all(
    all.map(async (payload) => {
      if (decode(payload.metadata?.encoding ?? new Uint8Array()) !== ENCODING) return payload
      if (!payload.data) throw new Error('the payload has no data')
      const id = payload.metadata?.[KEY_ID_NAME]
      if (!id) throw new Error('the payload names no key')
      return PayloadProto.decode(await decrypt(payload.data, await keyOf(decode(id))))
    }),
  )

const app = express()
app.use(cors({ allowedHeaders: ['x-namespace', 'content-type'] }))
app.use(express.json({ limit: '16mb' }))
const route = (path: string, run: (all: Payload[]) => Promise<Payload[]>) =>
  app.post(path, async (request, response) => {
    try {
      const { payloads: given } = request.body as { payloads: JsonPayload[] }
      response.json({ payloads: (await run(given.map(fromJson))).map(toJson) })
    } catch {
      response.status(500).end('the payloads could not be read')
    }
  })
route('/encode', encodeAll)
route('/decode', decodeAll)

const listening = app.listen(0, '127.0.0.1')
await once(listening, 'listening')
const body = async (count: number) => JSON.stringify({ payloads: (await encodeAll(payloads(count))).map(toJson) })
serving({
  port: (listening.address() as AddressInfo).port,
  headers: { 'content-type': 'application/json', 'x-namespace': 'default' },
  one: await body(1),
  many: await body(100),
})
