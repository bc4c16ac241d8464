import { afterEach, describe, expect, it, vi } from 'vitest'
import { defineComponent, h, nextTick, type Component } from 'vue'
import { provideCandidate, type Candidate } from '../../../client/features/imports/candidate.ts'
import ReadingStep from '../../../client/features/imports/ReadingStep.vue'
import { detected, importView } from './import-view.ts'
import { buttonOf, mount, type Mounted } from './mount.ts'

let mounted: Mounted | null = null
afterEach(() => mounted?.unmount())

const candidate = (crs: string, zh: string) => ({ crs, name: { zh, en: zh }, reason: 'values' })
const CANDIDATES = [candidate('EPSG:4545', '中央经线108度'), candidate('EPSG:4546', '中央经线111度')]

function show(what: Parameters<typeof detected>[0]) {
  const looked: Candidate[] = []
  const onChange = vi.fn()
  const page = defineComponent({
    props: ['view', 'isLocked'],
    setup(props) {
      provideCandidate((next) => looked.push(next))
      return () => h(ReadingStep as Component, { view: props.view, isLocked: props.isLocked, onChange })
    },
  })
  mounted = mount(page, {
    view: importView({ status: 'needs_choice', detected: detected(what) }),
    isLocked: false,
  })
  return { host: mounted.host, looked, onChange }
}

async function pick(host: HTMLElement, name: string, index: number): Promise<void> {
  const radio = host.querySelectorAll<HTMLInputElement>(`input[name=${name}]`)[index]
  radio?.dispatchEvent(new Event('change'))
  await nextTick()
}

describe('an open reference system', () => {
  it('is looked at candidate by candidate, and taken by the button', async () => {
    const { host, looked, onChange } = show({
      crs: null,
      crsName: null,
      datum: null,
      needsChoice: ['crs'],
      crsCandidates: CANDIDATES,
    })
    await pick(host, 'crs', 1)
    expect(looked).toEqual([{ crs: 'EPSG:4546' }])
    expect(onChange).not.toHaveBeenCalled()
    buttonOf(host, '采用').click()
    expect(onChange).toHaveBeenCalledWith({ crs: 'EPSG:4546', uncalibrated: false, datumParameters: null })
  })

  it('shows both orders of the axes before one is taken', async () => {
    const { host, looked, onChange } = show({ needsChoice: ['axis'] })
    await pick(host, 'axis', 1)
    expect(looked).toEqual([{ isAxisSwapped: true }])
    expect(onChange).not.toHaveBeenCalled()
    buttonOf(host, '采用').click()
    expect(onChange).toHaveBeenCalledWith({ isAxisSwapped: true })
  })

  it('shows an old datum as soon as it is picked, before anybody says what becomes of it', async () => {
    const { host, looked, onChange } = show({ needsChoice: ['datum'], datum: null })
    await pick(host, 'datum', 1)
    expect(looked).toEqual([{ crs: 'EPSG:2360' }])
    expect(onChange).not.toHaveBeenCalled()
  })
})
