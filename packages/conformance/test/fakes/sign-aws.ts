import { createHash, createHmac } from 'node:crypto'
import type { AwsCredentials } from '../../src/fakes.ts'

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Uint8Array, text: string) => createHmac('sha256', key).update(text).digest()

export interface Signing {
  readonly credentials: AwsCredentials
  readonly region: string
  readonly time: number
  readonly service?: string
  /** Changes what is signed, or what is said of it, after a right start. */
  readonly scopeDate?: string
  readonly terminator?: string
  readonly unsigned?: readonly string[]
  readonly extraNames?: readonly string[]
}

/** Headers of a POST to `/` signed with Signature Version 4, from its description and with none of the code under test. */
export function signAws(host: string, headers: Record<string, string>, body: string | Uint8Array, signing: Signing) {
  const { credentials, region, time, service = 'kms', terminator = 'aws4_request', unsigned = [], extraNames = [] } = signing
  const amzDate = new Date(time).toISOString().replace(/[-:]|\.\d+/g, '')
  const date = signing.scopeDate ?? amzDate.slice(0, 8)
  const all: Record<string, string> = {
    ...headers,
    'x-amz-date': amzDate,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken }),
  }
  const signed: Record<string, string> = { ...all, host }
  for (const name of unsigned) delete signed[name]
  const names = [...Object.keys(signed), ...extraNames].sort()
  const lines = names.map((name) => `${name}:${signed[name] ?? ''}\n`).join('')
  const canonical = ['POST', '/', '', lines, names.join(';'), sha256(body)].join('\n')
  const scope = `${date}/${region}/${service}/${terminator}`
  const text = ['AWS4-HMAC-SHA256', amzDate, scope, sha256(canonical)].join('\n')
  const key = [date, region, service, terminator].reduce<string | Uint8Array>(hmac, `AWS4${credentials.secretAccessKey}`)
  const signature = createHmac('sha256', key).update(text).digest('hex')
  const credential = `${credentials.accessKeyId}/${scope}`
  return {
    ...all,
    authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=${names.join(';')}, Signature=${signature}`,
  }
}
