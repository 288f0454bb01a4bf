// Every screen in both themes: it is what it says, nothing is wrong with the page, axe-core finds nothing, and it fits.
import { none } from '../expect.mjs'
import { screens } from '../screens.mjs'
import { themes } from '../window.mjs'

const looked = (theme) => ({
  name: `screens, ${theme}`,
  async run(j) {
    const w = await j.window(await j.files.demo(), { theme })
    const found = new Map() // what is wrong, and on which screens
    const note = (what, at) => found.set(what, [...(found.get(what) ?? []), at])
    for (const s of screens) {
      await w.go(s.at)
      await w.shot(`${s.name ?? s.at}-${theme}`)
      const text = await w.text()
      if (s.says && !s.says.test(text)) note(`does not say ${s.says}: ${text.slice(0, 200)}`, s.at)
      for (const v of await w.axe()) note(v, s.at)
    }
    none([...found].map(([what, at]) => `${at.join(', ')}: ${what}`))
  },
})

const small = {
  name: 'screens, in 1100 x 700',
  async run(j) {
    const w = await j.window(await j.files.demo(), { viewport: { width: 1440, height: 900 } })
    await w.page.setViewportSize({ width: 1100, height: 700 })
    const found = []
    for (const s of screens) {
      await w.go(s.at)
      await w.shot(`${s.name ?? s.at}-small`)
      for (const o of await w.overflow()) found.push(`${s.at}: ${o}`)
    }
    none(found)
  },
}

export default [...themes.map(looked), small]
