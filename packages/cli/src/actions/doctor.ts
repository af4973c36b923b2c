import { getFips } from 'node:crypto'
import { openResources, type WaxsealConfig } from '@waxseal/config'
import { createSealer, WaxsealError } from '@waxseal/core'
import type { DoctorOptions } from '../commands/doctor.js'
import { explain } from '../explain.js'
import { EXIT } from '../failure.js'
import { printableLines } from '../printable.js'
import { configFor } from '../sealer.js'
import { createTerminal, type Terminal, type TerminalOptions } from '../terminal.js'
import { scanned } from './scan.js'

/** What was looked at, and how it is. */
interface Finding {
  readonly check: string
  readonly state: 'ok' | 'warning' | 'wrong'
  readonly message: string
}

type Report = (check: string, state: Finding['state'], message: string) => void

const OLDEST_CLOCK = Date.UTC(2026, 0, 1)
const CONTEXT = { app: 'waxseal', job: 'doctor' }
/** Beyond it, records of two machines stand in another order than they came. */
const MAX_CLOCK_SKEW_MS = 5000

/** Runs a check; what it throws is what is wrong. */
async function attempt<T>(check: string, report: Report, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work()
  } catch (error) {
    const { message, hint } = explain(error)
    report(check, 'wrong', hint ? `${message}. ${hint}` : message)
    return undefined
  }
}

async function checkKeys(config: WaxsealConfig, report: Report): Promise<void> {
  const resources = openResources(config, { env: process.env, create: false })
  try {
    const { keys, check } = await resources.keys()
    await check()
    const sealer = createSealer({ keys })
    try {
      const sealed = await sealer.seal('doctor', { context: CONTEXT })
      const { kid, keyVersion, suite } = sealer.inspect(sealed)
      if ((await sealer.open(sealed, { context: CONTEXT })) !== 'doctor')
        throw new WaxsealError('open_failed', 'what was sealed came out as something else')
      report('keys', 'ok', `${kid}~${keyVersion} seals and opens, ${suite}`)
    } finally {
      await sealer.close()
    }
  } finally {
    await resources.close()
  }
}

async function checkTrail(config: WaxsealConfig, report: Report): Promise<void> {
  if (!config.audit) return report('audit', 'warning', 'the configuration has no trail')
  if (config.audit.to === 'stdout') return report('audit', 'ok', 'to standard output')
  const resources = openResources(config, { env: process.env, create: false })
  try {
    const trail = await resources.trail()
    const verdict = await trail.verify().finally(() => trail.close())
    if (verdict.ok) report('audit', 'ok', `${verdict.records} records in order`)
    else report('audit', 'wrong', `record ${verdict.flaw.seq} is ${verdict.flaw.reason.replace('_', ' ')}`)
  } finally {
    await resources.close()
  }
}

/** The clock of this machine, beside that of the database where there is one: windows, tokens and caches end by it. */
async function checkClock(config: WaxsealConfig | undefined, report: Report): Promise<void> {
  if (Date.now() < OLDEST_CLOCK) return report('clock', 'wrong', `it says ${new Date().toISOString()}`)
  const reference = config?.audit?.to === 'sql' ? config.audit.database : undefined
  if (reference === undefined || reference.startsWith('sqlite:')) return report('clock', 'ok', new Date().toISOString())
  const { createDatabases } = await import('@waxseal/config')
  const { sql } = await import('kysely')
  const databases = createDatabases(process.env)
  try {
    const { db } = await databases.open(reference)
    const before = Date.now()
    const { rows } = await sql<{ now: Date | string }>`select current_timestamp as now`.execute(db)
    const skew = Math.abs(new Date(rows[0]!.now).getTime() - (before + Date.now()) / 2)
    const state = skew > MAX_CLOCK_SKEW_MS ? 'warning' : 'ok'
    report('clock', state, `${Math.round(skew)} ms from that of the database`)
  } finally {
    await databases.close()
  }
}

function checkRuntime(report: Report): void {
  report('runtime', 'ok', `Node ${process.versions.node}, OpenSSL ${process.versions.openssl}`)
  report('FIPS', 'ok', getFips() === 1 ? 'on' : "off: a sealer with profile 'fips' would refuse to start")
}

async function checkPlaintext(
  path: string | undefined,
  options: DoctorOptions,
  terminal: Terminal,
  report: Report,
): Promise<void> {
  if (path === undefined && options.table === undefined && options.queue === undefined) return
  const { source, records, affected, problems } = await scanned(path, options, terminal)
  const left = `${affected} of ${records} records in ${source} have personal data or secrets in clear: \`waxseal scan\` shows where`
  if (problems.length > 0) report('plaintext', 'warning', problems.join('; '))
  if (records === 0) return report('plaintext', 'warning', `there are no records in ${source}: is that its name?`)
  report('plaintext', affected > 0 ? 'wrong' : 'ok', affected > 0 ? left : `none found in ${records} records of ${source}`)
}

const MARKS = { ok: ['green', 'ok'], warning: ['yellow', '!'], wrong: ['red', 'x'] } as const

export async function doctor(path: string | undefined, options: DoctorOptions & TerminalOptions): Promise<void> {
  const terminal = createTerminal(options)
  const findings: Finding[] = []
  const report: Report = (check, state, message) => void findings.push({ check, state, message })
  checkRuntime(report)
  const config = await attempt('configuration', report, () => configFor(options))
  if (config) {
    report('configuration', 'ok', options.keys === undefined ? 'it fits' : 'keys of the command line')
    await attempt('keys', report, () => checkKeys(config, report))
    await attempt('audit', report, () => checkTrail(config, report))
  }
  await attempt('clock', report, () => checkClock(config, report))
  await attempt('plaintext', report, () => checkPlaintext(path, options, terminal, report))
  const line = ({ check, state, message }: Finding) => {
    const [style, mark] = MARKS[state]
    return `${terminal.paint(style, mark.padEnd(3))}${check.padEnd(15)}${printableLines(message)}`
  }
  terminal.tell(findings, () => findings.map(line).join('\n'))
  if (findings.some(({ state }) => state === 'wrong')) process.exitCode = EXIT.failed
}
