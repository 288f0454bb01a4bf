// Notes when things are on the screen for the first time, in ms since the epoch: in globalThis.noted, and to who listens
// for it in the webview. It is run in the page, before or after the page itself; with globalThis.goes it goes to that
// screen as soon as the shell is there, or the overview of a file that is opened in it. Only benchmarks use it.
(() => {
  const things = {
    shell: () => document.querySelector('nav[aria-label=Screens]'),
    file: () => document.querySelector('header .file .b'), // its name
    overview: () => document.querySelector('section[aria-labelledby=first] tbody a'),
    findings: () => { const row = document.querySelectorAll('main [role=row]')[1]; return row && row.innerText.trim() !== '…' },
  }
  const noted = (globalThis.noted = {})
  const met = new Set()
  let from = 'shell'
  const look = () => {
    for (const [name, there] of Object.entries(things)) {
      if (met.has(name) || !there()) continue
      met.add(name)
      if (name === from && globalThis.goes) location.hash = '#/' + globalThis.goes
      requestAnimationFrame(() => setTimeout(() => { // it has been drawn
        noted[name] = performance.timeOrigin + performance.now()
        globalThis.webkit?.messageHandlers?.noted?.postMessage(name)
      }))
    }
  }
  globalThis.noteAnew = () => { // of a file that is opened in a shell that is there
    met.clear()
    met.add('shell')
    for (const name in noted) delete noted[name]
    from = 'overview' // where the page goes itself, once it is open
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true, characterData: true })
  look()
})()
