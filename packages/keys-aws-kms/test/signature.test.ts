import { createHash, createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { signed } from '../src/signature.ts'

// Credentials and time of the examples that AWS publishes for Signature Version 4.
const credentials = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY' }
const at = Date.UTC(2015, 7, 30, 12, 36, 0)
const time = '20150830T123600Z'

/** The steps of the documentation, one after the other, with another implementation of the hash. */
function signatureOf(headers: Readonly<Record<string, string>>, body: string, region: string): string {
  const hash = (text: string) => createHash('sha256').update(text).digest('hex')
  const mac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest()
  const lines = Object.entries(headers).map(([name, value]) => `${name}:${value}\n`)
  const canonical = `POST\n/\n\n${lines.join('')}\n${Object.keys(headers).join(';')}\n${hash(body)}`
  const scope = `20150830/${region}/kms/aws4_request`
  const key = [region, 'kms', 'aws4_request'].reduce(mac, mac(`AWS4${credentials.secretAccessKey}`, '20150830'))
  return mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`).toString('hex')
}

describe('Signature Version 4', () => {
  // `post-vanilla` and `post-header-value-case` of the published suite, as the service named service in us-east-1.
  it.each([
    [{}, 'host;x-amz-date', '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b'],
    [
      { 'my-header1': 'VALUE1' },
      'host;my-header1;x-amz-date',
      'cdbc9802e29d2942e5e10b5bccfdd67c5f22c7c4e8ae67b53629efa58b974b7d',
    ],
  ])('signs as AWS publishes it: %j', async (headers, names, signature) => {
    const made = await signed(
      {
        host: 'example.amazonaws.com',
        service: 'service',
        region: 'us-east-1',
        headers: headers as Record<string, string>,
        body: '',
        at,
      },
      credentials,
    )
    expect(made.authorization).toBe(
      `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, SignedHeaders=${names}, Signature=${signature}`,
    )
  })

  it.each([
    ['kms.us-east-1.amazonaws.com', 'us-east-1', undefined, '{}'],
    ['127.0.0.1:5566', 'eu-central-1', 'FwoGZXIvYXdzEXAMPLE/Token+With=Signs', '{"KeyId":"ärn","Plaintext":"AA=="}'],
  ])('signs a request to %s', async (host, region, sessionToken, body) => {
    const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'TrentService.Encrypt' }
    const made = await signed({ host, service: 'kms', region, headers, body, at }, { ...credentials, sessionToken })
    const sent = { ...headers, 'x-amz-date': time, ...(sessionToken ? { 'x-amz-security-token': sessionToken } : {}) }
    const all = Object.fromEntries(Object.entries({ ...sent, host }).sort(([a], [b]) => (a < b ? -1 : 1)))
    const place = `20150830/${region}/kms/aws4_request`
    const names = Object.keys(all).join(';')
    expect(made).toEqual({
      ...sent,
      authorization: `AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/${place}, SignedHeaders=${names}, Signature=${signatureOf(all, body, region)}`,
    })
  })
})
