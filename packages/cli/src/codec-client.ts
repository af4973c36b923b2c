import { isLoopback } from '@waxseal/core/keys'
import { contextOf } from './call.js'
import type { OpenOptions } from './commands/open.js'
import { Failure, usage } from './failure.js'
import { secretOf } from './reference.js'

const DEADLINE_MS = 60_000

const HINTS: Readonly<Record<number, string>> = {
  401: 'Give a token with --codec-auth env:NAME or file:/path.',
  403: 'The rules of that server do not let you.',
  413: 'It takes no documents of this size.',
  429: 'It asks to slow down. Try again later.',
  503: 'Its key service does not answer. Try again later.',
}

interface ReportEntry {
  readonly pointer: string
  readonly outcome: string
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
  const target = new URL(`${url.pathname.replace(/\/+$/, '')}/open`, url)
  const context = contextOf(options)
  const { scope, codecAuth, reason } = options

  async function headersOf(): Promise<Record<string, string>> {
    const token = codecAuth === undefined ? undefined : await secretOf(codecAuth, '--codec-auth')
    return {
      'content-type': 'application/json',
      ...(token !== undefined && { authorization: /^bearer /i.test(token) ? token : `Bearer ${token}` }),
      ...(reason !== undefined && { 'x-waxseal-reason': reason }),
    }
  }

  async function ask(body: string): Promise<{ readonly document: unknown; readonly report: readonly ReportEntry[] }> {
    let response: Response
    try {
      const signal = AbortSignal.timeout(DEADLINE_MS)
      response = await fetch(target, { method: 'POST', headers: await headersOf(), body, redirect: 'error', signal })
    } catch (error) {
      if (error instanceof Failure) throw error
      throw new Failure(`the codec server at ${url!.host} does not answer`)
    }
    const answer = (await response.json().catch(() => undefined)) as { error?: { code?: unknown } } | undefined
    if (response.ok && answer) return answer as never
    const { code } = answer?.error ?? {}
    const named = typeof code === 'string' && /^[a-z_]{1,40}$/.test(code) ? ` (${code})` : ''
    throw new Failure(`the codec server answered ${response.status}${named}`, { hint: HINTS[response.status] })
  }

  return {
    async open(text: string): Promise<unknown> {
      const document = /^wax[1-9]/.test(text) ? JSON.stringify(text) : text
      const rest = JSON.stringify({
        ...(context !== undefined && context !== 'none' && { context }),
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
