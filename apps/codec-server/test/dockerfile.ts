import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, cpSync, globSync, lstatSync, mkdirSync, readFileSync } from 'node:fs'
import { join, matchesGlob, relative } from 'node:path'

/** The image that a Dockerfile describes, without Docker: every stage is a folder. */
export interface Image {
  /** The folder of the last stage. */
  readonly root: string
  readonly env: Readonly<Record<string, string>>
  readonly workdir: string
  /** As USER names it. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
  readonly entrypoint: readonly string[]
  readonly healthcheck: readonly string[]
}

export interface BuildOptions {
  readonly dockerfile: string
  /** What `COPY . .` copies, without what .dockerignore names. */
  readonly context: string
  /** An empty folder for the stages. */
  readonly into: string
  /** Of RUN. */
  readonly env: Readonly<Record<string, string>>
  /** Whose rights RUN has; only root can choose. */
  readonly user: { readonly uid: number; readonly gid: number } | undefined
}

type Stage = { -readonly [Name in keyof Image]: Image[Name] }

/** Runs the steps of a Dockerfile. Throws at an instruction that it does not know: what it does not run, it does not pass. */
export async function buildImage({ dockerfile, context, into, env, user }: BuildOptions): Promise<Image> {
  const stages: Stage[] = []
  const names = new Map<string, Stage>()
  const ignored = readFileSync(join(context, '.dockerignore'), 'utf8').split('\n').filter(Boolean)
  const isIgnored = (path: string) => ignored.some((pattern) => matchesGlob(path, pattern))

  function copy(args: readonly string[], to: Stage): void {
    const from = args.find((arg) => arg.startsWith('--from='))?.slice('--from='.length)
    const [source = '', target = ''] = args.filter((arg) => !arg.startsWith('--'))
    const origin = from === undefined ? join(context, source) : join(names.get(from)!.root, source)
    const filter = (path: string) => from !== undefined || !isIgnored(relative(context, path))
    const place = join(to.root, to.workdir, target)
    cpSync(origin, place, { recursive: true, verbatimSymlinks: true, filter })
    if (from === undefined && user) chownAll(place, user)
  }

  for (const [instruction, rest] of instructionsOf(dockerfile)) {
    const words = rest.split(/\s+/)
    if (instruction === 'FROM') {
      const root = join(into, `stage-${stages.length}`)
      mkdirSync(root)
      const stage: Stage = { root, env: {}, workdir: '/', user: undefined, entrypoint: [], healthcheck: [] }
      stages.push(stage)
      if (words[1] === 'AS') names.set(words[2]!, stage)
      if (user) chownSync(root, user.uid, user.gid)
      continue
    }
    const stage = stages.at(-1)!
    switch (instruction) {
      case 'WORKDIR':
        stage.workdir = rest
        mkdirSync(join(stage.root, rest), { recursive: true })
        if (user) chownSync(join(stage.root, rest), user.uid, user.gid)
        break
      case 'COPY':
        copy(words, stage)
        break
      case 'RUN':
        await step(rest, { cwd: join(stage.root, stage.workdir), env: { ...env, ...stage.env }, ...user })
        break
      case 'ENV':
        stage.env = { ...stage.env, ...Object.fromEntries(words.map((word) => word.split('=') as [string, string])) }
        break
      case 'USER': {
        const [uid, gid] = rest.split(':').map(Number)
        stage.user = { uid: uid!, gid: gid! }
        break
      }
      case 'ENTRYPOINT':
        stage.entrypoint = JSON.parse(rest)
        break
      case 'HEALTHCHECK':
        stage.healthcheck = JSON.parse(rest.slice(rest.indexOf('CMD') + 'CMD'.length))
        break
      case 'EXPOSE':
      case 'STOPSIGNAL':
        break
      default:
        throw new Error(`${instruction} is not run here`)
    }
  }
  return stages.at(-1)!
}

const instructionsOf = (dockerfile: string): readonly (readonly [string, string])[] =>
  readFileSync(dockerfile, 'utf8')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => [line.slice(0, line.indexOf(' ')), line.slice(line.indexOf(' ') + 1)])

function chownAll(folder: string, { uid, gid }: { readonly uid: number; readonly gid: number }): void {
  for (const path of [folder, ...globSync('**/*', { cwd: folder }).map((name) => join(folder, name))])
    if (!lstatSync(path).isSymbolicLink()) chownSync(path, uid, gid)
}

async function step(command: string, options: object): Promise<void> {
  const child = spawn('/bin/sh', ['-c', command], { ...options, stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      output += chunk
    })
  const [code] = await once(child, 'close')
  if (code !== 0) throw new Error(`RUN ${command} ended with ${code}:\n${output}`)
}

/** Starts a command of the image in its folder: paths of the image lie there. */
export function runImage(image: Image, command: readonly string[], env: Record<string, string>, root: boolean): ChildProcess {
  const [file = '', ...args] = command.map((word) => (word.startsWith('/') ? join(image.root, word) : word))
  return spawn(file, args, {
    cwd: join(image.root, image.workdir),
    env: { ...env, ...image.env },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(root && image.user),
  })
}

/** Takes from everybody the right to write, as a file system that is only read does. */
export function makeReadOnly(folder: string): void {
  for (const path of [folder, ...globSync('**/*', { cwd: folder }).map((name) => join(folder, name))]) {
    const info = lstatSync(path)
    if (!info.isSymbolicLink()) chmodSync(path, info.mode & 0o555)
  }
}
