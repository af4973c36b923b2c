import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { serve } from '@hono/node-server'
import { type CodecServerOptions, createCodecServer } from '@waxseal/codec-server'
import { type InspectorOptions, inspector, type KeyListing } from '@waxseal/codec-server/inspector'
import { createDetector } from '@waxseal/pii'
import { Hono } from 'hono'
import { type Browser, chromium, type Page } from 'playwright-core'
import { auth, KID, newTrail, policy, sealer } from './bench.js'

const DAY = 86_400_000
/** The clock of pages in tests. */
export const PAGE_NOW = Date.UTC(2026, 5, 15, 10, 30)

export const listing: readonly KeyListing[] = [
  {
    kid: KID,
    name: 'orders',
    purpose: 'seal',
    createdAt: new Date(PAGE_NOW - 200 * DAY),
    nextRotationAt: new Date(PAGE_NOW + 18 * DAY),
    versions: [
      {
        version: 2,
        state: 'active',
        activatedAt: new Date(PAGE_NOW - 12 * DAY),
        uses: 18_204,
        lastUsedAt: new Date(PAGE_NOW - 9000),
      },
      {
        version: 1,
        state: 'decrypt_only',
        activatedAt: new Date(PAGE_NOW - 200 * DAY),
        uses: 1_204_881,
        lastUsedAt: new Date(PAGE_NOW - 3 * DAY),
      },
    ],
  },
]

/** A codec server with an inspector as it is published, on a port of this machine. */
export async function startInspector({
  prefix = '',
  page = {},
  ...options
}: { readonly prefix?: string; readonly page?: InspectorOptions } & Partial<CodecServerOptions> = {}) {
  const trail = newTrail()
  const server = createCodecServer({
    sealer,
    auth,
    policy,
    trail,
    detector: createDetector(),
    inspector: inspector({
      keys: { who: ['group:fraud'], list: async ({ after }) => listing.filter(({ kid }) => kid > after) },
      audit: { who: ['group:fraud'], trail },
      ...page,
    }),
    ...options,
  })
  const app = new Hono()
  app.all(`${prefix}/*`, ({ req, env }) =>
    server.fetch(req.raw, {
      remoteAddress: (env as { incoming: { socket: { remoteAddress?: string } } }).incoming.socket.remoteAddress,
    }),
  )
  const listening = serve({ fetch: app.fetch, hostname: '127.0.0.1', port: 0 })
  if (!listening.listening) await once(listening, 'listening')
  const origin = `http://127.0.0.1:${(listening.address() as AddressInfo).port}`
  return {
    trail,
    origin,
    url: `${origin}${prefix}/inspector`,
    async close() {
      const closed = once(listening, 'close')
      listening.close()
      if ('closeAllConnections' in listening) listening.closeAllConnections()
      await closed
    },
  }
}

export const startBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'] })

export async function signIn(page: Page, url: string, token: string): Promise<void> {
  await page.goto(url)
  await page.getByLabel('Token').fill(token)
  await page.keyboard.press('Enter')
  await page.getByRole('heading', { name: 'What does it hold?' }).waitFor()
}

/** Pastes a text where the focus is, as a person would. */
export const paste = (page: Page, text: string): Promise<void> =>
  page.evaluate((given) => {
    const data = new DataTransfer()
    data.setData('text/plain', given)
    const event = new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true })
    ;(document.activeElement ?? document.body).dispatchEvent(event)
  }, text)
