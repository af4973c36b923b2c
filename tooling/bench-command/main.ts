import { spawnSync } from 'node:child_process'
import { createWriteStream, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { generateKey } from '@waxseal/core'

const { values } = parseArgs({
  options: {
    megabytes: { type: 'string', default: '1000' },
    rounds: { type: 'string', default: '21' },
    json: { type: 'boolean', default: false },
  },
})
const program = fileURLToPath(import.meta.resolve('@waxseal/cli/package.json').replace('package.json', 'dist/main.js'))
const home = mkdtempSync(join(tmpdir(), 'waxseal-bench-'))
const at = (name: string): string => join(home, name)
const env = { ...process.env, WAXSEAL_KEYS: `k1:${generateKey()}`, NO_COLOR: '1' }

/** Tells how much memory a process had at most, when it ends. */
const PEAK = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))`

interface Run {
  readonly ms: number
  readonly peakMb: number
}

function timed(args: readonly string[]): Run {
  const begun = performance.now()
  const { status, stderr } = spawnSync(process.execPath, args, {
    cwd: home,
    env,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const ms = performance.now() - begun
  if (status !== 0) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`)
  return { ms, peakMb: Number(/peak (\d+)$/.exec(stderr)?.[1] ?? 0) / 1024 }
}

function report(name: string, value: number, unit: string, goal?: number, ok?: boolean): void {
  const figure = value.toLocaleString('en', { maximumFractionDigits: 1 })
  if (values.json) console.log(JSON.stringify({ name, value, unit, goal: goal ?? null, ok: ok ?? null }))
  else
    console.log(
      `${name.padEnd(36)}${figure.padStart(10)} ${unit}${goal === undefined ? '' : `  (goal ${goal}: ${ok ? 'met' : 'missed'})`}`,
    )
}

const median = (numbers: readonly number[]): number => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]!

function measureStart(): void {
  writeFileSync(at('one.txt'), 'a text')
  timed([program, 'seal', 'one.txt', '--text', '-c', 'app=bench', '-o', 'one.wax'])
  const commands = { 'node -e 0': ['-e', '0'], '--help': [program, '--help'], inspect: [program, 'inspect', 'one.wax'] }
  const times = new Map(Object.keys(commands).map((name) => [name, [] as number[]]))
  // The first round does not count: it fills caches.
  for (let round = 0; round <= Number(values.rounds); round++)
    for (const [name, args] of Object.entries(commands)) {
      const { ms } = timed(args)
      if (round > 0) times.get(name)!.push(ms)
    }
  for (const [name, each] of times) {
    const ms = median(each)
    if (name === 'node -e 0') report(name, ms, 'ms')
    else report(name, ms, 'ms', 150, ms < 150)
  }
}

async function writeLines(file: string, bytes: number): Promise<number> {
  let count = 0
  function* pieces() {
    for (let written = 0; written < bytes; count++) {
      const line = `${JSON.stringify({ id: count, card: '4111 1111 1111 1111', plan: 'gold', note: `${count} `.repeat(120).slice(0, 900) })}\n`
      written += line.length
      yield line
    }
  }
  await pipeline(Readable.from(pieces()), createWriteStream(file))
  return count
}

function measureLines(name: string, args: readonly string[], input: string, lines: number): void {
  const { ms, peakMb } = timed(['--import', PEAK, program, ...args])
  const megabytes = statSync(input).size / 1e6
  report(`${name}: rate`, megabytes / (ms / 1000), 'MB/s')
  report(`${name}: lines`, lines / (ms / 1000), '/s')
  report(`${name}: memory at most`, peakMb, 'MiB', 200, peakMb < 200)
}

try {
  measureStart()
  const lines = await writeLines(at('lines.jsonl'), Number(values.megabytes) * 1e6)
  const place = ['--jsonl', '-c', 'app=bench']
  measureLines('seal a field', ['seal', 'lines.jsonl', ...place, '-f', '/card', '-o', 'sealed.jsonl'], at('lines.jsonl'), lines)
  measureLines('open it', ['open', 'sealed.jsonl', ...place, '-o', 'opened.jsonl'], at('sealed.jsonl'), lines)
  const same = readFileSync(at('lines.jsonl')).equals(readFileSync(at('opened.jsonl')))
  if (!same) throw new Error('what was opened is not what was sealed')
} finally {
  rmSync(home, { recursive: true, force: true })
}
