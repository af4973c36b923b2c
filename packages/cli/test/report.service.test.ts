import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { chromiumMissing, chromiumProgram } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { type Browser, type BrowserContextOptions, chromium } from 'playwright-core'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { folder, waxseal } from './waxseal.js'

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const missing = chromiumMissing()

describeIf(!missing, missing ?? '')('the HTML report in Chromium', () => {
  const home = folder()
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: chromiumProgram()!,
      args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'],
    })
    const jobs = [
      { card: '4111 1111 1111 1111', '<img src=//evil.example/x onerror=document.title=1>': 'ada@example.com' },
      {
        '"><script>document.title=1</script>': 'b@example.com',
        '</style><link rel=stylesheet href=//evil.example>': 'c@example.com',
      },
    ]
    writeFileSync(home.at('jobs.jsonl'), jobs.map((job) => `${JSON.stringify(job)}\n`).join(''))
    await waxseal(['scan', 'jobs.jsonl', '--html', 'report.html'], { cwd: home.path })
  })
  afterAll(async () => {
    await browser?.close()
    home.remove()
  })

  /** The report as a browser opens it from a disk, and what it asks for and complains of. */
  async function opened(options: BrowserContextOptions = {}) {
    const context = await browser.newContext({ viewport: { width: 1180, height: 800 }, ...options })
    const page = await context.newPage()
    const seen = { urls: [] as string[], wrong: [] as string[] }
    page.on('request', (request) => seen.urls.push(request.url()))
    page.on('pageerror', (error) => seen.wrong.push(error.message))
    page.on('console', (message) => seen.wrong.push(message.text()))
    const url = pathToFileURL(home.at('report.html')).href
    await page.goto(url)
    return { page, seen, url, close: () => context.close() }
  }

  it.each(['light', 'dark'] as const)(
    'shows what was found, asks for nothing and is right for everybody, %s',
    async (colorScheme) => {
      const { page, seen, url, close } = await opened({ colorScheme })
      expect(await page.title()).toBe('Personal data in clear: jobs.jsonl')
      await page.getByRole('heading', { name: 'jobs.jsonl 2 records' }).waitFor()
      const row = page.getByRole('row').filter({ hasText: '/card' })
      expect(await row.locator('td').allTextContents()).toEqual(['/card', 'CREDIT_CARD', '', '1', '•••• 1111', 'value'])
      const bar = await row.locator('.bar').boundingBox()
      const filled = await row.locator('.bar i').boundingBox()
      expect(filled!.width / bar!.width).toBeCloseTo(0.5, 1)
      const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor)
      expect(ground).toBe(colorScheme === 'dark' ? 'rgb(25, 23, 21)' : 'rgb(250, 249, 247)')
      expect(await page.locator('script, img, link').count()).toBe(0)
      await page.evaluate(axe)
      const { violations } = await page.evaluate(() =>
        (window as unknown as { axe: typeof import('axe-core') }).axe.run(document, { resultTypes: ['violations'] }),
      )
      expect(violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`)).toEqual([])
      expect(seen).toEqual({ urls: [url], wrong: [] })
      await close()
    },
  )

  it('fits a narrow screen', async () => {
    const { page, close } = await opened({ viewport: { width: 360, height: 640 } })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360)
    await close()
  })
})
