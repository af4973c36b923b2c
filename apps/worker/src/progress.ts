import { Presets, SingleBar } from 'cli-progress'

/** What the user sees while the demo works. */
export interface Progress {
  /** Begins a step of `total` parts, or of none that could be counted. */
  start(label: string, total?: number): void
  advance(count?: number): void
  /** Ends the step with a line that stays. */
  finish(line: string): void
  /** Takes away whatever is shown of a step that did not end. */
  stop(): void
}

const FORMAT = '  {label} {bar} {value}/{total}'

/** A bar on a terminal; elsewhere only the lines that stay. */
export function createProgress(out: NodeJS.WriteStream): Progress {
  let bar: SingleBar | undefined
  let waiting = false
  const progress: Progress = {
    start(label, total) {
      progress.stop()
      if (!out.isTTY) return
      if (total === undefined) {
        waiting = true
        out.write(`  ${label} …`)
      } else {
        bar = new SingleBar(
          {
            format: FORMAT,
            hideCursor: true,
            clearOnComplete: true,
            stopOnComplete: false,
            barsize: 30,
            stream: out,
            gracefulExit: false,
          },
          Presets.shades_classic,
        )
        bar.start(total, 0, { label })
      }
    },
    advance(count = 1) {
      bar?.increment(count)
    },
    finish(line) {
      progress.stop()
      out.write(`  ${line}\n`)
    },
    stop() {
      bar?.stop()
      bar = undefined
      if (waiting) {
        out.clearLine(0)
        out.cursorTo(0)
        waiting = false
      }
    },
  }
  return progress
}
