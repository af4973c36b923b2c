import { execFileSync } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chromiumMissing, chromiumProgram } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { Result } from 'axe-core'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'

const here = fileURLToPath(new URL('..', import.meta.url))
const site = join(here, '.out/site')
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const missing = chromiumMissing()

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
}

/** The site, as any host of static files with clean addresses serves it. */
function host(): Server {
  return createServer(({ url = '/' }, response) => {
    const path = decodeURIComponent(url.split('?')[0] ?? '/')
    const file = [join(site, path), join(site, `${path}.html`), join(site, path, 'index.html')].find(
      (name) => extname(name) && existsSync(name),
    )
    response.writeHead(file ? 200 : 404, { 'content-type': TYPES[extname(file ?? '.html')] ?? 'application/octet-stream' })
    response.end(readFileSync(file ?? join(site, '404.html')))
  })
}

const PAGES = [
  '/',
  '/guides/introduction',
  '/guides/concepts',
  '/guides/operating',
  '/guides/migrating/cloak',
  '/spec/envelope',
  '/packages/core',
  '/api/core',
  '/overview',
  '/security',
]

describeIf(!missing, missing ?? '')('the site in Chromium', () => {
  let browser: Browser
  let server: Server
  let url: string
  beforeAll(async () => {
    // The two steps of this package's `check`, whatever is there already: an old site proves nothing.
    // In processes of their own: in this one Vue is the one for tests.
    const env = { ...process.env, NODE_ENV: 'production', VITEST: undefined }
    for (const step of [['generate-api.ts'], ['node_modules/vitepress/bin/vitepress.js', 'build', '.']])
      execFileSync(process.execPath, step, { cwd: here, env, stdio: 'pipe' })
    server = host().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    browser = await chromium.launch({ executablePath: chromiumProgram()!, args: ['--no-sandbox'] })
  })
  afterAll(async () => {
    await browser?.close()
    server?.close()
  })

  async function visit<T>(path: string, look: (page: Page) => Promise<T>, width = 1280, colorScheme: 'light' | 'dark' = 'light') {
    const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme, reducedMotion: 'reduce' })
    const page = await context.newPage()
    const wrong: string[] = []
    page.on('pageerror', (error) => wrong.push(error.message))
    page.on('requestfailed', (request) => wrong.push(request.url()))
    page.on('request', (request) => {
      if (!request.url().startsWith(url) && !request.url().startsWith('data:')) wrong.push(`elsewhere: ${request.url()}`)
    })
    try {
      await page.goto(url + path, { waitUntil: 'networkidle' })
      const seen = await look(page)
      expect(wrong).toEqual([])
      return seen
    } finally {
      await context.close()
    }
  }

  it.each(PAGES)('%s is not wider than a telephone', async (path) => {
    const overflow = () => document.documentElement.scrollWidth - document.documentElement.clientWidth
    expect(await visit(path, (page) => page.evaluate(overflow), 390)).toBeLessThanOrEqual(0)
  })

  it.each(PAGES.flatMap((path) => [[path, 'light'] as const, [path, 'dark'] as const]))(
    '%s has no serious finding of axe-core, %s',
    async (path, colorScheme) => {
      const violations = await visit(
        path,
        async (page): Promise<Result[]> => {
          // Names that the page gives its buttons once its program runs.
          await page.waitForSelector('.VPSwitchAppearance:not([title=""])', { state: 'attached' })
          await page.evaluate(axe)
          const { violations } = await page.evaluate(() =>
            (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, { resultTypes: ['violations'] }),
          )
          return violations
        },
        1280,
        colorScheme,
      )
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      expect(serious.map(({ id, nodes }) => [id, nodes.slice(0, 3).map(({ html }) => html)])).toEqual([])
    },
  )

  it('finds what is searched for', async () => {
    const titles = await visit('/', async (page) => {
      await page.keyboard.press('Control+k')
      await page.getByRole('searchbox').fill('rotation')
      await page.locator('#localsearch-list li').first().waitFor()
      return page.locator('#localsearch-list li').allInnerTexts()
    })
    expect(titles.join(' ')).toContain('Rotation')
  })

  it('shows pictures for light and for dark, by the switch too', async () => {
    const shown = (page: Page) =>
      page
        .locator('.vp-doc img')
        .evaluateAll((images) =>
          images.filter((image) => (image as HTMLElement).offsetParent !== null).map((image) => (image as HTMLImageElement).src),
        )
    const [light, dark] = await visit('/guides/concepts', async (page) => {
      const before = await shown(page)
      await page.getByRole('switch').first().click()
      return [before, await shown(page)] as const
    })
    expect(light.length).toBeGreaterThanOrEqual(4)
    expect(light.every((source) => source.includes('light') || source.startsWith('data:'))).toBe(true)
    expect(dark).toHaveLength(light.length)
    expect(dark).not.toEqual(light)
  })

  it('needs no font and no script from elsewhere', () => {
    const files = globSync('**/*.{html,css}', { cwd: site })
    expect(files.length).toBeGreaterThan(100)
    const elsewhere = /fonts\.g|@import url\(|<script[^>]+src="https?:/
    expect(files.filter((file) => elsewhere.test(readFileSync(join(site, file), 'utf8')))).toEqual([])
  })
})
