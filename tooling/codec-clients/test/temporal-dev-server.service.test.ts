import { randomUUID } from 'node:crypto'
import { chromiumMissing, temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CodecHost, codecHost } from './codec-host.js'
import { CARD, SECRET } from './needles.js'
import { realPages, textOf } from './pages.js'
import { sealedTemporal } from './temporal.js'
import { payment } from './workflows.js'

const missing = temporalMissing() ?? chromiumMissing()

describeIf(!missing, missing ?? '')('temporal server start-dev --ui-codec-endpoint', () => {
  let codec: CodecHost
  beforeAll(async () => {
    codec = await codecHost()
  })
  const temporal = sealedTemporal(() => codec.url)
  const newPage = realPages()
  afterAll(() => codec?.close())

  it('has pages that show what was sealed', async () => {
    const workflowId = randomUUID()
    const { client, taskQueue } = temporal
    await client.workflow.execute(payment, { taskQueue, workflowId, args: [{ card: CARD, note: SECRET }] })
    const { pagesUrl } = temporal.server
    const page = await newPage()
    await page.goto(`${pagesUrl}/namespaces/default/workflows/${workflowId}`)
    await page
      .getByText(/wQEBAgJrMQ/)
      .first()
      .waitFor()
    expect(await textOf(page)).not.toContain(SECRET)
    codec.use({ auth: 'none-on-loopback', policy: [{ who: ['*'], give: 'clear' }], cors: { origins: [pagesUrl] } })
    await page.reload()
    await page.getByText(`"receipt for ${CARD}"`).first().waitFor()
    expect(await textOf(page)).toContain(SECRET)
    // These are older than preserveStorageRefs.
    expect(new Set(codec.heard.map(({ path }) => path))).toEqual(new Set(['/decode']))
  })
})
