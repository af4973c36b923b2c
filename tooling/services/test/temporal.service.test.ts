import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { startTemporal, type TemporalService, temporalMissing } from '../index.ts'
import { run } from '../program.ts'

const missing = temporalMissing()

describeIf(!missing, missing ?? '')('Temporal', () => {
  let temporal: TemporalService
  beforeAll(async () => {
    temporal = await startTemporal()
  })
  afterAll(() => temporal?.stop())

  const ask = ({ program, address, namespace }: TemporalService, ...args: string[]): Promise<string> =>
    run(program, [...args, '--address', address, '--namespace', namespace, '--disable-config-file'])

  it('serves', async () => {
    expect(temporal.address).toMatch(/^127\.0\.0\.1:\d+$/)
    expect((await ask(temporal, 'operator', 'cluster', 'health')).trim()).toBe('SERVING')
  })

  it('keeps what a workflow was started with', async () => {
    const id = ['--workflow-id', 'w']
    await ask(temporal, 'workflow', 'start', ...id, '--type', 'Pay', '--task-queue', 'q', '--input', '{"card":"4242"}')
    const { events } = JSON.parse(await ask(temporal, 'workflow', 'show', ...id, '--output', 'json'))
    const { input } = events[0].workflowExecutionStartedEventAttributes
    expect(atob(input.payloads[0].data)).toBe('{"card":"4242"}')
  })

  it('is one of its own each time, and gone after stop', async () => {
    const other = await startTemporal()
    expect(await ask(other, 'workflow', 'count')).toContain('Total: 0')
    await other.stop()
    await expect(ask(other, 'operator', 'cluster', 'health')).rejects.toThrow('connection refused')
    expect((await ask(temporal, 'operator', 'cluster', 'health')).trim()).toBe('SERVING')
  })
  it('serves its web pages where they are wanted', async () => {
    const endpoint = 'http://127.0.0.1:8081'
    const other = await startTemporal({ pages: { codecEndpoint: endpoint } })
    expect(await (await fetch(other.pagesUrl)).text()).toContain('<!doctype html>')
    const settings = await fetch(`${other.pagesUrl}/api/v1/settings`)
    expect(await settings.json()).toMatchObject({ Version: '2.42.1', Codec: { Endpoint: endpoint } })
    await other.stop()
    expect(temporal.pagesUrl).toBe('')
  })
})
