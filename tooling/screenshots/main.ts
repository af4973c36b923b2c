import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'
import { serve } from '@hono/node-server'
import { chromiumMissing, chromiumProgram } from '@waxseal/services'
import { chromium, type Page } from 'playwright-core'
import { createCompany, job, NOW, TOKEN } from './company.ts'
import { createReport } from './report.ts'

// The pictures were taken with Inter and JetBrains Mono (Debian: fonts-inter, fonts-jetbrains-mono); without them they look otherwise.
const images = fileURLToPath(new URL('../../docs/images/', import.meta.url))

async function take(page: Page, url: string, theme: string): Promise<void> {
  const picture = (name: string) => page.screenshot({ path: `${images}inspector-${name}-${theme}.png`, animations: 'disabled' })
  const settled = () => page.waitForTimeout(300)
  await page.clock.setFixedTime(NOW)
  await page.goto(url)
  await page.getByLabel('Token').fill(TOKEN)
  await page.keyboard.press('Enter')
  await page.getByLabel('File').setInputFiles({
    name: 'payment.charge.json',
    mimeType: 'application/json',
    buffer: Buffer.from(JSON.stringify(await job())),
  })
  await page.getByRole('tree').waitFor()
  await page.keyboard.press('a')
  await page.getByText('2 open').waitFor()
  await settled()
  await picture('masked')
  await page.keyboard.press('r')
  await page.getByRole('dialog').waitFor()
  await page.keyboard.type('case 4711')
  await page.keyboard.press('Enter')
  await page.getByRole('treeitem').filter({ hasText: '4111 1111 1111 1111' }).waitFor()
  await settled()
  await picture('revealed')
  for (const [key, name] of [
    ['2', 'keys'],
    ['3', 'audit'],
  ] as const) {
    await page.keyboard.press(key)
    await page.locator('tbody tr').first().waitFor()
    await settled()
    await picture(name)
  }
}

/** The report of a scan, as the command writes it; its date is the one moment of the company. */
async function takeReport(page: Page, url: string, theme: string): Promise<void> {
  await page.goto(url)
  await page.locator('time').evaluate((time) => {
    time.textContent = '2026-06-15 10:30 UTC'
  })
  await page.screenshot({ path: `${images}scan-report-${theme}.png` })
}

const missing = chromiumMissing()
if (missing) throw new Error(missing)
const browser = await chromium.launch({ executablePath: chromiumProgram()!, args: ['--no-sandbox', '--disable-gpu'] })
const report = await createReport()
try {
  for (const colorScheme of ['light', 'dark'] as const) {
    const company = await createCompany()
    const server = serve({ fetch: (request) => company.fetch(request), hostname: '127.0.0.1', port: 0 })
    if (!server.listening) await once(server, 'listening')
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/inspector`
    const page = await browser.newPage({
      colorScheme,
      viewport: { width: 1180, height: 720 },
      deviceScaleFactor: 1.5,
      locale: 'en-GB',
    })
    await take(page, url, colorScheme)
    await page.setViewportSize({ width: 1180, height: 980 })
    await takeReport(page, report.url, colorScheme)
    await page.close()
    server.close()
  }
} finally {
  await browser.close()
  report.remove()
}
