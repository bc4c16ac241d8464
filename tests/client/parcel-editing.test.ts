import type { ParcelDetail } from '#contract/parcel.ts'
import { createPinia, type Pinia } from 'pinia'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { nextTick } from 'vue'
import type { RouteLocationNormalized } from 'vue-router'
import ParcelEditor from '../../client/features/parcels/ParcelEditor.vue'
import ParcelPanel from '../../client/features/parcels/ParcelPanel.vue'
import { keepEdits } from '../../client/router.ts'
import { useDraft } from '../../client/state/draft.ts'
import { useSelection } from '../../client/state/selection.ts'
import { useSession } from '../../client/state/session.ts'
import { switchLanguage } from '../../client/text/i18n.ts'
import { mount, parcel, unmountAll } from './mounting.ts'

const CLERK = {
  id: 'u1',
  name: 'clerk',
  displayName: '经办人',
  roles: ['clerk' as const],
  actions: ['parcel.edit'],
  scope: { divisionPrefix: '150623', townCodes: [] },
  mustChangePassword: false,
}
const answer = (body: unknown, status = 200): Response => new Response(JSON.stringify(body), { status })
const stale = (current: ParcelDetail): Response =>
  answer({ status: 412, code: 'parcel.stale', detail: '已被修改', params: {}, current }, 412)
const button = (host: ParentNode, name: string): HTMLButtonElement =>
  [...host.querySelectorAll('button')].find((one) => one.textContent?.trim() === name) as HTMLButtonElement
const fieldOf = (host: ParentNode, label: string): HTMLInputElement => {
  const found = [...host.querySelectorAll('label')].find((one) => one.textContent?.trim() === label)
  return found?.closest('.ui-field')?.querySelector('input, select, textarea') as HTMLInputElement
}
async function type(host: ParentNode, label: string, text: string): Promise<void> {
  const field = fieldOf(host, label)
  field.value = text
  field.dispatchEvent(new Event(field.tagName === 'SELECT' ? 'change' : 'input'))
  await nextTick()
}
const submit = (host: ParentNode): void => void host.querySelector('form')?.dispatchEvent(new Event('submit'))

let pinia: Pinia
beforeEach(async () => {
  sessionStorage.clear()
  await switchLanguage('zh-CN')
  pinia = createPinia()
  useSession(pinia).user = CLERK
})
afterEach(() => {
  unmountAll()
  vi.unstubAllGlobals()
})

function openPanel(props: Record<string, unknown> = {}): HTMLElement {
  const selection = useSelection(pinia)
  const shown = parcel()
  selection.$patch({ id: shown.id, state: 'ready' })
  selection.parcel = shown
  return mount(ParcelPanel, { county: null, hasMap: false, ...props }, pinia)
}

describe('unsaved edits', () => {
  it('are asked about before they go, and stay when one would rather go on', async () => {
    const host = openPanel()
    button(host, '编辑').click()
    await nextTick()
    await type(host, '备注', '现场已核实')
    const draft = useDraft(pinia)
    expect(draft.isDirty).toBe(true)

    button(host, '取消').click()
    await expect.poll(() => host.querySelector('dialog')?.open).toBe(true)
    expect(host.querySelector('dialog')?.textContent).toContain('放弃修改？')
    button(host, '继续编辑').click()
    await expect.poll(() => host.querySelector('dialog')?.open).toBe(false)
    expect(fieldOf(host, '备注').value).toBe('现场已核实')

    button(host, '取消').click()
    await expect.poll(() => host.querySelector('dialog')?.open).toBe(true)
    button(host, '放弃修改').click()
    await expect.poll(() => host.querySelector('form')).toBeNull()
    expect(draft.isDirty).toBe(false)
    expect(sessionStorage.getItem('qidiDraft')).toBeNull()
  })

  it('hold back another page and the closing of the window, but not their own map', async () => {
    const host = openPanel()
    button(host, '编辑').click()
    await nextTick()
    await type(host, '备注', '现场已核实')
    const draft = useDraft(pinia)
    const to = (name: string, query = {}) => ({ name, query }) as unknown as RouteLocationNormalized

    expect(await keepEdits(to('map', { sel: parcel().id, lang: 'en' }))).toBe(true)
    const leaving = keepEdits(to('imports'))
    draft.answer(false)
    expect(await leaving).toBe(false)
    const closing = new Event('beforeunload', { cancelable: true })
    dispatchEvent(closing)
    expect(closing.defaultPrevented).toBe(true)

    draft.drop()
    expect(await keepEdits(to('imports'))).toBe(true)
    const later = new Event('beforeunload', { cancelable: true })
    dispatchEvent(later)
    expect(later.defaultPrevented).toBe(false)
  })

  it('outlive the end of the session, for the same person only', async () => {
    const host = openPanel()
    button(host, '编辑').click()
    await nextTick()
    await type(host, '备注', '现场已核实')
    useSession(pinia).expire()
    expect(await keepEdits({ name: 'sign-in', query: {} } as unknown as RouteLocationNormalized)).toBe(true)
    unmountAll()

    pinia = createPinia()
    useSession(pinia).user = { ...CLERK, id: 'u2' }
    expect(openPanel().querySelector('form')).toBeNull()
    unmountAll()

    pinia = createPinia()
    useSession(pinia).user = CLERK
    const again = openPanel()
    await expect.poll(() => again.textContent).toContain('已恢复您未保存的修改')
    expect(fieldOf(again, '备注').value).toBe('现场已核实')
  })
})

