import type { Knex } from 'knex'
import type { CreateMappingTemplate, MappingTemplate } from '../contract/import.ts'
import type { Static } from 'typebox'
import type { Actor } from '../auth/actor.ts'
import { requirePermission } from '../auth/permissions.ts'
import { newPublicId } from '../kernel/public-id.ts'
import type { Clock } from '../platform/clock.ts'
import { ProblemError } from '../platform/problems.ts'
import { columnKey } from './pipeline/decide-mapping.ts'
import { templateRepository, type TemplateRow } from './repository.ts'
import { toTemplateView } from './views.ts'

export type NewTemplate = Static<typeof CreateMappingTemplate>

/** Mappings kept under a name: offered again when a file brings the same columns. */
export const templateService = (deps: { db: Knex; clock: Clock; divisionCode: string }) => {
  const { db, clock } = deps
  const homeOf = (actor: Actor): string =>
    /^\d{6}$/.test(actor.scope.divisionPrefix) ? actor.scope.divisionPrefix : deps.divisionCode

  return {
    async list(actor: Actor): Promise<{ items: MappingTemplate[] }> {
      requirePermission(actor, 'import.read')
      const rows = await templateRepository(db).list(actor.scope.divisionPrefix)
      return { items: rows.map(toTemplateView) }
    },

    async create(actor: Actor, template: NewTemplate): Promise<MappingTemplate> {
      const divisionCode = homeOf(actor)
      requirePermission(actor, 'template.edit', { divisionCode })
      const row: TemplateRow = {
        divisionCode,
        id: newPublicId(divisionCode),
        name: template.name.trim(),
        ledger: template.ledger ?? null,
        mapping: template.mapping.map(({ source, field, unit }) => ({ source, field, unit: unit ?? null })),
        columnKey: columnKey(template.mapping.map((entry) => entry.source)),
        createdBy: actor.id,
        createdByName: actor.displayName,
        createdAt: clock.now(),
      }
      const isNew = await templateRepository(db).insert(row)
      if (!isNew) throw new ProblemError('import.template_name_taken', { name: row.name })
      return toTemplateView(row)
    },

    async remove(actor: Actor, id: string): Promise<void> {
      const divisionCode = homeOf(actor)
      requirePermission(actor, 'template.edit', { divisionCode })
      const isGone = await templateRepository(db).delete(divisionCode, id)
      if (!isGone) throw new ProblemError('import.template_not_found', { id })
    },

    async namesFor(divisionCode: string): Promise<string[]> {
      return (await templateRepository(db).list(divisionCode)).map(({ name }) => name)
    },

    /** By id, else by name, among the county's. */
    async findFor(divisionCode: string, idOrName: string, at: Knex = db): Promise<{ id: string } | null> {
      const templates = await templateRepository(at).list(divisionCode)
      return (
        templates.find(({ id }) => id === idOrName) ?? templates.find(({ name }) => name === idOrName) ?? null
      )
    },
  }
}
export type TemplateService = ReturnType<typeof templateService>
