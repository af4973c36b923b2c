import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { WaxsealError } from '@waxseal/core'
import { Command, InvalidArgumentError } from 'commander'
import { runDemo } from './demo.js'
import { InputError, openInput, readJobs } from './job-file.js'
import { look } from './look.js'
import { createProgress } from './progress.js'
import { isGood, renderReport } from './report.js'

interface Options {
  readonly input: string
  readonly limit?: number
  readonly fields?: string[]
  readonly keep?: string | true
  readonly look?: string
}

const shipped = fileURLToPath(new URL('../data/jobs.jsonl', import.meta.url))
const DEFAULT_QUERY = 'select name, state, data, output from pgboss.job limit 5'

function wholeNumber(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('a whole number from 1 on is needed.')
  return value
}

const program = new Command('demo')
  .description(
    'Seals the fields of jobs, sends them through a real queue on an embedded PostgreSQL, handles them, and looks for leaks.',
  )
  .option('-i, --input <file>', 'jobs as JSON Lines, { "type": "…", "data": { … } }; "-" for standard input', shipped)
  .option('-n, --limit <jobs>', 'stop reading after so many jobs', wholeNumber)
  .option(
    '-f, --fields <pointers...>',
    'seal these fields of every job, e.g. /user/email "/items/*/note"; default: the shipped policies, all of an unknown type',
  )
  .option('-k, --keep [directory]', 'keep the database and its key to look into')
  .option('--look <directory>', 'look into a kept database: give a query as argument')
  .argument('[query]', 'SQL for --look', DEFAULT_QUERY)
  .addHelpText(
    'after',
    '\nExamples:\n  pnpm demo\n  pnpm demo --input my-jobs.jsonl --fields /customer/email\n  cat my-jobs.jsonl | pnpm demo --input -\n  pnpm demo --keep /tmp/kept\n  pnpm demo --look /tmp/kept "select data from pgboss.job limit 1"',
  )

async function main(options: Options, query: string): Promise<number> {
  const { stdout } = process
  if (options.look !== undefined) {
    stdout.write(await look(resolve(options.look), query))
    return 0
  }
  const abort = new AbortController()
  const stop = () => abort.abort()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop)
  const progress = createProgress(stdout)
  try {
    const jobs = await readJobs(openInput(options.input), options.limit)
    const keep = options.keep === true ? '' : options.keep && resolve(options.keep)
    const report = await runDemo({ jobs, fields: options.fields, keep, progress, signal: abort.signal, env: process.env })
    stdout.write(renderReport(report, stdout.columns ?? 120, stdout.isTTY === true && !process.env.NO_COLOR))
    return isGood(report) ? 0 : 1
  } catch (error) {
    progress.stop()
    if (abort.signal.aborted) {
      process.stderr.write('stopped\n')
      return 130
    }
    throw error
  }
}

/** What a person can mend is said in a sentence; anything else is a fault of this program and shows its stack. */
function explain(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  if (error instanceof InputError || WaxsealError.is(error)) return message
  if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR' || code === 'EEXIST')
    return `${code}: the file or directory cannot be used`
  return (error as Error).stack ?? String(error)
}

program.parse()
main(program.opts<Options>(), program.processedArgs[0] as string).then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(2)
  },
)
