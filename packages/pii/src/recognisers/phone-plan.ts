/**
 * How many digits a national number has, trunk zero and service numbers left out, and the country calling codes (ITU-T E.164) of
 * which that is true: `length:codes` or `shortest-longest:codes`.
 */
const PLAN =
  '4-11:352 4-13:43,49 4-5:290,690 4-7:683 5:500,682 5-12:358 5-6:247,688 5-7:676,677,678,685 5-8:47,686 6:298,299,672,681,687 ' +
  '6-10:378 6-12:39 6-7:597 6-8:689 6-9:376,508 7:220,238,239,246,248,269,291,297,501,592,673,674,679,680,691,692,960 7-10:44,46,' +
  '95 7-12:62,86,882 7-8:230,241,267,372,507,599,670,675,961,974,975 7-9:231,245,252,265,353,354,359,423,967 8:45,53,65,216,222,' +
  '223,226,227,228,232,235,236,253,257,266,268,350,356,357,370,371,373,374,386,389,502,503,504,505,506,509,591,598,800,808,852,' +
  '853,965,968,973,976,993 8-10:20,60,63,64,225,229,234,263,381,850,856,880,886,964,972,977 8-11:82,888 8-12:883 8-9:32,36,51,66,' +
  '213,218,224,237,258,264,355,377,382,383,385,387,593,855,881,962,963,966,970,971 9:27,33,34,40,41,48,56,61,93,94,211,212,221,' +
  '233,240,242,243,244,249,250,251,255,256,260,261,262,351,375,380,420,421,590,594,595,596,870,979,992,994,995,996,998 9-10:31,' +
  '81,84,92,254 10:1,7,30,57,58,90,91,98 10-11:52,54,55 12:878'

const LENGTHS: ReadonlyMap<string, readonly [number, number]> = /* @__PURE__ */ new Map(
  /* @__PURE__ */ PLAN.split(' ').flatMap((entry) => {
    const [lengths, codes] = entry.split(':') as [string, string]
    const [from, to = from] = lengths.split('-').map(Number) as [number, number?]
    return codes.split(',').map((code) => [code, [from, to]] as const)
  }),
)

/** The calling code that an international number begins with, and whether what follows has a length of that country. */
export function callingCode(digits: string): { code: string; fits: boolean } | undefined {
  for (let length = 1; length <= 3; length++) {
    const code = digits.slice(0, length)
    const range = LENGTHS.get(code)
    if (!range) continue
    const rest = digits.length - length
    return { code, fits: rest >= range[0] && rest <= range[1] }
  }
  return undefined
}
