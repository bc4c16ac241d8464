import { createEncodingJudge, decodeCell, type EncodingDetection, type TextCell } from '../detect/encoding.ts'
import { readDbfLayout, type DbfLayout } from './dbf-layout.ts'
import { planColumn, textBounds, type DbfColumnPlan } from './dbf-values.ts'
import { FileWindow } from './file-window.ts'
import type { AttributeValue, LayerNote, RowFault, SourceFile, SurveyField } from './types.ts'

/** Attributes of one record; null when it carries the deletion mark. */
export interface DbfRecord {
  attributes: Record<string, AttributeValue>
  faults: RowFault[]
}

/** A DBF opened for reading by record number, 0-based. */
export class DbfTable {
  readonly layout: DbfLayout
  readonly fields: SurveyField[]
  readonly notes: LayerNote[]
  private readonly file: FileWindow
  private readonly plans: DbfColumnPlan[]

  private constructor(file: FileWindow, layout: DbfLayout, plans: DbfColumnPlan[], notes: LayerNote[]) {
    this.file = file
    this.layout = layout
    this.plans = plans
    this.fields = plans.map((plan) => plan.field)
    this.notes = notes
  }

  static async open(source: SourceFile, encoding: string): Promise<DbfTable> {
    const file = await FileWindow.open(source.path)
    try {
      const layout = await readDbfLayout(file, source.name)
      const notes = [...layout.notes]
      return new DbfTable(file, layout, planColumns(layout, encoding, notes), notes)
    } catch (error) {
      await file.close()
      throw error
    }
  }

  get recordCount(): number {
    return this.layout.recordCount
  }

  /** `deleted` for a deleted record, null past the end. */
  async record(index: number): Promise<DbfRecord | 'deleted' | null> {
    const { headerLength, recordLength, recordCount } = this.layout
    if (index >= recordCount) return null
    const offset = headerLength + index * recordLength
    const bytes = this.file.peek(offset, recordLength) ?? (await this.file.read(offset, recordLength))
    if (bytes.length === 0) return null
    if (bytes[0] === 0x2a) return 'deleted'
    const attributes: Record<string, AttributeValue> = {}
    const faults: RowFault[] = []
    for (const plan of this.plans) attributes[plan.field.name] = plan.read(bytes, faults)
    return { attributes, faults }
  }

  close(): Promise<void> {
    return this.file.close()
  }
}

function planColumns(layout: DbfLayout, encoding: string, notes: LayerNote[]): DbfColumnPlan[] {
  const taken = new Set<string>()
  const plans: DbfColumnPlan[] = []
  layout.columns.forEach((column, index) => {
    const decoded = columnName(column.nameBytes, encoding)
    const wanted = decoded === '' || decoded === '__proto__' ? `FIELD_${index + 1}` : decoded
    const name = uniqueName(wanted, taken)
    const plan = planColumn(column, name, encoding)
    if (!plan) {
      notes.push({ code: 'dbf_field_unsupported', params: { field: name, type: column.type } })
      return
    }
    if (name !== decoded) notes.push({ code: 'dbf_field_renamed', params: { from: decoded, to: name } })
    taken.add(name.toLowerCase())
    plans.push(plan)
  })
  return plans
}

function uniqueName(wanted: string, taken: ReadonlySet<string>): string {
  let name = wanted
  for (let i = 1; taken.has(name.toLowerCase()); i++) name = `${wanted}_${i}`
  return name
}

/** Names are sometimes in another encoding than the values: the first one that fits strictly wins. */
function columnName(bytes: Buffer, encoding: string): string {
  // Ten bytes is the limit: a name that long may end in half a character.
  const cell: TextCell = { bytes, fillsField: bytes.length >= 9 }
  for (const candidate of [encoding, 'UTF-8', 'GB18030']) {
    const decoded = decodeCell(cell, candidate)
    if (!decoded.isMalformed) return cleanName(decoded.text)
  }
  return cleanName(decodeCell(cell, encoding).text)
}

function cleanName(text: string): string {
  return text.replace(/\p{Cc}/gu, '').trim()
}

/** Encoding of a DBF by its .cpg, its language byte and every text byte in it. */
export async function detectDbfEncoding(
  source: SourceFile,
  cpg: string | null,
): Promise<EncodingDetection & { layout: DbfLayout }> {
  const file = await FileWindow.open(source.path)
  try {
    const layout = await readDbfLayout(file, source.name)
    const judge = createEncodingJudge()
    judge.addRow(
      layout.columns.map(({ nameBytes }) => ({ bytes: nameBytes, fillsField: nameBytes.length >= 9 })),
    )
    const texts = layout.columns.filter(({ type, length }) => (type === 'C' || type === 'V') && length > 0)
    for (let index = 0; index < layout.recordCount; index++) {
      const offset = layout.headerLength + index * layout.recordLength
      const record = file.peek(offset, layout.recordLength) ?? (await file.read(offset, layout.recordLength))
      judge.addRow(textCells(record, texts))
    }
    return { ...judge.decide({ cpg, ldid: layout.ldid }), layout }
  } finally {
    await file.close()
  }
}

function textCells(record: Buffer, columns: readonly { offset: number; length: number }[]): TextCell[] {
  const cells: TextCell[] = []
  for (const { offset, length } of columns) {
    const limit = Math.min(offset + length, record.length)
    const { start, end, isAscii } = textBounds(record, offset, limit)
    if (!isAscii && end > start) cells.push({ bytes: record.subarray(start, end), fillsField: end === limit })
  }
  return cells
}
