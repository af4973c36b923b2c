// Prints what sealing costs, and writes docs/benchmarks.md. Speed fails nothing here: a missed goal is a line that says so.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { contendersOf, markdown } from './report/document.ts'
import { images } from './report/images.ts'
import { lines } from './report/lines.ts'
import { otherLines } from './report/other-lines.ts'
import { figures, matrix, text } from './report/tables.ts'
import { everything, FULL, node, QUICK, type Results } from './results.ts'

const USAGE = `pnpm bench [options]
Measures all of it on every runtime and writes docs/benchmarks.md and its pictures. With an option it writes nothing:
  --render         writes the document anew from the last whole run
  --quick          fewer rounds, no value of 10 MiB, less than two minutes
  --json           one object a line, ratios first
  --rounds N       default 7
  --only TEXT      on Node alone, candidates whose name ("seal 1 KiB: waxseal") holds TEXT
  --exact          ... whose name is TEXT`

const DOCUMENT = new URL('../../docs/benchmarks.md', import.meta.url)
/** The results of the last run, for `--render`. */
const LAST = new URL('.out/results.json', import.meta.url)
const IMAGES = new URL('../../docs/images/', import.meta.url)

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        render: { type: 'boolean', default: false },
        quick: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        rounds: { type: 'string' },
        only: { type: 'string' },
        exact: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const rounds = values.rounds === undefined ? undefined : Number(values.rounds)
    if (rounds !== undefined && (!Number.isInteger(rounds) || rounds < 1)) throw new Error('--rounds is a positive integer')
    return { ...values, rounds }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    return process.exit(2)
  }
}

const { render, quick, json, rounds, only, exact, help } = options()
if (help) {
  console.log(USAGE)
  process.exit(0)
}
const base = quick ? QUICK : FULL
const effort = rounds === undefined ? base : { ...base, node: { ...base.node, rounds }, others: { ...base.others, rounds } }
const print = (all: readonly object[]) => {
  for (const line of all) console.log(JSON.stringify(line))
}

if (render) {
  await write(JSON.parse(readFileSync(LAST, 'utf8')) as Results)
} else if (only !== undefined) {
  const { costs } = await node(effort.node, (name) => (exact ? name === only : name.includes(only)))
  if (costs.length === 0) {
    console.error(`No candidate is called "${only}".`)
    process.exit(2)
  }
  if (json) print(lines(costs))
  else console.log(text(figures(costs)))
} else {
  const results = await everything(effort, (what) => console.error(`${what} ...`))
  const all = results.runtimes.flatMap(({ name, costs }) => lines(costs, name === 'node' ? '' : `${name}: `))
  if (json)
    print([...all.filter(({ unit }) => unit === 'ratio'), ...all.filter(({ unit }) => unit !== 'ratio'), ...otherLines(results)])
  else for (const { name, costs } of results.runtimes) console.log(`${name}\n${text(matrix(costs, contendersOf(costs)), 1)}\n`)
  if (!json && !quick && rounds === undefined) {
    mkdirSync(new URL('.', LAST), { recursive: true })
    writeFileSync(LAST, JSON.stringify(results))
    await write(results)
  }
}

async function write(results: Results): Promise<void> {
  for (const [name, svg] of await images(results)) writeFileSync(new URL(name, IMAGES), svg)
  const previous = existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''
  writeFileSync(DOCUMENT, markdown(results, previous))
}
