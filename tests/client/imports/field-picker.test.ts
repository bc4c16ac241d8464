import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import FieldPicker from '../../../client/features/imports/FieldPicker.vue'
import { mount, type Mounted } from './mount.ts'

let mounted: Mounted | null = null
const show = (props: Record<string, unknown>): HTMLInputElement => {
  mounted = mount(FieldPicker, {
    field: null,
    ledger: null,
    label: '“面积”对应的字段',
    isLocked: false,
    takenBy: new Map(),
    ...props,
  })
  const input = mounted.host.querySelector('input')
  if (!input) throw new Error('no input')
  return input
}
const press = async (input: HTMLInputElement, key: string): Promise<void> => {
  input.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }))
  await nextTick()
  await nextTick()
}

afterEach(() => mounted?.unmount())

describe('the field picker', () => {
  it('is filled by typing and Enter', async () => {
    const onChoose = vi.fn()
    const input = show({ onChoose })
    input.value = '文件面积'
    input.dispatchEvent(new Event('input', { bubbles: true }))
    await nextTick()
    await press(input, 'Enter')
    expect(onChoose).toHaveBeenCalledWith('documentAreaM2')
  })

  it('opens with the arrow, closes with Escape and chooses nothing by that', async () => {
    const onChoose = vi.fn()
    const input = show({ onChoose, field: 'parcelNo' })
    await press(input, 'ArrowDown')
    expect(input.getAttribute('aria-expanded')).toBe('true')
    await press(input, 'Escape')
    expect(input.getAttribute('aria-expanded')).toBe('false')
    expect(onChoose).not.toHaveBeenCalled()
  })

  it('leaves a column as it is when that is chosen', async () => {
    const onChoose = vi.fn()
    const input = show({ onChoose, field: 'parcelNo' })
    await press(input, 'ArrowDown')
    mounted?.host
      .querySelector('[role=option]')
      ?.dispatchEvent(new MouseEvent('mousedown', { bubbles: true, cancelable: true }))
    expect(onChoose).toHaveBeenCalledWith(null)
  })
})
