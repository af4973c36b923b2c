#!/usr/bin/env node
import module from 'node:module'
import { join } from 'node:path'

// Node 22 and later start faster with what was compiled before. Its own place for that is in the folder of temporary files, where
// another user of the machine could put code of theirs first.
const { HOME, XDG_CACHE_HOME = HOME && join(HOME, '.cache') } = process.env
if (XDG_CACHE_HOME) module.enableCompileCache?.(join(XDG_CACHE_HOME, 'waxseal'))
const { run } = await import('./run.js')

process.exitCode = await run(process.argv.slice(2))
