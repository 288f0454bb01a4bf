// Names that an enemy chose: markup, right-to-left, an emoji for every letter. All of it is text, in its place.
import { hostile } from '../files.mjs'
import { holds, none } from '../expect.mjs'
import { screens } from '../screens.mjs'

const names = {
  name: 'hostile names: shown as text',
  async run(j) {
    const w = await j.window(await j.files.hostile())
    const { page } = w
    const wrong = []
    let shown = 0
    const look = async (at) => {
      const seen = await page.evaluate(([markup, rtl]) => {
        const text = document.querySelector('main').innerText
        const turned = [] // text that a name turns round: it stands in one line of letters with what it would turn
        const walk = document.createTreeWalker(document.querySelector('main'), NodeFilter.SHOW_TEXT)
        for (let n; (n = walk.nextNode()); ) {
          if (!n.data.includes('\u202e')) continue
          let box = n.parentElement
          while (box && getComputedStyle(box).display === 'inline' && !/isolate|plaintext/.test(getComputedStyle(box).unicodeBidi)) box = box.parentElement
          const around = box.textContent.replace(n.data, '').trim()
          if (around && !/isolate|plaintext/.test(getComputedStyle(box).unicodeBidi)) turned.push(`${box.tagName.toLowerCase()}.${box.className}: ${around.slice(0, 80)}`)
        }
        return { owned: globalThis.owned, elements: document.querySelectorAll('img[src=x], main script').length, markup: text.includes(markup.slice(0, 20)), rtl: text.includes(rtl.slice(0, 5)), turned: [...new Set(turned)].slice(0, 3) }
      }, [hostile.markup, hostile.rtl])
      if (seen.owned || seen.elements) wrong.push(`${at}: a name was taken for markup`)
      if (seen.markup) shown++
      for (const t of seen.turned) wrong.push(`${at}: a name turns round what stands beside it in ${t}`)
      for (const o of await w.overflow()) wrong.push(`${at}: ${o}`)
      await w.shot(`hostile ${at}`)
    }
    const all = [...screens.map((s) => s.at), 'findings?group=none', 'findings?group=object', 'inventory?r=jira_project', 'inventory?r=confluence_space', 'compare?tab=objects']
    for (const at of all) {
      await w.go(at)
      await look(at)
    }
    await w.go('findings?group=none')
    for (let i = 1; i < 4; i++) { // the drawer of a finding of each name
      await page.getByRole('grid', { name: 'Findings' }).getByRole('row').nth(i).click()
      if (!/[?&]id=/.test(page.url())) await page.keyboard.press('Enter')
      await w.still()
      await look(`finding ${i}`)
    }
    await page.setViewportSize({ width: 1100, height: 700 })
    for (const at of all) {
      await w.go(at)
      for (const o of await w.overflow()) wrong.push(`${at} in 1100 x 700: ${o}`)
    }
    none(wrong)
    holds(shown > 3, `markup was read on ${shown} screens only`)
  },
}

export default [names]
