import { pgBoss } from './backends/pg-boss.js'
import { runProgram } from './program.js'

await runProgram(pgBoss)
