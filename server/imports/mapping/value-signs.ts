/** Fields that give themselves away by what their values look like, whatever the column is called. */
import { codeOf } from './codes.ts'
import { foldWidth } from './names.ts'
import { shareOf, type ColumnProfile } from './profile.ts'
import type { GuessContext } from './guess.ts'

export interface ValueSign {
  field: string
  /** Share of filled values that must look like it. */
  least: number
  share(column: ColumnProfile, context: GuessContext): number
}

const pattern = (field: string, expression: RegExp, least = 0.8): ValueSign => ({
  field,
  least,
  share: (column) => shareOf(column, (value) => expression.test(foldWidth(String(value)).toUpperCase())),
})

const words = (field: string, list: string, least = 0.8): ValueSign => ({
  field,
  least,
  share: (column, context) => {
    // Numbers and single letters mean too much: 1 is a code, a count and a yes.
    const share = shareOf(column, (value) => {
      const word = foldWidth(String(value))
      if (!/\p{Script=Han}/u.test(word)) return false
      const code = codeOf(list, word)
      return code !== null && (field !== 'cause' || code !== 'other' || context.ledger === 'idle')
    })
    return share
  },
})

export const VALUE_SIGNS: readonly ValueSign[] = [
  // Division 6, year 4, letter, 5 digits: the land-market number (domain of 电子监管号).
  pattern('supervisionNo', /^\d{6}(19|20)\d{2}[A-Z]\d{5}(-\d+)?$/),
  pattern('parcelCode', /^\d{12}[GJZ][ABSXCDEFGHWY]\d{5}$/),
  pattern('realEstateUnitNo', /^\d{12}[GJZ][ABSXCDEFGHWY]\d{5}[FLQW]\d{8}$/),
  pattern('creditCode', /^[159YN][1239][0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}$/),
  pattern('approvalNo', /[〔[(【](19|20)\d{2}[〕\])】]\d+号$/),
  pattern('plannedUse', /^([0-9]{2,6})?\p{Script=Han}{1,12}用地(\([0-9]+\))?$/u),
  pattern('location', /(镇|苏木|嘎查|村|街道|路|园区|开发区).+/u, 0.9),
  pattern('parcelNo', /^(PEWG|XZ)-\d{6}-\d{4}-\d{4,}$/),
  words('ownership', 'ownership'),
  words('ledger', 'ledger'),
  words('status', 'status'),
  words('cause', 'cause'),
  words('supplyMode', 'supplyMode'),
  words('idleKind', 'idleKind'),
  {
    field: 'townCode',
    least: 0.8,
    share: (column, context) =>
      shareOf(column, (value) => {
        const word = foldWidth(String(value))
        return word.length <= 12 && context.towns.byNameOrCode(word) !== null
      }),
  },
]
