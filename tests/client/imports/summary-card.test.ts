import { afterEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import SummaryCard from '../../../client/features/imports/SummaryCard.vue'
import { detected, importView } from './import-view.ts'
import { buttonOf, mount, type Mounted } from './mount.ts'

let mounted: Mounted | null = null
const show = (view: ReturnType<typeof importView>, props: Record<string, unknown> = {}): HTMLElement => {
  mounted = mount(SummaryCard, {
    view,
    mayCommit: true,
    isBusy: false,
    isCommitting: false,
    hasChosen: false,
    ...props,
  })
  return mounted.host
}
const faulty = importView({
  counts: {
    features: 317,
    ready: 312,
    repaired: 2,
    blocked: 5,
    new: 312,
    changed: 0,
    unchanged: 0,
    draft: 0,
  },
})

afterEach(() => mounted?.unmount())

describe('the summary of an import', () => {
  it('says it in one line and offers one button', () => {
    const host = show(importView())
    expect(host.querySelector('h2')?.textContent).toContain('312 宗全部可入库')
    expect(host.querySelectorAll('fieldset').length).toBe(0)
    expect(buttonOf(host, '入库 312 宗').disabled).toBe(false)
  })

  it('asks what becomes of blocked rows, and only then', async () => {
    const onCommit = vi.fn()
    const host = show(faulty, { onCommit })
    expect(host.querySelector('h2')?.textContent?.replace(/\s/g, '')).toBe('312宗可入库，5宗有问题')
    buttonOf(host, '入库 312 宗').click()
    expect(onCommit).toHaveBeenCalledWith('leave_out')
    host.querySelector<HTMLInputElement>('input[value=stop]')?.click()
    await nextTick()
    expect(buttonOf(host, '入库 312 宗').disabled).toBe(true)
  })

  it('agrees to leave nothing out when nothing is blocked', () => {
    const onCommit = vi.fn()
    buttonOf(show(importView(), { onCommit }), '入库 312 宗').click()
    expect(onCommit).toHaveBeenCalledWith('stop')
  })

  it('counts what will be written when part of it is there already', () => {
    const counts = { ...importView().counts, new: 0, changed: 3, unchanged: 309 }
    const host = show(importView({ counts }))
    expect(host.querySelector('h2')?.textContent).toContain('3 宗可入库')
    expect(host.textContent).toContain('无变化 309 宗')
    expect(buttonOf(host, '入库 3 宗').disabled).toBe(false)
  })

  it('offers no button for a survey that changes nothing', () => {
    const counts = { ...importView().counts, new: 0, unchanged: 312 }
    const host = show(importView({ counts }))
    expect(host.textContent).toContain('没有变化')
    expect(host.querySelector('.commit')).toBeNull()
  })

  it('offers no button to who may only look', () => {
    const host = show(importView(), { mayCommit: false })
    expect(host.querySelector('.commit')).toBeNull()
    expect(host.textContent).toContain('由有权限的人员完成')
  })

  it('is deaf while something is under way', () => {
    expect(buttonOf(show(importView(), { isBusy: true }), '入库 312 宗').disabled).toBe(true)
  })

  it('leads to the step that needs a decision', () => {
    const onGoTo = vi.fn()
    const view = importView({ status: 'needs_choice', detected: detected({ needsChoice: ['datum'] }) })
    buttonOf(show(view, { onGoTo }), '去确认').click()
    expect(onGoTo).toHaveBeenCalledWith('reading')
  })

  it('offers to check again what was cleared or broke off, to whoever may', () => {
    const onRecheck = vi.fn()
    const cleared = show(importView({ isCleared: true }), { mayRecheck: true, onRecheck })
    expect(cleared.textContent).toContain('检查结果已清理，将重新检查')
    expect(cleared.querySelector('.report')).toBeNull()
    buttonOf(cleared, '重新检查').click()
    mounted?.unmount()
    buttonOf(show(importView({ status: 'failed' }), { mayRecheck: true, onRecheck }), '重新检查').click()
    expect(onRecheck).toHaveBeenCalledTimes(2)
    mounted?.unmount()
    const readOnly = show(importView({ isCleared: true }))
    expect(readOnly.textContent).toContain('由有权限的人员重新检查')
    expect(readOnly.textContent).not.toContain('将重新检查')
  })

  it('says why checks run that nobody has just asked for', () => {
    const notice = { code: 'commit_resumed', detail: '入库中途服务中断过（如重启），当时没有写入任何宗地。' }
    const host = show(importView({ status: 'committing', notice }))
    expect(host.textContent).toContain('当时没有写入任何宗地')
    expect(host.textContent).toContain('正在入库，请稍候')
  })

  it('shows how far the checks are', () => {
    const progress = { phase: 'check', done: 50, total: 200, message: '' }
    const host = show(importView({ status: 'checking', progress }))
    expect(host.querySelector('[role=progressbar]')?.getAttribute('aria-valuenow')).toBe('25')
    expect(host.textContent).toContain('检查图形和属性')
  })
})
