/** What a contract needs of a test runner, and what it is to hold for. vitest, node:test, bun:test and others fit. */
export interface Contract<Harness> {
  readonly describe: (name: string, body: () => void) => unknown
  readonly it: (name: string, run: () => Promise<void>) => unknown
  readonly harness: Harness
}
