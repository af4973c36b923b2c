import { fileURLToPath } from 'node:url'
import { capture, root } from '../start/steps.mjs'
import type { Limits } from './limits.ts'

/** Something that looks like a secret; never the secret itself. */
export interface Finding {
  /** Relative to the repository. */
  readonly file: string
  readonly line: number
  readonly rule: string
}

interface Report {
  filePath: string
  messages: { ruleId: string; loc: { start: { line: number } } }[]
}

const here = fileURLToPath(new URL('.', import.meta.url))
// Folders whose names start with a dot are none of the pattern for all.
const FILES = ['**/*', '.changeset/**', '.ci/**', '.github/**', '.*']

/** Reads every file that git does not ignore, by the rules that secretlint recommends. */
export const findSecrets = async (folder = root): Promise<Finding[]> => {
  const program = `${here}node_modules/.bin/secretlint`
  const patterns = FILES.map((pattern) => folder + pattern)
  const rules = ['--secretlintrc', `${here}.secretlintrc.json`, '--format', 'json', '--no-color']
  const { code, output } = await capture(program, [...patterns, ...rules])
  const start = output.indexOf('[')
  if (code > 1 || start < 0) throw new Error(output)
  const reports = JSON.parse(output.slice(start)) as Report[]
  return reports.flatMap(({ filePath, messages }) =>
    messages.map(({ ruleId, loc }) => ({
      file: filePath.replace(folder, ''),
      line: loc.start.line,
      rule: ruleId.split('/').at(-1) ?? ruleId,
    })),
  )
}

const explains = (place: string, file: string): boolean => file === place || (place.endsWith('/') && file.startsWith(place))

/** One sentence for each finding that is not explained, and for each explanation that explains nothing. */
export const secretProblems = (findings: readonly Finding[], { testSecrets }: Pick<Limits, 'testSecrets'>): string[] => {
  const places = Object.keys(testSecrets)
  return [
    ...findings
      .filter(({ file }) => !places.some((place) => explains(place, file)))
      .map(({ file, line, rule }) => `${file}:${line} looks like a secret (${rule})`),
    ...places
      .filter((place) => !findings.some(({ file }) => explains(place, file)))
      .map((place) => `${place}: limits.json explains what is not there`),
  ]
}