describe('the panel by keyboard', () => {
  const press = (key: string, on: Element = document.body): boolean =>
    on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }))

  it('gives the focus back to where it came from', async () => {
    const row = document.body.appendChild(document.createElement('button'))
    row.focus()
    const host = openPanel()
    host.querySelector<HTMLElement>('.close')?.focus()
    unmountAll()
    await expect.poll(() => document.activeElement).toBe(row)
    row.remove()
  })

  it('leaves by Esc, first the form and then the panel, and asks when something was typed', async () => {
    const onClose = vi.fn()
    const host = openPanel({ onClose })
    button(host, '编辑').click()
    await nextTick()
    await type(host, '备注', '现场已核实')
    press('Escape', fieldOf(host, '备注'))
    await expect.poll(() => host.querySelector('dialog')?.open).toBe(true)
    press('Escape')
    expect(onClose).not.toHaveBeenCalled()
    button(host, '放弃修改').click()
    await expect.poll(() => host.querySelector('form')).toBeNull()
    await expect.poll(() => host.querySelector('dialog')?.open).toBe(false)
    press('Escape')
    expect(onClose).toHaveBeenCalledTimes(1)
  })

  it('walks its tabs with the arrows', async () => {
    const host = openPanel()
    const tabs = [...host.querySelectorAll<HTMLElement>('[role="tab"]')]
    const selected = (): number =>
      tabs.findIndex((tab) => tab.ariaSelected === 'true' || tab.getAttribute('aria-selected') === 'true')
    vi.stubGlobal(
      'fetch',
      vi.fn<typeof fetch>(async () => answer({ items: [], total: 0, totalIsLowerBound: false })),
    )
    press('ArrowRight', tabs[0])
    await expect.poll(selected).toBe(1)
    await expect.poll(() => document.activeElement).toBe(tabs[1])
    press('End', tabs[1])
    await expect.poll(selected).toBe(2)
    press('ArrowRight', tabs[2])
    await expect.poll(selected).toBe(0)
    expect(tabs.map((tab) => tab.tabIndex)).toEqual([0, -1, -1])
  })
})

describe('saving', () => {
  it('is not offered while nothing was changed', async () => {
    const fake = vi.fn<typeof fetch>()
    vi.stubGlobal('fetch', fake)
    const host = mount(ParcelEditor, { parcel: parcel(), county: null }, pinia)
    expect(button(host, '保存').disabled).toBe(true)
    expect(host.querySelector('.sticky')?.textContent).toContain('没有改动')
    submit(host)
    await nextTick()
    expect(fake).not.toHaveBeenCalled()
    await type(host, '备注', '现场已核实')
    expect(button(host, '保存').disabled).toBe(false)
  })

  it('leads to the field that can’t be read, and says so beside the button', async () => {
    const fake = vi.fn<typeof fetch>()
    vi.stubGlobal('fetch', fake)
    const withArea = parcel({ attributes: { ...parcel().attributes, documentAreaM2: 58_000 } })
    const host = mount(ParcelEditor, { parcel: withArea, county: null }, pinia)
    await type(host, '文件面积', 'abc')
    submit(host)
    await expect.poll(() => document.activeElement).toBe(fieldOf(host, '文件面积'))
    expect(host.querySelector('.sticky')?.textContent).toContain('有 1 处要改正')
    expect(fake).not.toHaveBeenCalled()
  })
})

