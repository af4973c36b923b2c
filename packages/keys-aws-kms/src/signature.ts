import type { AwsCredentials } from './credentials.js'

/** A request to be signed: POST to the root of a host. */
export interface Signable {
  readonly host: string
  /** As it stands in the credential scope: `kms`. */
  readonly service: string
  readonly region: string
  /** All that is sent and signed beside host, date and token, names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Milliseconds since the epoch. */
  readonly at: number
}

const utf8 = (text: string) => new TextEncoder().encode(text)
const hex = (bytes: ArrayBuffer) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('')

async function hmac(key: Uint8Array<ArrayBuffer>, text: string): Promise<Uint8Array<ArrayBuffer>> {
  const imported = await crypto.subtle.importKey('raw', key, { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
  return new Uint8Array(await crypto.subtle.sign('HMAC', imported, utf8(text)))
}

const sha256 = async (text: string) => hex(await crypto.subtle.digest('SHA-256', utf8(text)))

/**
 * Headers of a request signed with Signature Version 4 (AWS General Reference, "Signing AWS API requests"): those given, `x-amz-date`,
 * `x-amz-security-token` for temporary credentials, and `authorization`. `host` is signed and left to fetch.
 */
export async function signed(
  { host, service, region, headers, body, at }: Signable,
  { accessKeyId, secretAccessKey, sessionToken }: AwsCredentials,
): Promise<Record<string, string>> {
  const time = new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '')
  const day = time.slice(0, 8)
  const sent: Record<string, string> = {
    ...headers,
    'x-amz-date': time,
    ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}),
  }
  const all = Object.entries({ ...sent, host }).sort(([a], [b]) => (a < b ? -1 : 1))
  const names = all.map(([name]) => name).join(';')
  const lines = all.map(([name, value]) => `${name}:${value.trim().replace(/ +/g, ' ')}\n`).join('')
  const canonical = ['POST', '/', '', lines, names, await sha256(body)].join('\n')
  const place = `${day}/${region}/${service}/aws4_request`
  const toSign = ['AWS4-HMAC-SHA256', time, place, await sha256(canonical)].join('\n')
  let key = utf8(`AWS4${secretAccessKey}`) as Uint8Array<ArrayBuffer>
  for (const part of [day, region, service, 'aws4_request']) key = await hmac(key, part)
  const signature = hex((await hmac(key, toSign)).buffer)
  return {
    ...sent,
    authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${place}, SignedHeaders=${names}, Signature=${signature}`,
  }
}
