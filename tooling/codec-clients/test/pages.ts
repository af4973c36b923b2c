import { chromiumProgram } from '@waxseal/services'
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll } from 'vitest'

const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--disable-background-networking']

/** Pages of a real Chromium, each with cookies and storage of its own, closed after each test. */
export function realPages() {
  const contexts: BrowserContext[] = []
  let browser: Browser
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
    // Before the test's own limit, so that its error says what was waited for.
    context.setDefaultTimeout(15_000)
    contexts.push(context)
    return context.newPage()
  }
}

/** All that a page says to its reader. */
export const textOf = (page: Page): Promise<string> => page.evaluate('document.body.innerText')
