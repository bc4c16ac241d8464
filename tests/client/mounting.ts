/** Components on a page of their own, and a parcel to show in them. */
import type { ParcelDetail } from '#contract/parcel.ts'
import { createPinia, type Pinia } from 'pinia'
import { createApp, type Component } from 'vue'
import { i18n } from '../../client/text/i18n.ts'

const mounted: (() => void)[] = []

export function mount(
  component: Component,
  props: Record<string, unknown>,
  pinia: Pinia = createPinia(),
): HTMLElement {
  const host = document.body.appendChild(document.createElement('div'))
  const app = createApp(component, props)
  app.use(pinia)
  app.use(i18n)
  app.mount(host)
  mounted.push(() => {
    app.unmount()
    host.remove()
  })
  return host
}

export function unmountAll(): void {
  for (const unmount of mounted.splice(0)) unmount()
}

export const parcel = (patch: Partial<ParcelDetail> = {}): ParcelDetail => ({
  id: '150623-01920000-0000-7000-8000-000000000001',
  version: 3,
  divisionCode: '150623',
  townCode: '150623100',
  townName: '敖勒召其镇',
  ledger: 'idle',
  status: 'registered',
  cause: 'enterprise',
  parcelNo: 'XZ-1',
  name: '示例地块',
  documentAreaM2: 58_000,
  projectedAreaM2: 58_580,
  ellipsoidalAreaM2: 57_997.06,
  positionQuality: 'surveyed',
  missing: [],
  updatedAt: '2026-01-05T00:00:00Z',
  attributes: { parcelNo: 'XZ-1', name: '示例地块', cause: 'enterprise', remark: null },
  extra: {},
  source: {
    importId: null,
    fileName: null,
    fileSha256: null,
    layer: null,
    row: null,
    importedAt: null,
    importedBy: null,
  },
  geometry: null,
  geometryCrs: null,
  surveyCrs: null,
  surveyCrsName: null,
  innerPoint: null,
  bbox: null,
  importRepaired: false,
  ...patch,
})
