import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { describe, expect, it } from 'vitest'

const path = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** What the compiler says of some files where `bullmq` is another version of it. */
function complaints(bullmq: string, files: readonly string[]): string[] {
  const program = ts.createProgram(files, {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    types: ['node'],
    paths: { bullmq: [path(`../node_modules/${bullmq}/dist/esm/index.d.ts`)] },
  })
  // The other version is not among them: what is checked is what is meant.
  const versions = program.getSourceFiles().flatMap(({ fileName }) => /\/bullmq@(\d+)/.exec(fileName)?.[1] ?? [])
  expect([...new Set(versions)]).toEqual([bullmq === 'bullmq-5' ? '5' : '6'])
  return files.flatMap((file) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(file))
      .map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n')),
  )
}

describe.each(['bullmq', 'bullmq-5'])('the types of the built package, with %s', (bullmq) => {
  it('are whole', () => {
    expect(complaints(bullmq, [path('../dist/index.d.ts')])).toEqual([])
  })

  it('are those of BullMQ, with seal', () => {
    expect(complaints(bullmq, [path('types/usage.ts')])).toEqual([])
  })
})
