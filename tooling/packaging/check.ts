// Packs every published package as a release would and lets publint, attw and our own rules judge the tarball.
import { execFile } from 'node:child_process'
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm } from '../start/steps.mjs'
import { type Manifest, manifestProblems } from './manifest.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))

const problemOf = (file: string, args: string[], cwd: string): Promise<string[]> =>
  new Promise((resolve) => {
    execFile(file, args, { cwd, maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve(error ? [`${stdout}${stderr}`] : []))
  })

const problemsOf = async (folder: string, manifest: Manifest, scratch: string): Promise<string[]> => {
  const own = manifestProblems(manifest, basename(folder))
  const tarball = join(scratch, `${basename(folder)}.tgz`)
  const [packer, args] = pnpm('pack', '--out', tarball)
  const unpacked = await problemOf(packer, args, folder)
  if (unpacked.length > 0) return [...own, ...unpacked]
  const linted = await Promise.all([
    problemOf('publint', ['--strict', tarball], folder),
    problemOf('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], folder),
  ])
  return [...own, ...linted.flat()]
}

const scratch = mkdtempSync(join(tmpdir(), 'waxseal-packaging-'))
try {
  for (const path of globSync('packages/*/package.json', { cwd: repository }).sort()) {
    const folder = join(repository, dirname(path))
    const manifest = JSON.parse(readFileSync(join(repository, path), 'utf8')) as Manifest
    if (manifest.private) continue
    const problems = await problemsOf(folder, manifest, scratch)
    console.log(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${manifest.name}`)
    for (const problem of problems) console.log(problem)
    if (problems.length > 0) process.exitCode = 1
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
