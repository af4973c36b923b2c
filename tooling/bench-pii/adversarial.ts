// Every adversarial text in a thread of its own: nothing that ran before has warmed the code up for it.
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import { median } from '@waxseal/bench/measure.ts'
import { corpus } from './corpus.ts'
import { detectors, type Extent } from './detectors.ts'

/** Lengths whose first call is timed, and the pair that growth is taken from. */
export const LENGTHS = [50_000, 1_000_000] as const
export const GROWTH_FROM = 250_000
/** What is not through by then is given up, and misses every goal. */
const LIMIT_MS = 60_000
const PAIRS = 5
/** Growth above this is measured again. */
const SUSPECT = 2.15
const TRIES = 4
/** A time below this is taken over several calls. */
const SAMPLE_MS = 5

export interface Attack {
  readonly name: string
  /** Of the first call for each of `LENGTHS`, in order. */
  readonly milliseconds: readonly number[]
  /** Time for twice the characters through time for `GROWTH_FROM`. */
  readonly growth: number
}

interface Task {
  readonly name: string
  readonly extent: Extent
  readonly from: 'built' | 'sources'
}

/** All texts, one after the other. */
export async function attack(extent: Extent, from: Task['from']): Promise<Attack[]> {
  const { adversarial } = await corpus()
  const attacks: Attack[] = []
  for (const name of Object.keys(adversarial(100))) attacks.push(await inThread({ name, extent, from }))
  return attacks
}

const inThread = (task: Task): Promise<Attack> =>
  new Promise((resolve, reject) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: task })
    const stuck = { name: task.name, milliseconds: LENGTHS.map(() => LIMIT_MS), growth: LIMIT_MS }
    const timer = setTimeout(() => {
      resolve(stuck)
      void worker.terminate()
    }, LIMIT_MS)
    worker.once('error', reject)
    worker.once('message', (attack: Attack) => {
      clearTimeout(timer)
      resolve(attack)
      void worker.terminate()
    })
  })

async function measureOne({ name, extent, from }: Task): Promise<Attack> {
  const { adversarial } = await corpus()
  const { detectText } = (await detectors(from))[extent]
  detectText('Write to maria@kestrel.io or call +1 415-555-0132.')
  const timed = (text: string, calls: number): number => {
    const startedAt = performance.now()
    for (let call = 0; call < calls; call++) detectText(text)
    return (performance.now() - startedAt) / calls
  }
  const milliseconds = LENGTHS.map((length) => timed(adversarial(length)[name]!, 1))

  const [once, twice] = [adversarial(GROWTH_FROM)[name]!, adversarial(2 * GROWTH_FROM)[name]!]
  const calls = Math.max(1, Math.ceil(SAMPLE_MS / timed(once, 1)))
  const quotient = (): number => {
    const pairs = Array.from({ length: PAIRS }, () => [timed(once, calls), timed(twice, calls)] as const)
    return median(pairs.map(([, long]) => long)) / median(pairs.map(([short]) => short))
  }
  // What really grows faster does so every time; what else the machine does, does not.
  let growth = quotient()
  for (let again = 1; again < TRIES && growth > SUSPECT; again++) growth = Math.min(growth, quotient())
  return { name, milliseconds, growth }
}

if (!isMainThread) parentPort!.postMessage(await measureOne(workerData as Task))
