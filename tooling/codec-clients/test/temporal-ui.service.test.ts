import { randomUUID } from 'node:crypto'
import { describeHits, scan } from '@waxseal/conformance/leak-probe'
import { SEALED_ENCODING } from '@waxseal/core'
import { chromiumMissing, startTemporalUi, type TemporalUiService, temporalMissing, temporalUiMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type CodecHost, codecHost, otherSealer } from './codec-host.js'
import { CARD, needles, SECRET } from './needles.js'
import { picture, realPages, textOf } from './pages.js'
import { storedOf } from './stored.js'
import { sealedTemporal } from './temporal.js'
import { collects, fails, payment } from './workflows.js'

const missing = temporalMissing() ?? temporalUiMissing() ?? chromiumMissing()
const NOTE = 'ring twice at the side door'
const BANNER = 'Codec Server could not connect'
/** An envelope in binary form, in base64. */
const CIPHERTEXT = /wQEBAgJrMQ/

describeIf(!missing, missing ?? '')("Temporal's web pages", () => {
  const temporal = sealedTemporal()
  const newPage = realPages()
  const paid = 'invoice-17'
  const failed = randomUUID()
  const args = [{ card: CARD, note: SECRET }] as [{ card: string; note: string }]
  let codec: CodecHost
  let ui: TemporalUiService

  beforeAll(async () => {
    const { client, taskQueue } = temporal
    await client.workflow.execute(payment, { taskQueue, workflowId: paid, args: [{ card: CARD, note: NOTE }] })
    await expect(client.workflow.execute(fails, { taskQueue, workflowId: failed, args })).rejects.toThrow()
    codec = await codecHost()
    ui = await startTemporalUi({ temporal: temporal.server.address, codec: { endpoint: codec.url } })
  })
  afterAll(async () => {
    await ui?.stop()
    await codec?.close()
  })

  const onLoopback = (give: 'clear' | 'masked' | 'nothing') =>
    ({ auth: 'none-on-loopback', policy: [{ who: ['*'], give, seal: true }], cors: { origins: [ui.url] } }) as const

  async function shown(workflowId: string, tab = 'timeline', pages = ui.url): Promise<Page> {
    const { raw } = await temporal.client.workflow.getHandle(workflowId).describe()
    const page = await newPage()
    await page.goto(`${pages}/namespaces/default/workflows/${workflowId}/${raw.workflowExecutionInfo?.execution?.runId}/${tab}`)
    return page
  }

  async function expectCiphertext(page: Page): Promise<void> {
    await page.getByText(CIPHERTEXT).first().waitFor()
    const text = await textOf(page)
    for (const hidden of [NOTE, CARD]) expect(text).not.toContain(hidden)
  }

  it('show ciphertext without a codec server', async () => {
    const without = await startTemporalUi({ temporal: temporal.server.address })
    const page = await shown(paid, 'timeline', without.url)
    await expectCiphertext(page)
    expect(await textOf(page)).not.toContain(BANNER)
    await picture(page, 'temporal-ui-sealed')
    await page.goto(page.url().replace('timeline', 'history'))
    await page.getByText('Workflow Execution Started').waitFor()
    expect(await textOf(page)).not.toContain(NOTE)
    await without.stop()
  })

  describe('with a codec server', () => {
    beforeEach(() => codec.use(onLoopback('clear')))

    it('show what was sealed', async () => {
      const page = await shown(paid)
      await page.getByText(`"receipt for ${CARD}"`).waitFor()
      const text = await textOf(page)
      expect(text).toContain(NOTE)
      expect(text).not.toMatch(CIPHERTEXT)
      expect(text).not.toContain(BANNER)
      await picture(page, 'temporal-ui-opened')
    })

    it('ask as the protocol has it, and every call is recorded', async () => {
      const before = (await codec.records()).length
      const page = await shown(paid)
      await page.getByText(`"receipt for ${CARD}"`).waitFor()
      expect(codec.heard.map(({ method, path, status }) => `${method} ${path} ${status}`)).toEqual(
        expect.arrayContaining(['OPTIONS /decode?preserveStorageRefs=true 204', 'POST /decode?preserveStorageRefs=true 200']),
      )
      const calls = codec.heard.filter(({ method }) => method === 'POST')
      for (const { headers } of calls) {
        expect(headers.get('origin')).toBe(ui.url)
        expect(headers.get('x-namespace')).toBe('default')
        expect(headers.has('authorization')).toBe(false)
      }
      const records = (await codec.records()).slice(before)
      expect(records).toHaveLength(calls.length)
      const details = { namespace: 'default', contexts: JSON.stringify({ app: 'shop', namespace: 'default' }) }
      expect(records[0]).toMatchObject({ actor: 'loopback', operation: 'codec.decode', outcome: 'ok', details })
    })

    it('show why a workflow failed', async () => {
      const page = await shown(failed)
      await page.getByText(`"message": "${SECRET}"`).waitFor()
      expect(await textOf(page)).toContain(`ApplicationFailure: ${SECRET}`)
    })

    it('show masks to whom the policy gives no more', async () => {
      codec.use(onLoopback('masked'))
      const page = await shown(paid)
      await page.getByText('"•••• 1111"').waitFor()
      const text = await textOf(page)
      for (const hidden of [NOTE, CARD]) expect(text).not.toContain(hidden)
      expect(text).not.toMatch(CIPHERTEXT)
    })

    it('start workflows whose input is sealed before the server has it', async () => {
      const workflowId = randomUUID()
      const page = await newPage()
      await page.goto(`${ui.url}/namespaces/default/workflows/start-workflow`)
      await page.getByTestId('workflowId').fill(workflowId)
      await page.getByTestId('taskQueue').fill(temporal.taskQueue)
      await page.getByTestId('workflowType').fill('payment')
      await page.getByText('Task Queue is Active').waitFor()
      await typeJson(page, args[0])
      await page.getByTestId('start-workflow-button').click()
      await page.getByText('Workflow started successfully').first().waitFor()
      expect(codec.heard.map(({ path, status }) => `${path} ${status}`)).toContain('/encode?preserveStorageRefs=true 200')
      const handle = temporal.client.workflow.getHandle(workflowId)
      expect(await handle.result()).toEqual({ receipt: `receipt for ${CARD}`, note: SECRET })
      await expectNothingStored(workflowId)
    })

    it('signal and query through it', async () => {
      const workflowId = randomUUID()
      const { client, taskQueue } = temporal
      const handle = await client.workflow.start(collects, { taskQueue, workflowId, args: ['first'] })
      const page = await shown(workflowId, 'query')
      await page.getByTestId('query-select-button').click()
      await page.getByRole('option', { name: 'notes' }).click()
      await page.getByRole('button', { name: 'Run Query' }).click()
      await page.getByTestId('query-result').getByText('"first"').waitFor()
      await page.getByRole('button', { name: 'More Actions' }).click()
      await page.getByTestId('signal-button').filter({ visible: true }).click()
      const dialog = page.getByTestId('signal-confirmation-modal').filter({ visible: true })
      await dialog.getByTestId('signal-select-button').click()
      await dialog.getByRole('option', { name: 'note', exact: true }).click()
      await typeJson(page, SECRET)
      await dialog.getByTestId('confirm-modal-button').click()
      expect(await handle.result()).toEqual(['first', SECRET])
      await expectNothingStored(workflowId)
    })
  })

  /** Into the one editor; it lays out what it holds when it is left. */
  async function typeJson(page: Page, value: unknown): Promise<void> {
    const editor = page.getByRole('textbox', { name: 'Data' }).filter({ visible: true })
    await editor.click()
    await page.keyboard.insertText(JSON.stringify(value))
    await editor.blur()
  }

  async function expectNothingStored(workflowId: string): Promise<void> {
    const report = await scan(storedOf(temporal.connection, workflowId), needles, { inflate: true })
    expect(describeHits(report.hits)).toBe('')
    expect(report.items).toBeGreaterThan(3)
    const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory()
    const input = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
    expect(new TextDecoder().decode(input?.metadata?.encoding ?? undefined)).toBe(SEALED_ENCODING)
  }

  it.each([
    ['knows nobody', () => ({ cors: { origins: [ui.url] } }), 401],
    ['lets nobody open', () => onLoopback('nothing'), 403],
    ['has other keys', () => ({ ...onLoopback('clear'), sealer: otherSealer }), 400],
  ] as const)('show an error and ciphertext where the codec server %s', async (_, options, status) => {
    codec.use(options())
    const page = await shown(paid)
    await page.locator('#content').getByText(BANNER).waitFor()
    await expectCiphertext(page)
    const statuses = codec.heard.filter(({ method }) => method === 'POST').map((each) => each.status)
    expect(new Set(statuses)).toEqual(new Set([status]))
  })

  it('show an error and ciphertext where the codec server does not list their origin: no call gets further than its preflight', async () => {
    codec.use({ ...onLoopback('clear'), cors: { origins: ['http://localhost:8233'] } })
    const page = await shown(paid)
    await page.locator('#content').getByText(BANNER).waitFor()
    await expectCiphertext(page)
    expect(new Set(codec.heard.map(({ method }) => method))).toEqual(new Set(['OPTIONS']))
  })
})
