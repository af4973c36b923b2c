import { once } from 'node:events'
import { basename, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WaxsealError } from '@waxseal/core'
import { Command, InvalidArgumentError, Option } from 'commander'
import { type Backend, QUEUES, type QueueName } from './backends/backend.js'
import { type HeldDemo, runDemo } from './demo.js'
import { countOf } from './figures.js'
import { InputError, openInput, readJobs } from './job-file.js'
import { look } from './look.js'
import { paintFor } from './paint.js'
import { createProgress } from './progress.js'
import { isGood, renderReport } from './report.js'

interface Options {
  readonly queue: QueueName
  readonly url?: string
  readonly input?: string
  readonly jobs?: number
  readonly fields?: string[]
  readonly concurrency: number
  readonly keep?: string | true
  readonly look?: string
  readonly dashboard?: true
  readonly port: number
}

const shipped = fileURLToPath(new URL('../data/jobs.jsonl', import.meta.url))
const DEFAULT_QUERY = 'select name, state, data, output from pgboss.job limit 5'
const DEFAULT_COLUMNS = 120
/** Exit code after Ctrl-C. */
const STOPPED = 130

const EXAMPLES = `
Examples:
  pnpm demo
  pnpm demo --input my-jobs.jsonl
  pnpm demo --input my-jobs.jsonl --fields /customer/email "/items/*/note"
  cat my-jobs.jsonl | pnpm demo --input -
  pnpm demo --keep /tmp/kept
  pnpm demo --look /tmp/kept "select data from pgboss.job limit 1"
  pnpm demo --dashboard
  pnpm demo --queue bullmq --url redis://127.0.0.1:6379
  pnpm demo --queue temporal --url 127.0.0.1:7233

Keys: WAXSEAL_KEYS if it is set, else one made for this run.
Exit code: 0 nothing leaked, 1 something did, 2 the input or an option is wrong, 130 Ctrl-C before the end.`

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on is needed.')
  return value
}

const newCommand = () =>
  new Command('pnpm demo')
    .description(
      'Seals the fields of jobs, sends them through a real queue, pg-boss on an embedded PostgreSQL unless told otherwise, handles them, and looks for leaks.',
    )
    .option(
      '-i, --input <file>',
      'jobs as JSON Lines, { "type": "…", "data": { … } }; "-" for standard input; without it the 1,000 shipped ones',
    )
    .option('-n, --jobs <count>', 'stop reading after so many jobs', wholeNumber)
    .option(
      '-f, --fields <pointers...>',
      'seal these fields of every job; without it the shipped policies, and all of a type they do not know',
    )
    .option('-c, --concurrency <workers>', 'workers on each queue', wholeNumber, 1)
    .addOption(new Option('-q, --queue <name>', 'the queue').choices(QUEUES).default('pgboss'))
    .option('--url <address>', 'where Redis or Temporal answers; without it REDIS_URL or TEMPORAL_ADDRESS, else this machine')
    .option('-k, --keep [directory]', 'keep the database, and the key beside it, to look into')
    .option('--look <directory>', 'look into a kept database')
    .option('-d, --dashboard', 'afterwards, a codec server with its inspector on the same keys, until Ctrl-C')
    .option(
      '--port <number>',
      'where the dashboard listens, on this machine alone; without it any port that is free',
      wholeNumber,
      0,
    )
    .argument('[query]', 'SQL for --look', DEFAULT_QUERY)
    .addHelpText('after', EXAMPLES)
    .configureHelp({ helpWidth: 110 })
    .exitOverride()

/** The embedded database can neither be interrupted while it starts nor while it answers. */
const STOP_GRACE_MS = 2000

