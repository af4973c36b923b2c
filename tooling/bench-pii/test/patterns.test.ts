import { readdirSync, readFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkSync } from 'recheck'
import ts from 'typescript'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { evasions } from '../../../packages/pii/test/evasions.ts'

const sources = fileURLToPath(new URL('../../../packages/pii/src/', import.meta.url))

// In this process, without a Java or a native program.
process.env.RECHECK_SYNC_BACKEND = 'pure'

/** Expressions that the checker objects to, by their source, and why they may stay. */
const EXCUSED: Readonly<Record<string, string>> = {
  '(?:(?:^|:)0)+$': 'sees three groups of an address',
  '\\p{RI}{2}|.[\\p{M}\\p{EMod}]*(?:\\u200d.[\\p{M}\\p{EMod}]*)*':
    'emoji properties are unknown to the checker; nothing follows that could fail',
  '^(?:\\{(\\d+),?(\\d+)?\\}|\\?)$': 'reads our own tables',
  '\\[[^\\]]*\\]|\\\\d': 'reads our own tables',
  '[.]+$|(?<=[0-9a-fA-F]):$': 'sees an address',
}

interface Pattern {
  readonly source: string
  readonly flags: string
}

/** What repeats nothing cannot be slow. */
const REPEATS = /[*+{]/

/** Every literal of a file. */
function literalsOf(path: string): (Pattern & { where: string })[] {
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest)
  const found: (Pattern & { where: string })[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/')
      const line = file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1
      found.push({
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
        where: `${relative(sources, path)}:${line}`,
      })
    }
    ts.forEachChild(node, visit)
  }
  visit(file)
  return found
}

/** What is wrong with an expression, `undefined` where nothing is. */
function problem({ source, flags }: Pattern): string | undefined {
  const found = checkSync(source, flags, { timeout: 20_000, randomSeed: 1 })
  if (found.status === 'safe') return undefined
  return found.status === 'vulnerable' ? `${found.complexity.summary}: ${found.attack.pattern}` : found.error.kind
}

const literals = readdirSync(sources, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.ts'))
  .flatMap((name) => literalsOf(join(sources, name)))
  .filter(({ source }) => REPEATS.test(source))

describe('an expression in the sources', () => {
  it.each(literals.filter(({ source }) => !(source in EXCUSED)))('$where /$source/$flags is linear', (pattern) => {
    expect(problem(pattern)).toBeUndefined()
  })

  it('is not excused any more once it is gone', () => {
    expect(Object.keys(EXCUSED).filter((source) => !literals.some((literal) => literal.source === source))).toEqual([])
  })
})

describe('an expression made from a table', () => {
  const Native = RegExp
  const made = new Map<string, Pattern>()

  beforeAll(async () => {
    // Also what is made at the first use: the texts below wake the recognisers.
    globalThis.RegExp = new Proxy(Native, {
      construct(target, parts, receiver) {
        const expression = Reflect.construct(target, parts, receiver) as RegExp
        made.set(String(expression), expression)
        return expression
      },
    })
    const { createDetector } = await import('../../../packages/pii/src/detector.ts')
    const { nationalIds } = await import('../../../packages/pii/src/national-ids/index.ts')
    const { secrets } = await import('../../../packages/pii/src/secrets/index.ts')
    const { detectText } = createDetector({ sets: [nationalIds, secrets] })
    for (const { text } of evasions(1)) detectText(text)
  })
  afterAll(() => {
    globalThis.RegExp = Native
  })

  it('is linear', () => {
    globalThis.RegExp = Native
    expect(made.size).toBeGreaterThan(0)
    const wrong = [...made.values()].flatMap((pattern) => {
      const why = pattern.source in EXCUSED || !REPEATS.test(pattern.source) ? undefined : problem(pattern)
      return why ? [`${pattern}: ${why}`] : []
    })
    expect(wrong).toEqual([])
  }, 300_000)
})
