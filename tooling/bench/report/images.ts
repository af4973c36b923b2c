import type { Results } from '../results.ts'
import { contendersOf } from './document.ts'
import { flameSvg } from './flame.ts'
import { plotMany, plotRuntimes, plotSizes } from './plots.ts'
import { THEMES } from './theme.ts'

/** The pictures of the document, by file name. */
export async function images({ runtimes, flames }: Results): Promise<Map<string, string>> {
  const [node] = runtimes
  const contenders = contendersOf(node!.costs)
  const files = new Map<string, string>()
  for (const theme of THEMES) {
    const add = async (name: string, svg: Promise<string>) => files.set(`bench-${name}-${theme.name}.svg`, await svg)
    await add('sizes', plotSizes(node!.costs, contenders, theme))
    await add('many', plotMany(node!.costs, contenders, theme))
    await add('runtimes', plotRuntimes(runtimes, theme))
    for (const { name, frames } of flames)
      await add(`flame-${name.split(' ')[0]}`, flameSvg(frames, `${name}: self and below, share of the whole`, theme))
  }
  return files
}
