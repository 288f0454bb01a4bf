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
      for (const o of [...(await w.overflow()), ...(await w.cutOff())]) found.push(`${s.at}: ${o}`)
    }
    none(found)
  },
}

// Text at 200 %, as a browser shows a window of 1440 x 900 then: half as much room for everything.
const doubled = (theme) => ({
  name: `screens, text at 200 %, ${theme}`,
  async run(j) {
    const w = await j.window(await j.files.demo(), { theme, viewport: { width: 720, height: 450 }, scale: 2 })
    const found = []
    for (const s of screens) {
      await w.go(s.at)
      await w.shot(`${s.name ?? s.at}-doubled-${theme}`)
      for (const o of [...(await w.overflow()), ...(await w.cutOff())]) found.push(`${s.at}: ${o}`)
    }
    none(found)
  },
})

// Whoever did not ask for less motion gets none without end either: on a laptop it is what empties the battery.
const motion = {
  name: 'screens, nothing moves without end',
  async run(j) {
    const w = await j.window(await j.files.demo())
    const found = []
    await w.page.emulateMedia({ reducedMotion: 'no-preference' })
    for (const s of screens) {
      await w.go(s.at)
      if (s.at === 'sql') await w.page.getByRole('textbox', { name: 'SELECT' }).click() // where the caret is
      const endless = await w.page.evaluate(() => document.getAnimations().filter((a) => a.effect.getComputedTiming().endTime === Infinity).map((a) => a.animationName ?? 'an animation'))
      found.push(...endless.map((a) => `${s.at}: ${a} has no end`))
    }
    for (const s of screens.filter((s) => ['overview', 'findings', 'compare', 'collect', 'welcome'].includes(s.at))) {
      await w.go(s.at)
      await w.page.waitForTimeout(3000)
      found.push(...(await w.page.evaluate(() => document.getAnimations().filter((a) => a.playState === 'running').map((a) => a.animationName ?? 'an animation'))).map((a) => `${s.at}: ${a} still runs after 3 s`))
    }
    // What no screen happened to show: no rule of any stylesheet repeats without end.
    found.push(...(await w.page.evaluate(() => [...document.styleSheets].flatMap((sheet) => [...sheet.cssRules]).filter((r) => /infinite/.test(r.cssText) && !/cm-cursorLayer/.test(r.cssText)).map((r) => r.cssText.slice(0, 100)))))
    none(found)
  },
}

export default [...themes.map(looked), small, ...themes.map(doubled), motion]
