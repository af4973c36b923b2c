// The runtimes' programs. In a package of its own: each of these Node packages owns the program name `node`, so the scripts of a
// package that depends on them would run on one of them.
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** @param {string[]} paths */
const first = (...paths) => paths.find((path) => path && existsSync(path))

/** @param {string} path */
const installed = (path) => fileURLToPath(new URL(`./node_modules/${path}`, import.meta.url))

/** @type {Record<'node20' | 'node22' | 'bun' | 'deno' | 'workerd', string | undefined>} */
export const runtimes = {
  node20: first(installed(`node20-${process.arch}/bin/node`)),
  node22: first(installed(`node22-${process.arch}/bin/node`)),
  bun: first(installed('.bin/bun')),
  deno: first(installed('.bin/deno')),
  workerd: first(installed('workerd/bin/workerd')),
}
