/** What the checks say of a row; `overlap` is a warning with a place of its own, `open` a row not yet checked. */
export const SURVEY_STATES = ['ready', 'repaired', 'overlap', 'blocked', 'open'] as const
export type SurveyState = (typeof SURVEY_STATES)[number]

/** Told apart by lightness too, `blocked` and `open` by dashed outlines. */
export const SURVEY_STATE_STYLES: Record<SurveyState, { colour: string; isDashed: boolean }> = {
  ready: { colour: '#1f8a5b', isDashed: false },
  repaired: { colour: '#d18a00', isDashed: false },
  overlap: { colour: '#7b3fa0', isDashed: false },
  blocked: { colour: '#c0271b', isDashed: true },
  open: { colour: '#1f5fa8', isDashed: true },
}
