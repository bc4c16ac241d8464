/** Which ledger a file belongs to when nobody said so: its words, else its columns. */
import type { Ledger } from '../../contract/codes/ledger.ts'
import type { StoredEvidence } from '../evidence.ts'
import { codeOf } from './codes.ts'
import { bareName, NameIndex } from './names.ts'
import { filledValues, type ColumnProfile } from './profile.ts'

export interface LedgerGuess {
  /** For rows that don't say. */
  ledger: Ledger
  /** Rows of both ledgers stand in the file. */
  isMixed: boolean
  evidence: StoredEvidence[]
}

const IDLE_WORDS = /闲置|约定动工|约定开工|合同|监管|使用权人|受让|动工|竣工|交地|出让|查封/
const UNSUPPLIED_WORDS = /批而未|未供|批次|批文|批准文号|征补|净地|撤回|已供/

/** Words of the 台账类别 column decide; then columns only one ledger has; then the names of file, sheet and table. */
export function guessLedger(columns: readonly ColumnProfile[], fileNames: readonly string[]): LedgerGuess {
  const index = new NameIndex(null)
  for (const column of columns) {
    if (!index.find(column.name).some((entry) => entry.field.wire === 'ledger')) continue
    const counts = { approved_unsupplied: 0, idle: 0 }
    for (const value of filledValues(column)) {
      const code = codeOf('ledger', String(value)) as Ledger | null
      if (code) counts[code]++
    }
    const total = counts.approved_unsupplied + counts.idle
    if (total === 0 || total < filledValues(column).length / 2) continue
    const ledger = counts.idle > counts.approved_unsupplied ? 'idle' : 'approved_unsupplied'
    const isMixed = counts.idle > 0 && counts.approved_unsupplied > 0
    return {
      ledger,
      isMixed,
      evidence: [
        {
          kind: 'ledger',
          source: column.name,
          code: isMixed ? 'ledger_column_mixed' : 'ledger_column',
          params: { column: column.name, ledger, idle: counts.idle, unsupplied: counts.approved_unsupplied },
          agrees: true,
        },
      ],
    }
  }
  return guessByColumns(columns, fileNames)
}

function guessByColumns(columns: readonly ColumnProfile[], fileNames: readonly string[]): LedgerGuess {
  const files = fileNames.join(' ')
  const tells = (pattern: RegExp): string[] =>
    columns.filter((column) => pattern.test(bareName(column.name))).map((column) => column.name)
  const ofLedger = (ledger: Ledger): string[] => {
    const own = new NameIndex(ledger)
    const other = new NameIndex(ledger === 'idle' ? 'approved_unsupplied' : 'idle')
    return columns
      .filter((column) => own.find(column.name).length > 0 && other.find(column.name).length === 0)
      .map((column) => column.name)
  }
  const idle = new Set([...tells(IDLE_WORDS), ...ofLedger('idle')])
  const unsupplied = new Set([...tells(UNSUPPLIED_WORDS), ...ofLedger('approved_unsupplied')])
  const idleScore = idle.size + (/闲置|xztd|idle/i.test(files) ? 3 : 0)
  const unsuppliedScore = unsupplied.size + (/批而未|pewg|unsupplied/i.test(files) ? 3 : 0)
  const ledger = idleScore > unsuppliedScore ? 'idle' : 'approved_unsupplied'
  const told = [...(ledger === 'idle' ? idle : unsupplied)].slice(0, 4)
  const isTold = idleScore !== unsuppliedScore
  return {
    ledger,
    isMixed: false,
    evidence: [
      {
        kind: 'ledger',
        source: told[0] ?? fileNames[0] ?? '',
        code: !isTold ? 'ledger_default' : told.length > 0 ? 'ledger_by_columns' : 'ledger_by_name',
        params: { ledger, columns: told.join('、') },
        agrees: true,
      },
    ],
  }
}
