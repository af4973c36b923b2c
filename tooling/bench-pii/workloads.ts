import { Buffer } from 'node:buffer'
import type { Candidate } from '@waxseal/bench/workloads.ts'
import type { Corpus } from './corpus.ts'
import { type detectors, EXTENTS } from './detectors.ts'
import type { Peer } from './peers.ts'

export const DOCUMENTS = 'JSON, 1 KiB'
export const CLEAN = 'JSON, 1 KiB, nothing to find'
export const PROSE = 'prose, 1 MiB'
export const DECLARED = 'declared paths, JSON, 1 KiB'
export const OURS = 'waxseal'

/** How much of the prose a slow peer gets. */
const SLOW_PROSE = 64 * 1024

/** One pass over the texts; what throws on one of them goes on with the next. */
const passing = (detect: (text: string) => unknown, texts: readonly string[]) => {
  const one = (text: string): unknown => {
    try {
      return detect(text)
    } catch {
      return undefined
    }
  }
  // Only what is asynchronous is awaited.
  return one(texts[0]!) instanceof Promise
    ? async () => {
        for (const text of texts) await (one(text) as Promise<unknown>).catch(() => {})
      }
    : () => {
        for (const text of texts) one(text)
      }
}

const bytesOf = (texts: readonly string[]): number => texts.reduce((total, text) => total + Buffer.byteLength(text), 0)

/** Every candidate that takes turns, by the pace that it needs: documents, then prose. */
export function workloads(
  { documents, clean, prose }: Corpus,
  ours: Awaited<ReturnType<typeof detectors>>,
  peers: readonly Peer[],
): { json: Candidate[]; prose: Candidate[] } {
  const json = [
    [DOCUMENTS, documents],
    [CLEAN, clean],
  ] as const
  const over = (work: string, by: string, texts: readonly string[], detect: (text: string) => unknown): Candidate => ({
    work,
    by,
    operations: texts.length,
    bytes: bytesOf(texts) / texts.length,
    run: passing(detect, texts),
  })
  const declared = documents.map((text) => JSON.parse(text) as unknown)
  return {
    json: [
      ...json.flatMap(([work, texts]) => {
        const values = texts.map((text) => JSON.parse(text) as unknown)
        return [
          ...EXTENTS.map((extent): Candidate => {
            const { detectDocument } = ours[extent]
            const run = () => {
              for (const value of values) detectDocument(value)
            }
            return { work, by: `${OURS}, ${extent}`, operations: texts.length, bytes: bytesOf(texts) / texts.length, run }
          }),
          ...EXTENTS.map((extent) => over(work, `${OURS}, ${extent}, as text`, texts, ours[extent].detectText)),
          ...peers.map(({ name, detect }) => over(work, name, texts, detect)),
        ]
      }),
      {
        work: DECLARED,
        by: OURS,
        operations: declared.length,
        run: () => {
          for (const value of declared) ours.declared.detectDocument(value)
        },
      },
    ],
    prose: [
      ...EXTENTS.map((extent) => over(PROSE, `${OURS}, ${extent}, as text`, [prose], ours[extent].detectText)),
      ...peers.map(({ name, slow, detect }) => over(PROSE, name, [slow ? prose.slice(0, SLOW_PROSE) : prose], detect)),
    ],
  }
}
