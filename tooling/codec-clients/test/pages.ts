import { join } from 'node:path'
import { chromiumProgram } from '@waxseal/services'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, vi } from 'vitest'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking']

/** Pages take seconds on a busy machine. The test's own limit is longer, so that its error says what was waited for. */
const WAIT_MS = 45_000
const TEST_MS = 120_000

/** Pages of a real Chromium, each with cookies and storage of its own, closed after each test. */
export function realPages() {
  const contexts: BrowserContext[] = []
  let browser: Browser
  vi.setConfig({ testTimeout: TEST_MS })
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath: chromiumProgram()!, args: FLAGS })
  })
  afterEach(async () => {
    for (const context of contexts.splice(0)) await context.close()
  })
  afterAll(() => browser?.close())

  return async (): Promise<Page> => {
    const context = await browser.newContext({
      viewport: { width: 1280, height: 760 },
      ignoreHTTPSErrors: true,
      locale: 'en-US',
      timezoneId: 'UTC',
    })
    context.setDefaultTimeout(WAIT_MS)
    contexts.push(context)
    return context.newPage()
  }
}

/** All that a page says to its reader. */
export const textOf = (page: Page): Promise<string> => page.evaluate('document.body.innerText')

/** What a page looks like, kept for the guide where `WAXSEAL_PICTURES` names a folder. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.WAXSEAL_PICTURES
  if (folder) await page.screenshot({ path: join(folder, `${name}.png`), clip: { x: 0, y: 0, width: 1280, height: 560 } })
}
