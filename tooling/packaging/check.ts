// Packs every published package as a release would and lets publint, attw and our own rules judge the tarball.
import { execFile, execFileSync } from 'node:child_process'
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pnpm } from '../start/steps.mjs'
import { contentProblems, type Packed } from './contents.ts'
import { type Manifest, manifestProblems } from './manifest.ts'

const repository = fileURLToPath(new URL('../../', import.meta.url))

const { repository: home } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as Manifest
// A registry of one machine is none of a package's business; the public one may be named.
const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { encoding: 'utf8' }).trim()).hostname
const machine = [`${homedir()}/`, repository, ...(registry.endsWith('npmjs.org') ? [] : [registry])]

const problemOf = (file: string, args: string[], cwd: string): Promise<string[]> =>
  new Promise((resolve) => {
    execFile(file, args, { cwd, maxBuffer: 1 << 24 }, (error, stdout, stderr) => resolve(error ? [`${stdout}${stderr}`] : []))
  })

const unpack = (tarball: string): Packed[] => {
  const folder = tarball.replace(/\.tgz$/, '')
  mkdirSync(folder)
  execFileSync('tar', ['-xzf', tarball, '-C', folder])
  return globSync('**/*', { cwd: join(folder, 'package'), withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: relative(join(folder, 'package'), path), text: readFileSync(path, 'utf8') }))
}

const problemsOf = async (folder: string, manifest: Manifest, scratch: string): Promise<string[]> => {
  const own = manifestProblems(manifest, basename(folder), home)
  const tarball = join(scratch, `${basename(folder)}.tgz`)
  const [packer, args] = pnpm('pack', '--out', tarball)
  const unpacked = await problemOf(packer, args, folder)
  if (unpacked.length > 0) return [...own, ...unpacked]
  const linted = await Promise.all([
    problemOf('publint', ['--strict', tarball], folder),
    problemOf('attw', [tarball, '--profile', 'esm-only', '--no-emoji', '--no-color'], folder),
  ])
  return [...own, ...contentProblems(unpack(tarball), machine), ...linted.flat()]
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
