import { previewSurvey, type SurveyPreview } from './survey-preview.ts'
import type { LooseFile } from './survey-files.ts'

export interface PreviewRequest {
  files: LooseFile[]
}
export type PreviewAnswer = SurveyPreview

addEventListener('message', (event: MessageEvent<PreviewRequest>) => {
  void previewSurvey(event.data.files).then((preview) => postMessage(preview satisfies PreviewAnswer))
})
