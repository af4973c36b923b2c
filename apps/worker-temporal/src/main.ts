import { runProgram } from '@waxseal/worker'
import { temporal } from './temporal.js'

await runProgram(temporal)
