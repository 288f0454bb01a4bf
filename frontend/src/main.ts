import '@fontsource-variable/inter'
import '@fontsource-variable/jetbrains-mono'
import './plumbline.css'
import { mount } from 'svelte'
import App from './App.svelte'

// A file dropped beside the drop zone must not make the webview leave the page.
for (const kind of ['dragenter', 'dragover', 'drop'] as const) window.addEventListener(kind, (e) => e.preventDefault())

mount(App, { target: document.getElementById('app')! })
