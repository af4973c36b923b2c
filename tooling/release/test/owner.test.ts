import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { leftForOwner, nameRepository } from '../owner.ts'

let root = ''

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'waxseal-owner-'))
  mkdirSync(join(root, 'packages/core'), { recursive: true })
  writeFileSync(join(root, 'package.json'), '{ "name": "waxseal" }')
  writeFileSync(join(root, 'packages/core/package.json'), '{ "name": "@waxseal/core", "version": "0.1.0" }')
  writeFileSync(join(root, 'SECURITY.md'), 'Contact: to be filled in by the owner.')
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('what is left to the owner', () => {
  it('is told, and gone once it is done', () => {
    expect(leftForOwner(root)).toEqual([
      expect.stringContaining('Name the repository'),
      expect.stringContaining('Name a contact for vulnerabilities'),
    ])
    nameRepository(root, 'https://example.com/owner/waxseal')
    writeFileSync(join(root, 'SECURITY.md'), 'Contact: security@example.com')
    expect(leftForOwner(root)).toEqual([])
  })
})

describe('the name of the repository', () => {
  it('stands in every package, with its folder', () => {
    nameRepository(root, 'https://example.com/owner/waxseal')
    expect(JSON.parse(readFileSync(join(root, 'packages/core/package.json'), 'utf8'))).toEqual({
      name: '@waxseal/core',
      version: '0.1.0',
      repository: { type: 'git', url: 'git+https://example.com/owner/waxseal.git', directory: 'packages/core' },
    })
    expect(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).repository).toEqual({
      type: 'git',
      url: 'git+https://example.com/owner/waxseal.git',
    })
  })

  it.each(['', 'waxseal', 'http://example.com/owner/waxseal', 'https://example.com/owner', 'https://example.com/a/b/c'])(
    'is an address, not "%s"',
    (address) => {
      expect(() => nameRepository(root, address)).toThrow('not the address of a repository')
      expect(readFileSync(join(root, 'package.json'), 'utf8')).toBe('{ "name": "waxseal" }')
    },
  )
})
