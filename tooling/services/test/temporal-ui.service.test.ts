import { describeIf } from '@waxseal/test'
import { expect, it } from 'vitest'
import { startTemporal, startTemporalUi, temporalMissing, temporalUiMissing } from '../index.ts'

const missing = temporalMissing() ?? temporalUiMissing()

describeIf(!missing, missing ?? '')("Temporal's web pages", () => {
  it('show what a server has, with the codec server that they are told', async () => {
    const temporal = await startTemporal()
    const codec = { endpoint: 'https://127.0.0.1:8081', passAccessToken: true }
    const ui = await startTemporalUi({ temporal: temporal.address, codec })
    const settings = await (await fetch(`${ui.url}/api/v1/settings`)).json()
    expect(settings).toMatchObject({ Version: '2.55.0', Codec: { Endpoint: codec.endpoint, PassAccessToken: true } })
    const { namespaces } = await (await fetch(`${ui.url}/api/v1/namespaces`)).json()
    expect(namespaces.map((each: { namespaceInfo: { name: string } }) => each.namespaceInfo.name)).toContain('default')
    await ui.stop()
    await expect(fetch(ui.url)).rejects.toThrow()
    await temporal.stop()
  })
})
