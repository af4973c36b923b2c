// Prints what sealing costs. Speed fails nothing: a missed goal is a line that says so.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measure } from './measure.ts'
import { lines, markdown, table, text } from './report.ts'
import { workloads } from './workloads.ts'

const USAGE = `pnpm bench [options]
  --json           one object a line, ratios first
  --rounds N       default 7
  --only TEXT      candidates whose name ("seal 1 KiB: waxseal") holds TEXT
  --exact          ... whose name is TEXT
  --write          write docs/benchmarks.md (needs all candidates)`

const DOCUMENT = new URL('../../docs/benchmarks.md', import.meta.url)

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '7' },
        only: { type: 'string', default: '' },
        exact: { type: 'boolean', default: false },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const rounds = Number(values.rounds)
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a positive integer')
    if (values.write && values.only !== '') throw new Error('--write needs all candidates: leave --only out')
    return { ...values, rounds }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    return process.exit(2)
  }
}

const { json, rounds, only, exact, write, help } = options()
if (help) {
  console.log(USAGE)
  process.exit(0)
}

const candidates = (await workloads()).filter(({ work, by }) =>
  exact ? `${work}: ${by}` === only : `${work}: ${by}`.includes(only),
)
if (candidates.length === 0) {
  console.error(`No candidate is called "${only}".`)
  process.exit(2)
}
const measured = await measure(candidates, { rounds })
if (json) for (const line of lines(measured)) console.log(JSON.stringify(line))
else console.log(text(table(measured)))
if (write) writeFileSync(DOCUMENT, markdown(measured, rounds, existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''))
