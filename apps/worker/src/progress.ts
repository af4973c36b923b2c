import { Presets, SingleBar } from 'cli-progress'

export interface Progress {
  start(label: string, total: number): void
  advance(count?: number): void
  stop(): void
}

/** A bar on a terminal, a line a step elsewhere. */
export function createProgress(out: NodeJS.WriteStream): Progress {
  let bar: SingleBar | undefined
  let label = ''
  let done = 0
  return {
    start(next, total) {
      this.stop()
      label = next
      done = 0
      if (out.isTTY) {
        bar = new SingleBar(
          {
            format: `  ${label.padEnd(9)} {bar} {value}/{total}  {percentage} %`,
            hideCursor: true,
            clearOnComplete: false,
            stream: out,
          },
          Presets.shades_classic,
        )
        bar.start(total, 0)
      }
    },
    advance(count = 1) {
      done += count
      bar?.increment(count)
    },
    stop() {
      if (bar) bar.stop()
      else if (label) out.write(`  ${label}: ${done}\n`)
      bar = undefined
      label = ''
    },
  }
}
