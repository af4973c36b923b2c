import { describe, expect, it } from 'vitest'
import { withDashboard } from './demo-process.ts'

describe('the dashboard of the demo', () => {
  it('opens the jobs of the queue for who may see them, and ends with 0 on Ctrl-C', async () => {
    const { code, stderr, stdout } = await withDashboard(['--jobs', '40'], async ({ url, support, fraud }) => {
      const ask = async (token: string, path: string, body?: object) => {
        const response = await fetch(`${url}/${path}`, {
          ...(body && { method: 'POST', body: JSON.stringify(body) }),
          headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
        })
        // biome-ignore lint/suspicious/noExplicitAny: answers are looked into member by member.
        return { status: response.status, answer: (await response.json()) as any }
      }
      expect(new URL(url).hostname).toBe('127.0.0.1')
      expect(await (await fetch(url)).text()).toContain('inspector/inspector-')
      expect((await ask('guessed', 'samples')).status).toBe(401)

      const { samples } = (await ask(support, 'samples')).answer
      const job = samples.find(({ name }: { name: string }) => name === 'payment.charge').document
      expect(JSON.stringify(job)).toContain('wax1.')
      const open = async (token: string) => (await ask(token, 'open', { document: job })).answer
      const masked = await open(support)
      const clear = await open(fraud)
      expect(masked.document.data.card.number).toMatch(/^•/)
      expect(clear.document.data.card.number).toMatch(/^[0-9 ]{13,}$/)
      expect(new Set(clear.report.map(({ outcome }: { outcome: string }) => outcome))).toEqual(new Set(['clear']))

      expect((await ask(support, 'keys', {})).status).toBe(403)
      expect((await ask(fraud, 'keys', {})).answer.keys[0].versions[0].uses).toBeGreaterThan(80)
      expect((await ask(fraud, 'audit', {})).answer.records.length).toBeGreaterThan(3)
    })
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain('The queue carried every job, and read none.')
  }, 60_000)
})
