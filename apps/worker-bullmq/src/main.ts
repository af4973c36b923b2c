import { runProgram } from '@waxseal/worker'
import { bullmq } from './bullmq.js'

await runProgram(bullmq)
