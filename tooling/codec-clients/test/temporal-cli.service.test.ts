import { randomUUID } from 'node:crypto'
import { describeHits, scan } from '@waxseal/conformance/leak-probe'
import { SEALED_ENCODING } from '@waxseal/core'
import { temporalMissing } from '@waxseal/services'
import { describeIf } from '@waxseal/test'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { type CodecHost, codecHost, otherSealer, TOKENS } from './codec-host.js'
import { CARD, needles, SECRET } from './needles.js'
import { printed } from './printed.js'
import { storedOf } from './stored.js'
import { sealedTemporal } from './temporal.js'
import { payment } from './workflows.js'

const missing = temporalMissing()

describeIf(!missing, missing ?? '')("Temporal's command line", () => {
  const temporal = sealedTemporal()
  const paid = randomUUID()
  const input = { card: CARD, note: SECRET }
  let codec: CodecHost

  beforeAll(async () => {
    await temporal.client.workflow.execute(payment, { taskQueue: temporal.taskQueue, workflowId: paid, args: [input] })
    codec = await codecHost()
  })
  beforeEach(() => codec.use({}))
  afterAll(() => codec?.close())

  const as = (token: string, endpoint = codec.url) => ['--codec-endpoint', endpoint, '--codec-auth', `Bearer ${token}`]
  const show = (...flags: string[]) => temporal.command('workflow', 'show', '--workflow-id', paid, ...flags)
  const shownJson = (...flags: string[]) => show('--output', 'json', ...flags)
  const paths = () => codec.heard.map(({ method, path, status }) => `${method} ${path} ${status}`)

  function expectNothingSaid({ stdout, stderr }: { stdout: string; stderr: string }): void {
    for (const hidden of [SECRET, CARD, btoa(JSON.stringify(input))]) expect(stdout + stderr).not.toContain(hidden)
  }

  async function expectNothingStored(workflowId: string): Promise<void> {
    const report = await scan(storedOf(temporal.connection, workflowId), needles, { inflate: true })
    expect(describeHits(report.hits)).toBe('')
    expect(report.items).toBeGreaterThan(3)
    const { events } = await temporal.client.workflow.getHandle(workflowId).fetchHistory()
    const payload = events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0]
    expect(new TextDecoder().decode(payload?.metadata?.encoding ?? undefined)).toBe(SEALED_ENCODING)
  }

  it('prints ciphertext without a codec server', async () => {
    const shown = await shownJson()
    expect(shown.code).toBe(0)
    expectNothingSaid(shown)
    expect(shown.stdout).toContain(btoa(SEALED_ENCODING))
    expectNothingSaid(await show())
  })

  it('prints plaintext with it, and every call is recorded', async () => {
    const before = (await codec.records()).length
    const { code, stdout } = await shownJson(...as(TOKENS.ann))
    expect(code).toBe(0)
    const { events } = JSON.parse(stdout)
    const [payload] = events[0].workflowExecutionStartedEventAttributes.input.payloads
    expect(atob(payload.metadata.encoding)).toBe('json/plain')
    expect(JSON.parse(atob(payload.data))).toEqual(input)
    expect((await show(...as(TOKENS.ann))).stdout).toContain(`"receipt":"receipt for ${CARD}"`)
    expect(new Set(paths())).toEqual(new Set(['POST /decode 200']))
    expect(codec.heard[0]!.headers.get('x-namespace')).toBe('default')
    const records = (await codec.records()).slice(before)
    expect(records).toHaveLength(codec.heard.length)
    expect(records[0]).toMatchObject({ actor: 'ann', operation: 'codec.decode', outcome: 'ok' })
  })

  it('prints masks to whom the policy gives no more', async () => {
    const shown = await show(...as(TOKENS.bob))
    expect(shown.code).toBe(0)
    expectNothingSaid(shown)
    expect(shown.stdout).toContain('{"note":"••••••••","receipt":"••••••••"}')
    const started = JSON.parse((await shownJson(...as(TOKENS.bob))).stdout).events[0].workflowExecutionStartedEventAttributes
    const masked = { card: '•••• 1111', note: '••••••••' }
    expect(JSON.parse(Buffer.from(started.input.payloads[0].data, 'base64').toString())).toEqual(masked)
  })

  // It tries again and again, and what it was told is lost: the answers are seen at the server.
  it.each([
    ['nobody knows the token', () => 'guessed', {}, 401],
    ['no rule names the caller', () => TOKENS.eve, {}, 403],
    ['the calls are too many', () => TOKENS.ann, { limits: { burst: 1, callsPerMinute: 1 } }, 429],
    ['the keys are others', () => TOKENS.ann, { sealer: otherSealer }, 400],
  ])('fails, and says nothing, where %s', async (_, token, options, status) => {
    codec.use(options)
    const shown = await show(...as(token()), '--command-timeout', '1s')
    expect(shown.code).toBe(1)
    expect(paths()).toContain(`POST /decode ${status}`)
    expectNothingSaid(shown)
  })

  it('finds the server behind a slash at the end, and under the namespace', async () => {
    expect((await show(...as(TOKENS.ann, `${codec.url}/`))).stdout).toContain(SECRET)
    expect(new Set(paths())).toEqual(new Set(['POST //decode 200']))
    codec.use({ temporal: { app: 'shop', namespaceInPath: true } })
    expect((await show(...as(TOKENS.ann, `${codec.url}/{namespace}`))).stdout).toContain(SECRET)
    expect(new Set(paths())).toEqual(new Set(['POST /default/decode 200']))
  })

  it('names the namespace only where it is told one', async () => {
    const bare = await printed(temporal.server.program, [
      'workflow',
      'show',
      '--workflow-id',
      paid,
      ...temporal.flags,
      ...as(TOKENS.ann),
    ])
    expect(bare.stdout).toContain(SECRET)
    expect(codec.heard[0]!.headers.get('x-namespace')).toBe('')
  })

  it('sends headers of its own: a purpose, and why', async () => {
    codec.use({ reason: 'required' })
    expect((await show(...as(TOKENS.ann), '--command-timeout', '1s')).code).toBe(1)
    expect(paths()).toContain('POST /decode 400')
    expect((await show(...as(TOKENS.ann), '--codec-header', 'X-Waxseal-Reason=case 7')).stdout).toContain(SECRET)
    expect((await codec.records()).at(-1)).toMatchObject({ outcome: 'ok', details: { reason: 'case 7' } })
  })

  it('seals what it starts, signals, queries and updates with, so that the server has ciphertext alone', async () => {
    const workflowId = randomUUID()
    const id = ['--workflow-id', workflowId]
    const flags = as(TOKENS.ann)
    const of = ['--type', 'collects', '--task-queue', temporal.taskQueue]
    const start = await temporal.command('workflow', 'start', ...id, ...of, '--input', JSON.stringify(SECRET), ...flags)
    expect([start.code, start.stderr]).toEqual([0, ''])
    const query = await temporal.command('workflow', 'query', ...id, '--name', 'notes', '--output', 'json', ...flags)
    expect(query.stdout).toContain(SECRET)
    const signal = ['--name', 'note', '--input', JSON.stringify(CARD)]
    expect((await temporal.command('workflow', 'signal', ...id, ...signal, ...flags)).code).toBe(0)
    expect(await temporal.client.workflow.getHandle(workflowId).result()).toEqual([SECRET, CARD])
    const result = await temporal.command('workflow', 'result', ...id, ...flags)
    expect(result.stdout).toContain(JSON.stringify([SECRET, CARD]))
    expect(paths()).toContain('POST /encode 200')
    await expectNothingStored(workflowId)
  })

  it('starts nothing where it may not seal', async () => {
    const workflowId = randomUUID()
    const of = ['--workflow-id', workflowId, '--type', 'collects', '--task-queue', temporal.taskQueue]
    const flags = [...as(TOKENS.bob), '--command-timeout', '1s']
    const start = await temporal.command('workflow', 'start', ...of, '--input', JSON.stringify(SECRET), ...flags)
    expect(start.code).toBe(1)
    expect(paths()).toContain('POST /encode 403')
    expectNothingSaid(start)
    await expect(temporal.client.workflow.getHandle(workflowId).describe()).rejects.toThrow('not found')
  })
})