describe('editing while somebody else does', () => {
  const theirs = parcel({
    version: 4,
    attributes: { ...parcel().attributes, cause: 'government', name: '他人改名' },
  })
  const history = {
    items: [
      {
        version: 4,
        changeSetId: 'c',
        kind: 'edit',
        by: '股室负责人',
        recordedAt: '2026-01-06T01:00:00Z',
        effectiveOn: '2026-01-06',
        reason: null,
        sourceName: null,
        changes: [{ field: 'cause', from: 'enterprise', to: 'government' }],
      },
    ],
    total: 1,
    totalIsLowerBound: false,
  }
  const bodiesOf = (fake: ReturnType<typeof vi.fn<typeof fetch>>) =>
    fake.mock.calls
      .filter(([, init]) => init?.method === 'PATCH')
      .map(([, init]) => JSON.parse(String(init?.body)))

  async function collide(onSaved = vi.fn(), onCancel = vi.fn()) {
    const patches = [stale(theirs), answer({ parcel: theirs, tileVersion: '9' })]
    const fake = vi.fn<typeof fetch>(async (_path, init) =>
      init?.method === 'PATCH' ? (patches.shift() as Response) : answer(history),
    )
    vi.stubGlobal('fetch', fake)
    const host = mount(ParcelEditor, { parcel: parcel(), county: null, onSaved, onCancel }, pinia)
    await type(host, '形成原因', 'mixed')
    await type(host, '备注', '我的备注')
    submit(host)
    await expect.poll(() => host.querySelector('.merge')?.textContent).toContain('股室负责人')
    return { host, fake }
  }

  it('keeps mine, takes theirs, and asks about what both changed', async () => {
    const onSaved = vi.fn()
    const { host, fake } = await collide(onSaved)
    expect(host.querySelector('[data-field="remark"]')?.textContent).toContain('只有我改过')
    expect(host.querySelector('[data-field="name"]')?.textContent).toContain('他人改名')
    expect(fieldOf(host, '项目（地块）名称').value).toBe('他人改名')
    const cause = host.querySelector('[data-field="cause"]') as HTMLElement
    expect(cause.textContent).toContain('混合原因')
    expect(cause.textContent).toContain('政府原因')
    expect(button(host, '保存').disabled).toBe(true)
    expect(host.querySelector('.sticky')?.textContent).toContain('还有 1 项要选择')

    cause.querySelector<HTMLInputElement>('input[value="mine"]')?.dispatchEvent(new Event('change'))
    await nextTick()
    submit(host)
    await expect.poll(() => onSaved.mock.calls.length).toBe(1)
    expect(bodiesOf(fake)).toEqual([
      { attributes: { cause: 'mixed', remark: '我的备注' } },
      { attributes: { cause: 'mixed', remark: '我的备注' } },
    ])
    const versions = fake.mock.calls
      .filter(([, init]) => init?.method === 'PATCH')
      .map(([, init]) => new Headers(init?.headers).get('if-match'))
    expect(versions).toEqual(['"3"', '"4"'])
  })

  it('lets theirs stand where I choose so, without dropping my other fields', async () => {
    const onSaved = vi.fn()
    const { host, fake } = await collide(onSaved)
    host
      .querySelector<HTMLInputElement>('[data-field="cause"] input[value="theirs"]')
      ?.dispatchEvent(new Event('change'))
    await nextTick()
    submit(host)
    await expect.poll(() => onSaved.mock.calls.length).toBe(1)
    expect(bodiesOf(fake)[1]).toEqual({ attributes: { remark: '我的备注' } })
  })
})

describe('the form', () => {
  it('has the headings of the panel, and says in words what is required', async () => {
    const attributes = {
      ...parcel().attributes,
      location: null,
      documentAreaM2: 1,
      areaDifferenceReason: null,
    }
    const host = mount(ParcelEditor, { parcel: parcel({ attributes }), county: null }, pinia)
    const headings = [...host.querySelectorAll('legend')].map((legend) => legend.textContent)
    expect(headings).toEqual(['编号和名称', '位置', '面积', '原因和处置', '备注'])
    const marked = [...host.querySelectorAll('.mark')].map((mark) => mark.parentElement?.textContent)
    expect(marked).toEqual(['土地坐落必填', '文件面积必填'])
    const described = fieldOf(host, '土地坐落').getAttribute('aria-describedby')?.split(' ') ?? []
    expect(described.map((id) => document.getElementById(id)?.textContent)).toContain('必填')
  })
})
