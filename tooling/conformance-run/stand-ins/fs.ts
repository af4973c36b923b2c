// What the bundler put in: path -> text, or base64 and 1.
import files from 'waxseal:files'
import { Buffer } from './buffer.ts'

const pathOf = (path: string | URL): string =>
  (path instanceof URL ? decodeURIComponent(path.pathname) : path).replace(/(.)\/+$/, '$1')

const below = (folder: string): string[] =>
  [...files.keys()].filter((name) => name.startsWith(`${folder}/`)).map((name) => name.slice(folder.length + 1))

export const existsSync = (path: string | URL): boolean => files.has(pathOf(path)) || below(pathOf(path)).length > 0

export const readdirSync = (path: string | URL): string[] => [
  ...new Set(below(pathOf(path)).map((name) => name.replace(/\/.*/, ''))),
]

export const readFileSync = (path: string | URL, encoding?: string): Buffer | string => {
  const [text, base64] = files.get(pathOf(path)) ?? []
  if (text === undefined) throw new Error(`no such file was put in: ${pathOf(path)}`)
  const bytes = Buffer.from(text, base64 ? 'base64' : 'utf8')
  return encoding === undefined ? bytes : bytes.toString(encoding)
}

export const writeFileSync = (path: string | URL): never => {
  throw new Error(`there is no file system for ${pathOf(path)}`)
}
