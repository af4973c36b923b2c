import { type Bytes, sha256, toHex, utf8 } from '../bytes.js'
import type { Call } from '../service-fake.js'

/** What a signature of Signature Version 4 is valid for. */
export interface Scope {
  /** YYYYMMDD. */
  readonly date: string
  readonly region: string
  readonly service: string
}

/** The canonical request of Signature Version 4, of any service but S3. */
export async function canonicalRequest(call: Call, signedHeaders: readonly string[]): Promise<string> {
  const lines = signedHeaders.map((name) => `${name}:${headerValue(call, name).replace(/ +/g, ' ')}\n`)
  return [
    call.method,
    call.url.pathname.split('/').map(encode).join('/'),
    canonicalQuery(call.url.search.slice(1)),
    lines.join(''),
    signedHeaders.join(';'),
    toHex(await sha256(call.body)),
  ].join('\n')
}

/** The signature, in hexadecimal, of a canonical request at the time `amzDate` (YYYYMMDD'T'HHMMSS'Z'). */
export async function signatureOf(canonical: string, amzDate: string, scope: Scope, secretAccessKey: string): Promise<string> {
  const { date, region, service } = scope
  const text = ['AWS4-HMAC-SHA256', amzDate, `${date}/${region}/${service}/aws4_request`, toHex(await sha256(utf8(canonical)))]
  let key = utf8(`AWS4${secretAccessKey}`)
  for (const part of [date, region, service, 'aws4_request', text.join('\n')]) key = await hmac(key, part)
  return toHex(key)
}

/** A header as it was signed: `fetch` has the host in the URL, where no header names it. */
export function headerValue(call: Call, name: string): string {
  return call.headers.get(name) ?? (name === 'host' ? call.url.host : '')
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)

function canonicalQuery(query: string): string {
  if (query === '') return ''
  const pairs = query.split('&').map((pair) => {
    const [name = '', value = ''] = pair.split(/=(.*)/s)
    return [encode(decodeURIComponent(name)), encode(decodeURIComponent(value))] as const
  })
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
  return pairs
    .sort(([a, x], [b, y]) => order(a, b) || order(x, y))
    .map((pair) => pair.join('='))
    .join('&')
}

async function hmac(key: Bytes, text: string): Promise<Bytes> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text)))
}
