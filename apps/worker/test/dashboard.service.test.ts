import { chromiumMissing, chromiumProgram } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { chromium } from 'playwright-core'
import { expect, it } from 'vitest'
import { withDashboard } from './demo-process.ts'

describeIf(chromiumMissing() === undefined, chromiumMissing() ?? '')('the dashboard in Chromium', () => {
  it('shows a job of the queue by one click, masked by one key, in clear by another', async () => {
    const browser = await chromium.launch({ executablePath: chromiumProgram()!, args: ['--no-sandbox', '--disable-gpu'] })
    try {
      const { code } = await withDashboard(['--jobs', '40'], async ({ url, fraud }) => {
        const page = await browser.newPage()
        await page.goto(url)
        await page.getByLabel('Token').fill(fraud)
        await page.keyboard.press('Enter')
        await page.getByRole('button', { name: 'payment.charge' }).click()
        await page.getByRole('tree').waitFor()
        await page.keyboard.press('a')
        await expect.poll(() => page.getByRole('tree').textContent(), { timeout: 10_000 }).toContain('masked')
        const number = page
          .getByRole('treeitem')
          .filter({ hasText: /^number/ })
          .first()
        expect(await number.textContent()).toContain('••••')
        await page.keyboard.press('r')
        await page.keyboard.type('to see it')
        await page.keyboard.press('Enter')
        await expect.poll(() => number.textContent(), { timeout: 10_000 }).toMatch(/^number[0-9 ]{13,}$/)
      })
      expect(code).toBe(0)
    } finally {
      await browser.close()
    }
  }, 120_000)
})
