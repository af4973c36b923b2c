import { describe, expect, it } from 'vitest'
import { contentProblems } from '../contents.ts'
import { type Manifest, manifestProblems } from '../manifest.ts'

const file = (path: string, text = '') => ({ path, text })
const whole = [file('package.json'), file('README.md'), file('LICENSE'), file('dist/index.js'), file('dist/index.d.ts')]
const map = (path: string, source: string) => file(path, JSON.stringify({ sources: [source] }))

describe('what a tarball holds', () => {
  it('is what was built, and what says what it is', () => {
    const more = [
      file('dist/schema.json'),
      map('dist/index.js.map', '../src/index.ts'),
      map('dist/backend/node.js.map', '../../src/node.ts'),
    ]
    expect(contentProblems([...whole, ...more], ['/home/jane'])).toEqual([])
  })

  it.each([
    'src/index.ts',
    'test/index.test.ts',
    'dist/index.test.js',
    'dist/fixtures/a.js',
    '.env',
    'dist/keys.pem',
    'dist/page.build.js',
  ])('is not %s', (path) => {
    expect(contentProblems([...whole, file(path)], [])).toEqual([`${path} does not belong there`])
  })

  it('has a licence', () => {
    expect(
      contentProblems(
        whole.filter(({ path }) => path !== 'LICENSE'),
        [],
      ),
    ).toEqual(['LICENSE is missing'])
  })

  it('names no path outside the package', () => {
    for (const source of ['/home/jane/waxseal/src/index.ts', '../../../shared/data/a.ts', '../../core/src/index.ts'])
      expect(contentProblems([...whole, map('dist/index.js.map', source)], [])).toEqual([`dist/index.js.map names ${source}`])
  })

  it('knows nothing of the machine that made it', () => {
    expect(contentProblems([...whole, file('dist/a.js', 'const home = "/home/jane/keys"')], ['/home/jane/'])).toEqual([
      'dist/a.js holds /home/jane/',
    ])
  })
})

describe('the repository of a package', () => {
  const problems = (manifest: object, repository?: Manifest['repository']) =>
    manifestProblems({ name: '@waxseal/core', ...manifest }, 'core', repository).filter((problem) =>
      problem.includes('repository'),
    )
  const repository = { type: 'git', url: 'git+https://example.com/owner/waxseal.git' }

  it('is named where the root names it, and only there', () => {
    expect(problems({})).toEqual([])
    expect(problems({ repository })).toHaveLength(1)
    expect(problems({}, repository)).toHaveLength(1)
    expect(problems({ repository: { ...repository, directory: 'packages/core' } }, repository)).toEqual([])
  })
})
