import type { Detector } from './detector.js'
import { pointerOf } from './document/fields.js'
import type { DocumentFinding, Finding } from './finding.js'
import { fail } from './pii-error.js'
import { UNSPACED } from './text/words.js'

/** Finds in texts what no rule finds, such as names in prose: one list of findings for each text, in their order. */
export type Model = (texts: readonly string[]) => Promise<readonly (readonly Finding[])[]>

/** A detector that also asks a model, and therefore answers later. Satisfies the `Detector` of `@waxseal/core` as well. */
export interface ModelDetector {
  detectText(text: string): Promise<Finding[]>
  detectDocument(document: unknown): Promise<DocumentFinding[]>
}

export interface WithModelOptions {
  /** Texts of fewer words are not shown to the model, unless in a script without spaces. Default 3. */
  readonly minWords?: number
}

const MAX_DEPTH = 500

/** Both lists in order; where they overlap what was proved counts, then what scores higher, for all that either covers. */
function merged(ours: readonly Finding[], theirs: readonly Finding[]): Finding[] {
  const better = (a: Finding, b: Finding) => (a.validated !== b.validated ? a.validated : a.score >= b.score)
  const kept: Finding[] = []
  for (const finding of [...ours, ...theirs].sort((a, b) => a.start - b.start)) {
    const last = kept.at(-1)
    if (!last || finding.start >= last.end) kept.push(finding)
    else {
      const end = Math.max(last.end, finding.end)
      kept[kept.length - 1] = { ...(better(last, finding) ? last : finding), start: last.start, end }
    }
  }
  return kept
}

/** The strings of a document that have words enough, by pointer. */
function textsOf(document: unknown, minWords: number): Map<string, string> {
  const texts = new Map<string, string>()
  const path: (string | number)[] = []
  const visit = (value: unknown): void => {
    if (typeof value === 'string') {
      // Without spaces, words cannot be counted.
      if (UNSPACED.test(value) || value.trim().split(/\s+/, minWords).length >= minWords) texts.set(pointerOf(path), value)
    } else if (typeof value === 'object' && value !== null) {
      if (path.length >= MAX_DEPTH) fail('too_large', `a document is at most ${MAX_DEPTH} levels deep`)
      for (const [key, member] of Array.isArray(value) ? value.entries() : Object.entries(value)) {
        path.push(key)
        visit(member)
        path.pop()
      }
    }
  }
  visit(document)
  return texts
}

async function ask(model: Model, texts: readonly string[]): Promise<readonly (readonly Finding[])[]> {
  const found: unknown = await model([...texts])
  const fits = ({ type, start, end, score }: Finding, text: string) =>
    Number.isInteger(start) &&
    Number.isInteger(end) &&
    start >= 0 &&
    start < end &&
    end <= text.length &&
    score >= 0 &&
    type !== '' &&
    typeof type === 'string'
  const isList = (list: unknown, at: number) => Array.isArray(list) && list.every((one) => fits(Object(one), texts[at] as string))
  if (!Array.isArray(found) || found.length !== texts.length || ![...found].every(isList))
    fail('malformed', 'a model gives a list of findings for each text, with a type, a score, and offsets inside it')
  return found
}

/**
 * Adds what a model finds, for instance one that recognises names, to what a detector finds. Members that are found already as a
 * whole are not shown to it. What the model throws is thrown: nothing is taken for clean that nobody looked at.
 *
 * @example
 * const detector = withModel(createDetector(), async (texts) => texts.map(findNames))
 */
export function withModel(detector: Detector, model: Model, { minWords = 3 }: WithModelOptions = {}): ModelDetector {
  return Object.freeze({
    async detectText(text: string) {
      const [found = []] = await ask(model, [text])
      return merged(detector.detectText(text), found)
    },
    async detectDocument(document: unknown) {
      const byPointer = new Map(detector.detectDocument(document).map((finding) => [finding.pointer, finding]))
      const texts = textsOf(document, minWords)
      for (const [pointer, { byName, declared }] of byPointer) if (byName || declared) texts.delete(pointer)
      const pointers = [...texts.keys()]
      const answers = pointers.length > 0 ? await ask(model, [...texts.values()]) : []
      for (const [at, pointer] of pointers.entries()) {
        const theirs = answers[at] ?? []
        if (theirs.length === 0) continue
        const ours = byPointer.get(pointer)
        const findings = merged(ours?.findings ?? [], theirs)
        const [first] = [...findings].sort((a, b) => b.score - a.score)
        byPointer.set(pointer, { pointer, type: first?.type ?? '', findings, byName: false, declared: false })
      }
      return [...byPointer.values()]
    },
  })
}
