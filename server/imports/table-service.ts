/** The ledger table of a survey that is already uploaded: added, put in the place of another, taken away. */
import type { ImportView } from '../contract/import.ts'
import type { Actor } from '../auth/actor.ts'
import type { Language } from '../kernel/sentence.ts'
import { ProblemError } from '../platform/problems.ts'
import type { ImportAccess, ImportServiceDeps } from './access.ts'
import { isTableFile, type ImportRecord, type StoredChoices, type StoredFile } from './import-record.ts'
import { TABLE_PREFIX } from './mapping/profile.ts'
import { importRepository } from './repository.ts'
import type { ReceivedFile } from './service.ts'
import { importRuns } from './runs.ts'

/** What was decided about another table says nothing about this one; the survey's own columns keep their fields. */
function withoutTableChoices(choices: StoredChoices): StoredChoices {
  const { join: _, mapping, withoutTable: __, isTableGuessed: ___, ...rest } = choices
  if (!mapping) return rest
  return {
    ...rest,
    mapping: mapping.filter(({ source }) => !source.startsWith(TABLE_PREFIX)),
    isTableGuessed: true,
  }
}

export const importTables = (
  deps: ImportServiceDeps,
  access: ImportAccess,
  view: (record: ImportRecord, language: Language) => Promise<ImportView>,
) => {
  const { db, files, jobs } = deps
  const { repository, authorized } = access
  const { requireOpen, startRun } = importRuns(deps)

  /** Files, choices and the new run are written together: after a crash either all of it stands or nothing. */
  async function change(
    actor: Actor,
    id: string,
    language: Language,
    table: ReceivedFile | null,
  ): Promise<ImportView> {
    const found = await authorized(actor, 'import.create', id)
    await db.transaction(async (trx) => {
      const record = await importRepository(trx).findForUpdate(found.divisionCode, id)
      if (!record) throw new ProblemError('import.not_found', { id })
      requireOpen(record)
      const tables = record.files.filter(isTableFile)
      const others = record.files.filter((file) => !isTableFile(file))
      if (!table && tables.length === 0 && record.tableJoin === null)
        throw new ProblemError('import.no_table', { id })
      for (const file of tables)
        await trx('files').where({ division_code: record.divisionCode, id: file.id }).delete()
      const added: StoredFile[] = []
      if (table) {
        const { divisionCode } = record
        const file = { divisionCode, name: table.name, mediaType: 'application/octet-stream' }
        const owner = { ownerKind: 'import', ownerId: id, createdBy: actor.id }
        const row = await files.register(trx, { ...file, ...owner }, table.stored)
        added.push({ id: row.id, name: table.name, ...table.stored })
      }
      await importRepository(trx).update(record.divisionCode, id, {
        files: [...others, ...added],
        tableJoin: null,
      })
      const choices = withoutTableChoices(record.choices)
      await startRun(trx, record, table ? choices : { ...choices, withoutTable: true }, actor.id)
    })
    jobs.wake()
    return view((await repository.find(found.divisionCode, id))!, language)
  }

  return {
    /** Before the bytes are taken in: who may, and whether anything can still be changed. */
    async authorizeTable(actor: Actor, id: string): Promise<void> {
      requireOpen(await authorized(actor, 'import.create', id))
    },

    async putTable(
      actor: Actor,
      id: string,
      received: readonly ReceivedFile[],
      language: Language,
    ): Promise<ImportView> {
      const [table, more] = received
      if (!table) throw new ProblemError('import.no_file')
      if (more) throw new ProblemError('import.too_many_files')
      if (!isTableFile(table)) throw new ProblemError('import.not_a_table', { name: table.name })
      return change(actor, id, language, table)
    },

    removeTable: (actor: Actor, id: string, language: Language): Promise<ImportView> =>
      change(actor, id, language, null),
  }
}
