#!/usr/bin/env node
import module from 'node:module'

// Node 22 and later start faster with what was compiled before.
module.enableCompileCache?.()
const { run } = await import('./run.js')

process.exitCode = await run(process.argv.slice(2))