/** Ends in order on Ctrl-C and the like; soon after, at any rate. */
function abortOnSignals(abort: AbortController, stopped: () => number): void {
  const stop = () => {
    abort.abort()
    setTimeout(() => process.exit(stopped()), STOP_GRACE_MS).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
}

/** What the options ask of a backend that it cannot do. */
function checkOptions({ queue, url, keep, look, fields, dashboard }: Options, backend: Backend): void {
  if (queue !== backend.queue)
    throw new InputError(`${queue} is in a program of its own: start it with pnpm demo --queue ${queue}`)
  if (url !== undefined && backend.queue === 'pgboss')
    throw new InputError('--url is for bullmq and temporal: the PostgreSQL of pgboss is in this process')
  if (!backend.keeps && (keep !== undefined || look !== undefined))
    throw new InputError(`--keep and --look are for pgboss: what ${queue} stores is not the demo's own`)
  if (dashboard && backend.queue !== 'pgboss') throw new InputError('--dashboard is for pgboss, whose jobs it shows')
  if (!backend.sealsFields && fields) throw new InputError(`--fields is not for ${queue}, where whole payloads are sealed`)
}

async function run(backend: Backend, options: Options, query: string): Promise<number> {
  const { stdout } = process
  checkOptions(options, backend)
  if (options.look !== undefined) {
    stdout.write(await look(resolve(options.look), query))
    return 0
  }
  const abort = new AbortController()
  const progress = createProgress(stdout)
  const stopped = () => {
    progress.stop()
    process.stderr.write('stopped\n')
    return STOPPED
  }
  abortOnSignals(abort, stopped)
  try {
    const { input = shipped } = options
    const jobs = await readJobs(openInput(input, abort.signal), options.jobs)
    progress.finish(`read ${countOf(jobs.length, 'job')} from ${input === '-' ? 'standard input' : basename(input)}`)
    const keep = options.keep === true ? '' : options.keep && resolve(options.keep)
    const { url, fields, concurrency } = options
    const { signal } = abort
    const hold = async (held: HeldDemo) => {
      stdout.write(renderReport(held.report, stdout.columns ?? DEFAULT_COLUMNS, paintFor(stdout)))
      if (options.dashboard) await showDashboard(held, options.port, signal)
    }
    const report = await runDemo({ backend, jobs, url, fields, concurrency, keep, progress, signal, hold, env: process.env })
    return isGood(report) ? 0 : 1
  } catch (error) {
    if (abort.signal.aborted) return stopped()
    progress.stop()
    throw error
  }
}

/** Until Ctrl-C, which is how it ends. */
async function showDashboard(held: HeldDemo, port: number, signal: AbortSignal): Promise<void> {
  // Not loaded where nobody wants it.
  const { startDashboard } = await import('./dashboard.js')
  const { url, tokens, close } = await startDashboard(held, port)
  const paint = paintFor(process.stdout)
  process.stdout.write(`
${paint('bold', 'Dashboard')}
  ${url}
  sign in with one of these tokens, made for this run:
    support  ${tokens.support}  sees masks
    fraud    ${tokens.fraud}  may reveal, sees the keys and the trail
  Ctrl-C ends it.
`)
  if (!signal.aborted) await once(signal, 'abort')
  await close()
}

/** What a person can mend is said in a sentence; anything else is a fault of this program and shows its stack. */
function explain(error: unknown): string {
  const { code, message, path } = error as NodeJS.ErrnoException
  if (error instanceof InputError || WaxsealError.is(error)) return message
  if (path !== undefined) return `${path}: ${code}`
  return (error as Error).stack ?? String(error)
}

/** The demo as a program on one backend: reads the command line, and sets the exit code. */
export async function runProgram(backend: Backend): Promise<void> {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    // Whoever reads, such as head, has had enough.
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  try {
    const program = newCommand().parse()
    process.exitCode = await run(backend, program.opts<Options>(), program.processedArgs[0] as string)
  } catch (error) {
    const { exitCode } = error as { exitCode?: number }
    // commander has said what it had to say.
    if (exitCode === undefined) process.stderr.write(`${explain(error)}\n`)
    process.exitCode = exitCode === 0 ? 0 : 2
  }
}
