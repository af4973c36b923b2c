import { sameText, sha256, toHex } from '../bytes.js'
import type { Call } from '../service-fake.js'
import type { CredentialStore } from './credentials.js'
import { refuse } from './refusal.js'
import { canonicalRequest, headerValue, signatureOf } from './signature.js'

const FORM = /^AWS4-HMAC-SHA256 Credential=([^\s,]+), ?SignedHeaders=([^\s,]+), ?Signature=([0-9a-f]{64})$/
const MUST_BE_SIGNED = ['content-type', 'host', 'x-amz-date', 'x-amz-target']
const MAX_SKEW_MS = 5 * 60_000

/** Who a request is from, and the region that it was signed for. */
export interface Caller {
  readonly accessKeyId: string
  readonly region: string
}

/** Checks a signature of Signature Version 4 as the service does; `region` is the endpoint's, where its host names one. */
export async function authenticate(
  call: Call,
  { credentials, region, now }: { credentials: CredentialStore; region: string | undefined; now: number },
): Promise<Caller> {
  const authorization = call.headers.get('authorization')
  if (authorization === null) return refuse('MissingAuthenticationTokenException', 'Missing Authentication Token')
  const [, credential = '', signed = '', signature = ''] = FORM.exec(authorization) ?? []
  if (!signature) refuse('IncompleteSignatureException', 'Authorization header needs Credential, SignedHeaders and Signature.')
  const scope = scopeOf(credential, region)
  const names = signedNames(call, signed)
  const amzDate = headerValue(call, 'x-amz-date')
  const time = timeOf(amzDate)
  if (!amzDate.startsWith(scope.date))
    invalid('Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP')
  const known = credentials.find(scope.accessKeyId)
  const token = call.headers.get('x-amz-security-token') ?? undefined
  if (!known || !sameText(token ?? '', known.sessionToken ?? '') || (token === undefined) !== (known.sessionToken === undefined))
    return refuse('UnrecognizedClientException', 'The security token included in the request is invalid.')
  checkTime(amzDate, time, now)
  const expected = await signatureOf(await canonicalRequest(call, names), amzDate, scope, known.secretAccessKey)
  const stated = call.headers.get('x-amz-content-sha256')
  if (!sameText(expected, signature) || (stated !== null && stated !== toHex(await sha256(call.body))))
    invalid('The request signature we calculated does not match the signature you provided.')
  if (known.expiresAt !== undefined && now >= known.expiresAt)
    refuse('ExpiredTokenException', 'The security token included in the request is expired')
  return { accessKeyId: scope.accessKeyId, region: scope.region }
}

const invalid = (message: string): never => refuse('InvalidSignatureException', message)

function scopeOf(credential: string, endpointRegion: string | undefined) {
  const [accessKeyId = '', date = '', region = '', service, terminator, ...rest] = credential.split('/')
  if (rest.length > 0 || !accessKeyId || !/^[0-9]{8}$/.test(date) || terminator === undefined)
    refuse('IncompleteSignatureException', 'Credential must have exactly 5 slash-delimited elements.')
  if (!/^[a-z]{2}(-[a-z]+)+-[0-9]$/.test(region) || region !== (endpointRegion ?? region))
    invalid(`Credential should be scoped to a valid region, not '${region}'.`)
  if (service !== 'kms') invalid("Credential should be scoped to correct service: 'kms'.")
  if (terminator !== 'aws4_request') invalid("Credential should be scoped with a valid terminator: 'aws4_request'.")
  return { accessKeyId, date, region, service: 'kms' }
}

/** The names of the signed headers, in order; every header that carries meaning for the service is among them. */
function signedNames(call: Call, signed: string): string[] {
  const names = signed.split(';')
  if (names.join() !== [...new Set(names)].sort().join() || signed !== signed.toLowerCase())
    invalid('SignedHeaders are lower-case names in order, each once.')
  const meaningful = [...call.headers.keys()].filter((name) => name.startsWith('x-amz-'))
  const missing = [...MUST_BE_SIGNED, ...meaningful].find((name) => !names.includes(name))
  if (missing !== undefined) invalid(`'${missing}' must be a 'SignedHeader' in the AWS Authorization.`)
  const absent = names.find((name) => name !== 'host' && !call.headers.has(name))
  if (absent !== undefined) invalid(`The signed header '${absent}' is not in the request.`)
  return names
}

function timeOf(amzDate: string): number {
  const parts = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(amzDate)
  const time = parts ? Date.parse(`${parts.slice(1, 4).join('-')}T${parts.slice(4).join(':')}Z`) : Number.NaN
  if (Number.isNaN(time)) refuse('IncompleteSignatureException', 'X-Amz-Date must be in ISO-8601 basic format.')
  return time
}

function checkTime(amzDate: string, time: number, now: number): void {
  const text = (ms: number): string => new Date(ms).toISOString().replace(/[-:]|\.\d+/g, '')
  if (time < now - MAX_SKEW_MS)
    invalid(`Signature expired: ${amzDate} is now earlier than ${text(now - MAX_SKEW_MS)} (${text(now)} - 5 min.)`)
  if (time > now + MAX_SKEW_MS)
    invalid(`Signature not yet current: ${amzDate} is still later than ${text(now + MAX_SKEW_MS)} (${text(now)} + 5 min.)`)
}
