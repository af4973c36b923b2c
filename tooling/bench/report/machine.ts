import { arch, cpus, loadavg, platform, totalmem } from 'node:os'

/** What the figures were taken on. Names no host and no path. */
export function machine(): string[] {
  const [cpu, ...others] = cpus()
  const load = loadavg().map((value) => value.toFixed(1))
  return [
    `Node ${process.versions.node} (V8 ${process.versions.v8}, OpenSSL ${process.versions.openssl})`,
    `${platform()} on ${arch()}, ${others.length + 1} logical cores: ${cpu?.model.trim() ?? 'unknown'}`,
    `${Math.round(totalmem() / 1024 ** 3)} GiB of memory`,
    `load average over 1, 5 and 15 minutes at the end of the run: ${load.join(', ')} (the run itself is 1)`,
  ]
}
