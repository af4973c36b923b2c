// Prints what detecting costs, beside other packages of npm. Speed fails nothing: a missed goal is a line that says so.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { measure } from '@waxseal/bench/measure.ts'
import { attack } from './adversarial.ts'
import { corpus } from './corpus.ts'
import { detectors, type Extent } from './detectors.ts'
import { loadPeers } from './peers.ts'
import { lines, markdown, PROSE_ROUNDS, type Results, slowest, table, text } from './report.ts'
import { workloads } from './workloads.ts'

const USAGE = `pnpm bench:pii [options]
  --json           one object a line, ratios first
  --rounds N       default 7
  --alone          without the packages to compare with
  --sources        the sources as they are, not the built package
  --part TEXT      adversarial or speeds, default both
  --write          write docs/pii-benchmarks.md`

const DOCUMENT = new URL('../../docs/pii-benchmarks.md', import.meta.url)

const options = () => {
  try {
    const { values } = parseArgs({
      options: {
        json: { type: 'boolean', default: false },
        rounds: { type: 'string', default: '7' },
        alone: { type: 'boolean', default: false },
        sources: { type: 'boolean', default: false },
        part: { type: 'string', default: '' },
        write: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    })
    const rounds = Number(values.rounds)
    if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a positive integer')
    if (values.write && values.alone) throw new Error('--write needs the packages to compare with: leave --alone out')
    if (!['', 'adversarial', 'speeds'].includes(values.part)) throw new Error('--part is adversarial or speeds')
    if (values.write && values.part !== '') throw new Error('--write needs all: leave --part out')
    return { ...values, rounds }
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${USAGE}`)
    return process.exit(2)
  }
}

const { json, rounds, alone, sources, part, write, help } = options()
if (help) {
  console.log(USAGE)
  process.exit(0)
}

const from = sources ? 'sources' : 'built'
// Before anything else fills the machine or warms it up.
const attacksOn = async (extent: Extent) => (part === 'speeds' ? [] : attack(extent, from))
const attacks = { core: await attacksOn('core'), everything: await attacksOn('everything') }

const { peers, missing } = alone || part === 'adversarial' ? { peers: [], missing: [] } : await loadPeers()
for (const why of missing) console.error(`Left out: ${why}`)
const texts = await corpus()
const { json: documents, prose } = workloads(texts, await detectors(from), peers)
const measured =
  part === 'adversarial'
    ? []
    : [...(await measure(documents, { rounds })), ...(await measure(prose, { rounds: Math.min(rounds, PROSE_ROUNDS) }))]

const results: Results = { measured, attacks, peers, missing, source: texts.source, rounds }
const all = lines(results)
if (json) for (const { side, ...line } of all) console.log(JSON.stringify(line))
else console.log([table(all), ...(part === 'speeds' ? [] : [slowest(results)])].map(text).join('\n\n'))
if (write) writeFileSync(DOCUMENT, markdown(results, existsSync(DOCUMENT) ? readFileSync(DOCUMENT, 'utf8') : ''))
// Some peers leave timers and workers behind.
process.exit(0)
