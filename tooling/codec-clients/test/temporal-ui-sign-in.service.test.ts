import { randomUUID } from 'node:crypto'
import { jwtAuthentication, type PolicyRule } from '@waxseal/codec-server'
import { chromiumMissing, startTemporalUi, type TemporalUiService, temporalMissing, temporalUiMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { decodeJwt } from 'jose'
import type { Page } from 'playwright-core'
import { generate } from 'selfsigned'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type CodecHost, codecHost } from './codec-host.js'
import { CARD, SECRET } from './needles.js'
import { realPages, textOf } from './pages.js'
import { type SignIn, signIn, signInAs } from './sign-in.js'
import { sealedTemporal } from './temporal.js'
import { payment } from './workflows.js'

const missing = temporalMissing() ?? temporalUiMissing() ?? chromiumMissing()

describeIf(!missing, missing ?? '')("Temporal's web pages, where people sign in", () => {
  const temporal = sealedTemporal()
  const newPage = realPages()
  const workflowId = randomUUID()
  const stops: (() => Promise<void>)[] = []
  let provider: SignIn
  let codec: CodecHost
  let ui: TemporalUiService

  beforeAll(async () => {
    const args = [{ card: CARD, note: SECRET }] as [{ card: string; note: string }]
    await temporal.client.workflow.execute(payment, { taskQueue: temporal.taskQueue, workflowId, args })
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    provider = await signIn()
    codec = await codecHost({}, { key, cert })
    ui = await startTemporalUi({
      temporal: temporal.server.address,
      codec: { endpoint: codec.url, passAccessToken: true },
      signIn: { issuer: provider.issuer, ...provider.client },
    })
    provider.allow(ui.url)
    const policy: PolicyRule[] = [
      { who: ['ann'], give: 'clear', where: { namespace: 'default' } },
      { who: ['bob'], give: 'masked', where: { namespace: 'default' } },
    ]
    codec.use({ auth: authentication(), policy, cors: { origins: [ui.url] } })
    stops.push(codec.close, ui.stop, provider.close)
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  const authentication = () =>
    jwtAuthentication({
      keys: new URL(`${provider.issuer}/jwks`),
      issuer: provider.issuer,
      audience: provider.audience,
      algorithms: ['RS256'],
    })

  async function shownTo(name: string): Promise<Page> {
    const page = await newPage()
    const path = `/namespaces/default/workflows/${workflowId}`
    await page.goto(`${ui.url}/auth/sso?returnUrl=${encodeURIComponent(path)}`)
    await signInAs(page, name)
    return page
  }

  it('pass the access token and the ID token to a codec server behind TLS, which tells by them who asks', async () => {
    const page = await shownTo('ann')
    await page.getByText(`"receipt for ${CARD}"`).waitFor()
    const { headers } = codec.heard.find(({ method }) => method === 'POST')!
    const [, access] = /^Bearer (.+)$/.exec(headers.get('authorization') ?? '') ?? []
    expect(decodeJwt(access!)).toMatchObject({ sub: 'ann', aud: provider.audience[1], iss: provider.issuer })
    expect(decodeJwt(headers.get('authorization-extras')!)).toMatchObject({ sub: 'ann', aud: provider.audience[0] })
    expect((await codec.records()).at(-1)).toMatchObject({ actor: 'ann', operation: 'codec.decode', outcome: 'ok' })
  })

  it.each([
    ['bob', '"•••• 1111"', 'ok'],
    ['eve', 'Codec Server could not connect', 'access_denied'],
  ])('show %s as much as the policy gives', async (name, seen, outcome) => {
    const page = await shownTo(name)
    await page.locator('#content').getByText(seen).first().waitFor()
    const text = await textOf(page)
    for (const hidden of [SECRET, CARD]) expect(text).not.toContain(hidden)
    expect((await codec.records()).at(-1)).toMatchObject({ actor: name, operation: 'codec.decode', outcome })
  })
})
