import { createHash } from 'node:crypto'
import { SignJWT } from 'jose'
import { type HttpServer, serve } from './http.js'

interface Kept {
  readonly url: string
  readonly body: Buffer
  readonly headers: Headers
  readonly retries: number
  readonly failureCallback: string | null
}

/** What QStash is documented to do with messages, with an explicit delivery. */
export interface Qstash extends HttpServer {
  readonly waiting: Kept[]
  readonly dead: Kept[]
  /** Delivers what waits, retries at once, and calls back for what failed. */
  deliver(): Promise<void>
}

const FORWARDED = 'upstash-forward-'
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')

export async function startQstash(signingKey: string): Promise<Qstash> {
  const waiting: Kept[] = []
  const dead: Kept[] = []
  const seen = new Set<string>()

  async function keep(request: Request): Promise<Response> {
    const dedupId = request.headers.get('Upstash-Deduplication-Id')
    const deduplicated = dedupId !== null && seen.has(dedupId)
    if (dedupId) seen.add(dedupId)
    const headers = new Headers({ 'Content-Type': request.headers.get('Content-Type') ?? 'text/plain' })
    for (const [name, value] of request.headers) if (name.startsWith(FORWARDED)) headers.set(name.slice(FORWARDED.length), value)
    if (!deduplicated)
      waiting.push({
        url: request.url.split('/v2/publish/')[1]!,
        body: Buffer.from(await request.arrayBuffer()),
        headers,
        retries: Number(request.headers.get('Upstash-Retries') ?? 3),
        failureCallback: request.headers.get('Upstash-Failure-Callback'),
      })
    return Response.json({ messageId: 'msg_1', deduplicated })
  }

  async function post(url: string, body: Buffer, given: Headers): Promise<Response> {
    const hash = createHash('sha256').update(body).digest('base64url')
    const signature = await new SignJWT({ body: hash })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuer('Upstash')
      .setSubject(url)
      .setIssuedAt()
      .setNotBefore('0s')
      .setExpirationTime('5m')
      .sign(new TextEncoder().encode(signingKey))
    const headers = new Headers(given)
    headers.set('Upstash-Signature', signature)
    return fetch(url, { method: 'POST', body: new Uint8Array(body), headers })
  }

  async function deliverOne(message: Kept): Promise<void> {
    const { url, body, headers, retries, failureCallback } = message
    for (let retried = 0; ; retried++) {
      const response = await post(url, body, headers)
      if (response.ok) return
      if (retried < retries && response.headers.get('Upstash-NonRetryable-Error') !== 'true') continue
      dead.push(message)
      if (!failureCallback) return
      const failure = {
        status: response.status,
        body: base64(new Uint8Array(await response.arrayBuffer())),
        retried,
        maxRetries: retries,
        sourceMessageId: 'msg_1',
        sourceBody: base64(body),
        sourceHeader: Object.fromEntries([...headers].map(([name, value]) => [name, [value]])),
        url,
      }
      await post(failureCallback, Buffer.from(JSON.stringify(failure)), new Headers({ 'Content-Type': 'application/json' }))
      return
    }
  }

  const server = await serve(keep)
  return {
    ...server,
    waiting,
    dead,
    async deliver() {
      for (const message of waiting.splice(0)) await deliverOne(message)
    },
  }
}
