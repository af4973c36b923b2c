import { randomUUID } from 'node:crypto'
import { jwtAuthentication, type PolicyRule } from '@waxseal/codec-server'
import { chromiumMissing, startTemporalUi, type TemporalUiService, temporalMissing, temporalUiMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { decodeJwt, generateKeyPair, SignJWT } from 'jose'
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
  /** Without TLS. */
  let plain: CodecHost
  let publicKey: CryptoKey
  let privateKey: CryptoKey
  let ui: TemporalUiService

  beforeAll(async () => {
    const args = [{ card: CARD, note: SECRET }] as [{ card: string; note: string }]
    await temporal.client.workflow.execute(payment, { taskQueue: temporal.taskQueue, workflowId, args })
    const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }])
    provider = await signIn()
    ;({ publicKey, privateKey } = await generateKeyPair('RS256'))
    plain = await codecHost()
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
    const auth = jwtAuthentication({ ...accepted(), keys: new URL(`${provider.issuer}/jwks`) })
    codec.use({ auth, policy, cors: { origins: [ui.url] } })
    stops.push(codec.close, plain.close, ui.stop, provider.close)
  })
  afterAll(async () => {
    for (const stop of stops) await stop()
  })

  const accepted = () => ({ issuer: provider.issuer, audience: provider.audience, algorithms: ['RS256'] as const })

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

  it('send a cookie to a codec server beside them, where it shall tell by that', async () => {
    // Of one site with the pages: a browser takes no port into account.
    const beside = `http://localhost:${plain.port}`
    const pages = await startTemporalUi({
      temporal: temporal.server.address,
      codec: { endpoint: beside, includeCredentials: true },
    })
    const auth = jwtAuthentication({ ...accepted(), keys: publicKey, cookie: 'session' })
    plain.use({ auth, policy: [{ who: ['ann'], give: 'clear' }], cors: { origins: [pages.url], credentials: true } })
    const claims = { sub: 'ann', iss: provider.issuer, aud: provider.audience[1] }
    const session = await new SignJWT(claims).setProtectedHeader({ alg: 'RS256' }).setExpirationTime('10m').sign(privateKey)
    const page = await newPage()
    const path = `${pages.url}/namespaces/default/workflows/${workflowId}`
    await page.goto(path)
    await page.locator('#content').getByText('Codec Server could not connect').waitFor()
    await page.context().addCookies([{ name: 'session', value: session, url: beside, httpOnly: true, sameSite: 'Strict' }])
    await page.goto(path)
    await page.getByText(`"receipt for ${CARD}"`).waitFor()
    expect((await plain.records()).at(-1)).toMatchObject({ actor: 'ann', operation: 'codec.decode', outcome: 'ok' })
    await pages.stop()
  })
})
