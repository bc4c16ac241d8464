import type { FieldDefinition } from '#contract/fields.ts'
import type { Attributes, ParcelDetail, PatchedParcel } from '#contract/parcel.ts'
import { computed, onBeforeUnmount, ref, watch } from 'vue'
import { useI18n } from 'vue-i18n'
import { ApiProblem } from '../../api/http.ts'
import { fetchParcelHistory, patchParcel } from '../../api/parcels.ts'
import { useDraft } from '../../state/draft.ts'
import { useSession } from '../../state/session.ts'
import { instant } from '../../text/format.ts'
import { problemSentence } from '../../text/problems.ts'
import { fromInput, toInput } from './edit-values.ts'
import { changedAttributes, quickFields } from './field-values.ts'
import { mergedFields, type MergedField } from './merge.ts'

/** A field of the merge as the person sees it; of a field both changed the choice is theirs to make. */
export interface MergeRow extends MergedField {
  mine: string
  theirs: string
  choice: 'mine' | 'theirs' | null
  /** Who set the other value, and when; null when the history did not tell. */
  by: string | null
}

export type SaveResult = 'saved' | 'faulty' | 'stale' | 'refused'

/** The values of the form, what they change, and how they come together with what others saved meanwhile. */
export function useParcelEdit(parcel: () => ParcelDetail, onStale: (theirs: ParcelDetail) => void) {
  const { t } = useI18n()
  const session = useSession()
  const draft = useDraft()
  const userId = session.user?.id ?? ''
  const found = draft.find(parcel().id, userId)

  const fields = computed(() => quickFields(parcel()))
  const inputsOf = (attributes: Attributes): Record<string, string> =>
    Object.fromEntries(fields.value.map((field) => [field.wire, toInput(field, attributes[field.wire])]))

  const before = ref<Attributes>(found?.before ?? parcel().attributes)
  const version = ref(found?.version ?? parcel().version)
  const inputs = ref<Record<string, string>>({ ...inputsOf(before.value), ...found?.inputs })
  const reason = ref(found?.reason ?? '')
  const refusal = ref<string | null>(null)
  const faults = ref<Record<string, string>>({})
  const rows = ref<MergeRow[]>([])
  const isBusy = ref(false)

  const isDirty = computed(() =>
    fields.value.some((field) => inputs.value[field.wire] !== toInput(field, before.value[field.wire])),
  )
  const openChoices = computed(
    () => rows.value.filter((row) => row.changedBy === 'both' && row.choice === null).length,
  )

  watch(
    [inputs, reason, before],
    () => {
      if (!isDirty.value) {
        draft.drop()
        return
      }
      draft.keep({
        parcelId: parcel().id,
        userId,
        version: version.value,
        before: before.value,
        inputs: { ...inputs.value },
        reason: reason.value,
      })
    },
    { deep: true },
  )
  draft.isDirty = isDirty.value
  // What was typed stays kept: only an answer to the question, or a save, drops it.
  onBeforeUnmount(() => (draft.isDirty = false))

  const valueOf = (field: FieldDefinition) =>
    fromInput(field, inputs.value[field.wire], before.value[field.wire])

  /** Null when something typed can't be read. */
  function collect(): Attributes | null {
    const next: Attributes = {}
    faults.value = {}
    for (const field of fields.value) {
      const value = valueOf(field)
      if (value === undefined) faults.value = { ...faults.value, [field.wire]: t('map.editing.notANumber') }
      else next[field.wire] = value
    }
    return Object.keys(faults.value).length > 0 ? null : next
  }

  /**
   * Goes on from what others saved: fields only they changed take their value, fields only I changed keep mine, and
   * what both changed waits for a choice.
   */
  function merge(theirs: ParcelDetail, mine: Attributes): void {
    const merged = mergedFields(fields.value, before.value, mine, theirs.attributes)
    const next = inputsOf(theirs.attributes)
    rows.value = merged.map((entry) => ({
      ...entry,
      mine: inputs.value[entry.field.wire],
      theirs: next[entry.field.wire],
      choice: null,
      by: null,
    }))
    for (const { field, changedBy } of merged)
      if (changedBy !== 'others') next[field.wire] = inputs.value[field.wire]
    const since = version.value
    version.value = theirs.version
    before.value = theirs.attributes
    inputs.value = next
    onStale(theirs)
    void tellWho(since)
  }
  /** Names beside the values are a help, not a condition: without the history one chooses all the same. */
  async function tellWho(since: number): Promise<void> {
    try {
      const { items } = await fetchParcelHistory(parcel().id)
      const later = items.filter((entry) => entry.version > since).toSorted((a, b) => b.version - a.version)
      for (const row of rows.value) {
        const entry = later.find(({ changes }) => changes.some((change) => change.field === row.field.wire))
        if (entry) row.by = `${entry.by} ${instant(entry.recordedAt)}`
      }
    } catch {
      // See above.
    }
  }
  function choose(row: MergeRow, side: 'mine' | 'theirs'): void {
    row.choice = side
    inputs.value[row.field.wire] = row[side]
  }

  function showRefusal(error: unknown): void {
    refusal.value = problemSentence(error)
    if (!(error instanceof ApiProblem)) return
    faults.value = Object.fromEntries(
      error.errors.map((fault) => [fault.field.split(/[./]/).pop() ?? fault.field, fault.message]),
    )
  }

  async function save(onSaved: (patched: PatchedParcel) => void): Promise<SaveResult> {
    refusal.value = null
    const mine = collect()
    if (!mine) {
      refusal.value = t('map.editing.faulty', { n: Object.keys(faults.value).length })
      return 'faulty'
    }
    isBusy.value = true
    try {
      const attributes = changedAttributes(before.value, mine)
      const said = reason.value.trim()
      const change = { version: version.value, attributes, ...(said ? { reason: said } : {}) }
      const patched = await patchParcel(parcel().id, change)
      draft.drop()
      onSaved(patched)
      return 'saved'
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 412 && error.current) {
        merge(error.current as ParcelDetail, mine)
        return 'stale'
      }
      showRefusal(error)
      return Object.keys(faults.value).length > 0 ? 'faulty' : 'refused'
    } finally {
      isBusy.value = false
    }
  }

  return {
    fields,
    inputs,
    reason,
    refusal,
    faults,
    rows,
    isBusy,
    isDirty,
    openChoices,
    wasRestored: found !== null,
    choose,
    save,
  }
}
