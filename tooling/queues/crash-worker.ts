// One worker of crash.ts: writes down what its handler sees, until it is killed.
import { appendFileSync } from 'node:fs'
import { workBullmq } from './fleets/bullmq.ts'
import { type FleetName, settingsOf, type Work } from './fleets/fleet.ts'
import { workGraphile } from './fleets/graphile-worker.ts'
import { workPgBoss } from './fleets/pg-boss.ts'

const works: Record<FleetName, Work> = { bullmq: workBullmq, 'pg-boss': workPgBoss, 'graphile-worker': workGraphile }
const { HOST, ADDRESS, SEEN, WAXSEAL_KEYS } = process.env

await works[HOST as FleetName](ADDRESS!, settingsOf(WAXSEAL_KEYS!), async ({ n, text }) => {
  appendFileSync(SEEN!, `${n} ${text} .\n`)
  await new Promise((resolve) => setTimeout(resolve, 20))
  return { n, text }
})
