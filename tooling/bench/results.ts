import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Allocations } from './allocations.ts'
import { type ColdStart, coldStarts } from './cold-start.ts'
import { costsHere, type RuntimeCosts } from './costs.ts'
import { type KmsCalls, kmsCalls } from './kms-calls.ts'
import type { Pace } from './measure.ts'
import { profile } from './profile.ts'
import { type Frame, frames } from './report/flame.ts'
import { machine } from './report/machine.ts'
import { hosts } from './runtimes.ts'
import { suite } from './suite.ts'

/** How much time a run takes. */
export interface Effort {
  readonly node: Pace
  readonly others: Pace
  /** Candidates that are left out, by a pattern of their names. */
  readonly skip: { readonly node: string; readonly others: string }
  readonly coldStarts: number
  /** Of a million jobs, one in so many is sealed and opened. */
  readonly oneJobIn: number
  readonly profileMs: number
}

const NOTHING = '^$'

export const FULL: Effort = {
  node: { rounds: 7, turnMs: 40, warmUpMs: 250, clock: 'cpu' },
  others: { rounds: 5, turnMs: 20, warmUpMs: 120, clock: 'cpu' },
  skip: { node: NOTHING, others: '10 MiB: (?!bare$|waxseal$)' },
  coldStarts: 21,
  oneJobIn: 10,
  profileMs: 5000,
}

/** For a look: fewer rounds, and no value of 10 MiB. */
export const QUICK: Effort = {
  node: { rounds: 2, turnMs: 8, warmUpMs: 30, clock: 'cpu' },
  others: { rounds: 1, turnMs: 8, warmUpMs: 30, clock: 'cpu' },
  skip: { node: '10 MiB', others: '10 MiB' },
  coldStarts: 3,
  oneJobIn: 1000,
  profileMs: 500,
}

export interface RuntimeResult extends RuntimeCosts {
  readonly name: string
}

export interface Results {
  /** What they were taken on. */
  readonly machine: readonly string[]
  /** How long they took. */
  readonly effort: Pick<Effort, 'node' | 'others'>
  /** Node first, in which everything is measured. */
  readonly runtimes: readonly RuntimeResult[]
  readonly kms: readonly KmsCalls[]
  readonly cold: readonly ColdStart[] | undefined
  readonly allocations: readonly Allocations[]
  readonly flames: readonly { readonly name: string; readonly frames: readonly Frame[] }[]
}

const FLAMES = ['seal 1 KiB', 'open 1 KiB']

export const node = async (pace: Pace, only?: (name: string) => boolean): Promise<RuntimeResult> => ({
  name: 'node',
  ...(await costsHere({ ...pace, ...(only && { only }) })),
})

/** All that the document tells. `tell` hears what is under way. */
export async function everything(effort: Effort, tell: (what: string) => void): Promise<Results> {
  tell('node')
  const skipped = new RegExp(effort.skip.node)
  const runtimes = [await node(effort.node, (name) => !skipped.test(name))]
  for (const host of hosts) {
    tell(host.name)
    runtimes.push({ name: host.name, ...(await host.run({ ...effort.others, skip: effort.skip.others })) })
  }
  tell('allocations')
  const counted = await allocationsApart()
  tell('cold starts')
  const cold = await coldStarts(effort.coldStarts)
  tell('profiles')
  const flames = []
  for (const work of FLAMES) {
    const { candidates } = await suite({ only: (name) => name === `${work}: sealSync`, peers: false })
    flames.push({ name: work, frames: frames(await profile(candidates[0]!.run, effort.profileMs), 'profiled') })
  }
  tell('requests to a key service')
  return { runtimes, allocations: counted, cold, flames, kms: await kmsCalls(effort.oneJobIn), machine: machine(), effort }
}

/** In a process whose young generation holds all of it. */
export async function allocationsApart(): Promise<Allocations[]> {
  const file = fileURLToPath(new URL('allocations-main.ts', import.meta.url))
  const flags = ['--max-semi-space-size=256', '--min-semi-space-size=256']
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, file])
  return JSON.parse(stdout) as Allocations[]
}
