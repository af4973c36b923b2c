import { describe, expect, it } from 'vitest'
import { wordsOf } from '../../src/text/words.ts'

describe('words', () => {
  it.each([
    ['userSSNLast4', 'user ssn last 4'],
    ['numéroDeTéléphone', 'numero de telephone'],
    ['HASŁO', 'haslo'],
    ['FØDSELSDATO', 'fodselsdato'],
    ['Straße', 'strasse'],
    ['şifreYeni', 'sifre yeni'],
    ["carte d'identité", 'carte d identite'],
    ['номерТелефона', 'номер телефона'],
    ['Мобильный', 'мобильныи'],
    ['αριθμός_κάρτας', 'αριθμος καρτας'],
    ['رقم الهاتف', 'رقم الهاتف'],
    ['رَقْم', 'رقم'],
    ['الهـاتف', 'الهاتف'],
    ['תַּאֲרִיךְ־לֵידָה', 'תאריך לידה'],
    ['फ़ोन नंबर', 'फोन नंबर'],
    ['ที่อยู่', 'ที่อยู่'],
    ['パスワード', 'パスワード'],
    ['ﾊﾟｽﾜｰﾄﾞ', 'パスワード'],
    ['전화 번호', '전화 번호'],
    ['IP地址2', 'ip 地址 2'],
  ])('of %s', (text, words) => expect(wordsOf(text).join(' ')).toBe(words))

  it('keep vowels that make another word', () => expect(wordsOf('पता')).not.toEqual(wordsOf('पति')))
  it('are the same decomposed', () => expect(wordsOf('전화Téléphone'.normalize('NFD'))).toEqual(wordsOf('전화Téléphone')))
})
