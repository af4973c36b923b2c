import { describe, expect, it } from 'vitest'
import { finder, judge } from './found.ts'

const found = finder('EMAIL')
const judged = judge('EMAIL')
const letters = (count: number) => 'a'.repeat(count)

describe('e-mail addresses', () => {
  it.each([
    'a@b.co',
    'jane.doe@example.com',
    'jane+tag@example.com',
    'jane_doe-1@example-one.com',
    "o'neil@example.ie",
    '!#$%^*~+-@example.com',
    '0123456789@example.com',
    'JANE@EXAMPLE.COM',
    'jane@mail.eu.example.co.uk',
    'jane@xn--bcher-kva.example',
    'jane@example.xn--p1ai',
    'jane@123.example.com',
    'jane@example.museum',
    'jane@[192.0.2.1]',
    `${letters(64)}@example.com`,
    `a@${letters(63)}.com`,
    `a@example.${letters(63)}`,
    `a@${`${letters(62)}.`.repeat(4)}com`,
  ])('%s', (address) => {
    for (const text of [
      address,
      `Write to ${address}.`,
      `<${address}>`,
      `"${address}"`,
      `(${address})`,
      `${address}, or`,
      `mailto:${address}?subject=x`,
      `a=${address}&b=1`,
      `${address}\nand`,
      `see...${address}`,
      `\u201c${address}\u201d`,
      `\u300c${address}\u300d`,
      `\u00ab${address}\u00bb`,
      `\u2026${address}\u2026`,
    ])
      expect(found(text), text).toEqual([address])
    expect(judged(address)).toEqual([0.85, false])
  })

  it.each([
    '用户@例子.公司',
    'квіточка@пошта.укр',
    'δοκιμή@παράδειγμα.δοκιμή',
    'संपर्क@डाटामेल.भारत',
    'دعم@رسيل.السعودية',
    'Dörte@Sörensen.example',
    'josé.nuñez@correo.españa',
    'чебурашка@ящик-с-апельсинами.рф',
    '二ノ宮@黒川.日本',
    'jane@почта.рф',
    'имя@example.com',
    '用户@example.com',
  ])('of other scripts: %s', (address) => {
    for (const text of [address, `<${address}>`, `\u201c${address}\u201d`, `(${address})`, `${address}, ${address.length}`])
      expect(found(text), text).toEqual([address])
  })

  it('are cut from scripts without spaces around them', () => {
    expect(found('メールはjane@example.comです')).toEqual(['jane@example.com'])
    expect(found('请联系jane@example.com。谢谢您的来信')).toEqual(['jane@example.com'])
    expect(found('อีเมลjane@example.comครับ')).toEqual(['jane@example.com'])
  })

  it.each([
    ['no top-level domain', 'jane@localhost'],
    ['a top-level domain of one letter', 'jane@example.c'],
    ['a top-level domain of digits', 'jane@example.123'],
    ['a dot before the @', 'jane.@example.com'],
    ['a dot first', '.jane@example.com'],
    ['two dots in the local part', 'ja..ne@example.com'],
    ['two dots in the domain', 'jane@example..com'],
    ['a dot behind the @', 'jane@.example.com'],
    ['a dash behind the @', 'jane@-example.com'],
    ['no local part', '@example.com'],
    ['a space before the @', 'jane @example.com'],
    ['a space behind the @', 'jane@ example.com'],
    ['a local part of 65', `${letters(65)}@example.com`],
    ['a label of 64', `a@${letters(64)}.com`],
    ['a top-level domain of 64', `a@example.${letters(64)}`],
    ['a domain over 255', `a@${`${letters(62)}.`.repeat(4)}comcom`],
    ['an underscore behind', 'jane@example.com_1'],
    ['a digit behind', 'jane@example.com1'],
    ['a literal that is not closed', 'jane@[192.0.2.1'],
    ['the end of a file name', 'icon@2x.png'],
    ['the end of a package', 'react@latest.tgz'],
    ['a remote of git', 'git@example.com:owner/repository'],
    ['the user of a URL', 'https://jane:pass@example.com/'],
    ['the user of another URL', 'postgres://jane@example.com/db'],
  ])('are none with %s', (_why, text) => expect(found(`so ${text}`)).toEqual([]))

  it('end where their whole labels end', () => {
    expect(found('jane@example.com-')).toEqual(['jane@example.com'])
    expect(found('jane@example.com..')).toEqual(['jane@example.com'])
    expect(found('jane@example.com/path')).toEqual(['jane@example.com'])
  })

  it('percent-encoded are found whole, wherever a sign is encoded', () => {
    const address = 'jane@example.com'
    for (let at = 0; at < address.length; at++) {
      const encoded = `%${address.charCodeAt(at).toString(16)}`
      const text = address.slice(0, at) + encoded + address.slice(at + 1)
      expect(found(`?to=${text}&x=1`), text).toEqual([text])
    }
    const whole = [...address].map((character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`).join('')
    expect(found(whole)).toEqual([whole])
  })

  it('wide, and with signs of no width, are found as they stand', () => {
    for (const text of ['jane＠example．com', 'jane\u200b@exam\u00adple.com', 'jane@example\u3002com', 'ｊａｎｅ@example.com'])
      expect(found(`to ${text}!`)).toEqual([text])
  })

  it.each([
    'jane [at] example [dot] com',
    'jane(at)example(dot)com',
    'jane {at} example.com',
    'jane <at> example <dot> co <dot> uk',
    'jane at example dot com',
    'jane.doe AT example DOT com',
  ])('spelled out: %s', (text) => {
    expect(found(`e-mail: ${text}`)).toEqual([text])
    expect(found(`e-mail: ${text}; thanks`)).toEqual([text])
  })

  it('spelled out without brackets and dot only beside a word', () => {
    expect(found('#1 look at example.com')).toEqual([])
    expect(found('#1 e-mail jane at example.com')).toEqual(['jane at example.com'])
  })
})
