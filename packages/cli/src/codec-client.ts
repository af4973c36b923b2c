import { readSecret } from '@waxseal/config'
import { WaxsealError } from '@waxseal/core'
import { isLoopback } from '@waxseal/core/keys'
import { contextOf } from './call.js'
import type { OpenOptions } from './commands/open.js'
import { Failure, usage } from './failure.js'
import { readWhole, textOf } from './io/read.js'
import { parseDocument } from './json-document.js'

const DEADLINE_MS = 60_000

const HINTS: Readonly<Record<number, string>> = {
  401: 'Give a token with --codec-auth env:NAME or file:/path.',
  403: 'The rules of that server do not let you.',
  413: 'It takes no documents of this size.',
  429: 'It asks to slow down. Try again later.',
  503: 'Its key service does not answer. Try again later.',
}

/** Refusals of one document; any other answer is to the caller, or no answer at all. */
const ABOUT_ONE = [400, 403, 413, 422]

interface Answer {
  readonly document: unknown
  readonly report: readonly { readonly pointer: string; readonly outcome: string }[]
}

const isAnswer = (value: unknown): value is Answer =>
  typeof value === 'object' && value !== null && 'document' in value && 'report' in value && Array.isArray(value.report)

/** A secret by reference. The secret itself is refused, and not repeated. */
function tokenOf(reference: string): string {
  if (!/^(env|file):./.test(reference)) throw usage('--codec-auth takes env:NAME or file:/path, not the secret itself')
  return readSecret(reference, process.env).trim()
}

async function textOfBody({ body }: Response): Promise<string> {
  const name = 'the answer of the codec server'
  return body ? textOf(await readWhole({ name, size: undefined, stream: body }), name) : ''
}

/** The code of an error, where the answer is one of a codec server. */
function codeOf(text: string): string {
  try {
    const { code } = JSON.parse(text).error
    return typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : ''
  } catch {
    return ''
  }
}

/** Opens documents at a codec server, by its native dialect. What it refuses stays sealed, and is told. */
export function createCodecClient(endpoint: string, options: OpenOptions, warn: (message: string) => void) {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined
  if (url?.protocol !== 'https:' && url?.protocol !== 'http:')
    throw usage('--codec-endpoint is an address as https://codec.example.com')
  if (url.protocol === 'http:' && !isLoopback(url.hostname))
    throw usage(
      '--codec-endpoint is https:// unless it is on this machine',
      'Plaintext and token would cross the network in clear.',
    )
  if (url.username || url.password)
    throw usage('--codec-endpoint holds a name or a password', 'Give a token by reference: --codec-auth env:NAME or file:/path.')
  const target = new URL(`${url.pathname.replace(/\/+$/, '')}/open`, url)
  const context = contextOf(options)
  if (context === 'none')
    throw usage(
      '--context none says nothing to a codec server',
      'It opens under the context that an envelope stores, or under the pairs of --context.',
    )
  const { scope, codecAuth, reason, field } = options
  if (field) throw usage('--field goes with keys that are here: a codec server opens by its own rules')

  const token = codecAuth === undefined ? undefined : tokenOf(codecAuth)
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    ...(token !== undefined && { authorization: /^bearer /i.test(token) ? token : `Bearer ${token}` }),
    ...(reason !== undefined && { 'x-waxseal-reason': reason }),
  }

  async function ask(body: string): Promise<Answer> {
    let response: Response
    let text: string
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS)
      response = await fetch(target, { method: 'POST', headers, body, redirect: 'error', signal })
      text = await textOfBody(response)
    } catch (error) {
      if (error instanceof Failure || WaxsealError.is(error)) throw error
      throw new Failure(`the codec server at ${url!.host} does not answer`, { isAboutAll: true })
    }
    const { ok, status } = response
    if (!ok)
      throw new Failure(`the codec server answered ${status}${codeOf(text)}`, {
        hint: HINTS[status],
        isAboutAll: !ABOUT_ONE.includes(status),
      })
    const answer = parseDocument(text)
    if (!isAnswer(answer))
      throw new Failure('the codec server answered something else than a document and a report', { isAboutAll: true })
    return answer
  }

  return {
    async open(text: string): Promise<unknown> {
      const document = /^wax[1-9]/.test(text) ? JSON.stringify(text) : text
      // What goes into the request as it is must be one value: else it could name a context or a scope of its own.
      parseDocument(document)
      const rest = JSON.stringify({
        ...(context !== undefined && { context }),
        ...(scope !== undefined && { scope }),
      })
      const { document: opened, report } = await ask(`{"document":${document}${rest === '{}' ? '' : `,${rest.slice(1, -1)}`}}`)
      for (const { pointer, outcome } of report)
        if (outcome !== 'clear' && outcome !== 'masked') {
          warn(`${pointer || 'the value'}: ${outcome}`)
          process.exitCode = 1
        }
      return opened
    },
    close: async () => undefined,
  }
}
