import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { writeExports } from './exports.ts'

const program = fileURLToPath(import.meta.resolve('@waxseal/cli/package.json').replace('package.json', 'dist/main.js'))

/** The report of a scan of what the company has exported. */
export async function createReport() {
  const home = mkdtempSync(join(tmpdir(), 'waxseal-screenshots-'))
  await writeExports(join(home, 'exports'))
  execFileSync(process.execPath, [program, 'scan', 'exports', '--html', 'report.html', '--quiet'], { cwd: home })
  return {
    url: pathToFileURL(join(home, 'report.html')).href,
    remove: () => rmSync(home, { recursive: true, force: true }),
  }
}
