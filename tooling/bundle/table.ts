import type { Entry, EntryBudget } from './entries.ts'

/** Columns under each other: the first two to the left, numbers to the right. */
export const columns = (rows: readonly (readonly string[])[]): string => {
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? []
  const line = (row: readonly string[]): string =>
    row.map((cell, column) => (column < 2 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')
  return rows.map(line).join('\n')
}

const kilobytes = (bytes: number): string => (bytes / 1000).toFixed(1)

/** `docs/bundle.md`. */
export const bundlePage = (entries: readonly Entry[], budget: EntryBudget): string => {
  const neutral = entries.filter(({ name }) => budget[name] !== null)
  const rows = neutral.map(
    ({ name, own, whole }) =>
      `| \`${name}\` | ${kilobytes(own.minifiedBytes)} | ${kilobytes(own.gzipBytes)} | ${kilobytes(whole.gzipBytes)} | ${kilobytes(budget[name] ?? 0)} |`,
  )
  const bound = entries
    .filter(({ name }) => budget[name] === null)
    .map(({ name, whole }) => `- \`${name}\`: ${whole.node.map((path) => `\`${path}\``).join(', ')}`)
  return `# What the packages weigh

Every entry of every package as a browser or a Worker would load it: all that it exports, bundled by esbuild and minified, in kB (1,000
bytes). An application that imports less loads less. Peers, such as a database driver or the client of a queue, are the application's own and not
counted.

\`pnpm test\` holds each entry against its budget in \`tooling/bundle/entries.json\`; \`pnpm --filter @waxseal/bundle run report\` writes this page.

| entry | own code, minified | own code, gzip | with its dependencies, gzip | budget |
| --- | ---: | ---: | ---: | ---: |
${rows.join('\n')}

## For Node alone

These entries want modules of Node, Bun and Deno:

${bound.join('\n')}
`
}
