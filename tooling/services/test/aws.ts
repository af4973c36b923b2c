import { createHash, createHmac } from 'node:crypto'

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')
const hmac = (key: string | Buffer, data: string): Buffer => createHmac('sha256', key).update(data).digest()

/** One signed call of AWS KMS (signature version 4, JSON 1.1) with made-up credentials. */
export const awsCall = async (url: string, operation: string, input: object): Promise<Record<string, unknown>> => {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const scope = `${time.slice(0, 8)}/us-east-1/kms/aws4_request`
  const body = JSON.stringify(input)
  const target = `TrentService.${operation}`
  const signed = 'host;x-amz-date;x-amz-target'
  const canonical = `POST\n/\n\nhost:${new URL(url).host}\nx-amz-date:${time}\nx-amz-target:${target}\n\n${signed}\n${sha256(body)}`
  const key = scope.split('/').reduce<string | Buffer>((secret, part) => hmac(secret, part), 'AWS4secret')
  const signature = hmac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${sha256(canonical)}`).toString('hex')
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-date': time,
      'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=id/${scope}, SignedHeaders=${signed}, Signature=${signature}`,
    },
    body,
  })
  const output = (await response.json()) as Record<string, unknown>
  if (!response.ok) throw new Error(`${response.status} ${String(output.__type)}`)
  return output
}
