// The editor: CodeMirror with what SQL, rules and cases need. Loaded when it is first shown.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { json } from '@codemirror/lang-json'
import { sql, SQLite } from '@codemirror/lang-sql'
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search'
import { Compartment, EditorState, type Extension, Prec, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, highlightActiveLineGutter, keymap, lineNumbers, ViewPlugin, type ViewUpdate } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export type Language = 'sql' | 'rule' | 'cases' | 'json'
export type Mark = { line: number; words: string }
export type Options = {
  text: string
  language: Language
  label: string
  readonly: boolean
  schema: Record<string, string[]>
  changed: (text: string) => void
  run?: () => void
  save?: () => void
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--k)', fontWeight: '600' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--str)' },
  { tag: [tags.number, tags.bool, tags.null, tags.special(tags.name)], color: 'var(--num)' },
  { tag: tags.comment, color: 'var(--cm)' },
  { tag: [tags.propertyName, tags.heading], color: 'var(--k)', fontWeight: '600' },
])

const look = EditorView.theme({
  '&': { height: '100%', fontSize: '12px', backgroundColor: 'var(--surface)', color: 'var(--text)' },
  '&.cm-focused': { outline: '2px solid var(--focus)', outlineOffset: '-2px' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '19px', fontFeatureSettings: '"zero"' },
  '.cm-gutters': { backgroundColor: 'var(--surface)', color: 'var(--text-3)', border: '0', paddingRight: '4px' },
  '.cm-activeLine': { backgroundColor: 'transparent' },
  '&.cm-focused .cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--accent-bg) 55%, transparent)' },
  '.cm-activeLineGutter': { backgroundColor: 'transparent', color: 'var(--text)' },
  '.cm-cursor': { borderLeftColor: 'var(--text)' },
  '.cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground': { backgroundColor: 'var(--accent-bg)' },
  '.cm-selectionMatch': { backgroundColor: 'var(--surface-3)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--surface-3) !important', color: 'inherit !important' },
  '.cm-head': { backgroundColor: 'var(--bg)' },
  '.cm-value': { color: 'var(--text)' },
  '.cm-wrong': { backgroundColor: 'var(--rem-bg)', boxShadow: 'inset 2px 0 0 var(--rem)' },
  '.cm-tooltip': { backgroundColor: 'var(--surface)', border: '1px solid var(--border)', borderRadius: 'var(--r2)', boxShadow: 'var(--pop)', color: 'var(--text)' },
  '.cm-tooltip-autocomplete ul li[aria-selected]': { backgroundColor: 'var(--accent-bg)', color: 'var(--accent-fg)' },
  '.cm-panels': { backgroundColor: 'var(--surface-2)', color: 'var(--text)', borderColor: 'var(--border)' },
  '.cm-textfield': { backgroundColor: 'var(--surface)', border: '1px solid var(--border)', borderRadius: 'var(--r1)' },
  '.cm-button': { backgroundImage: 'none', backgroundColor: 'var(--surface)', border: '1px solid var(--border)', borderRadius: 'var(--r1)' },
})

// Cases: "-- name --" begins a case or a file of one, "word:" a line of its head, and bodies are JSON.
const cases = StreamLanguage.define({
  token(stream) {
    if (stream.sol()) {
      if (stream.match(/^-- .+ --$/)) return 'heading'
      if (stream.match(/^[a-z_]+:/)) return 'propertyName'
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?(?=\s*:)/)) return 'propertyName'
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string'
    if (stream.match(/^(?:true|false|null|-?\d+(?:\.\d+)?)\b/)) return 'number'
    if (!stream.match(/^[A-Za-z_][\w.-]*/)) stream.next()
    return null
  },
})

// The head of a rule: the comment that it begins with.
const head = Decoration.line({ class: 'cm-head' })
const value = Decoration.mark({ class: 'cm-value' })
const heads = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet
    constructor(view: EditorView) {
      this.decorations = headOf(view)
    }
    update(u: ViewUpdate) {
      if (u.docChanged || u.viewportChanged) this.decorations = headOf(u.view)
    }
  },
  { decorations: (v) => v.decorations },
)
function headOf(view: EditorView): DecorationSet {
  const lines = new RangeSetBuilder<Decoration>()
  for (let n = 1; n <= view.state.doc.lines; n++) {
    const line = view.state.doc.line(n)
    if (!line.text.startsWith('--')) break
    lines.add(line.from, line.from, head)
    const from = line.from + line.text.match(/^--\s?(?:[a-z][a-z-]*:)?/)![0].length
    if (from < line.to) lines.add(from, line.to, value)
  }
  return lines.finish()
}

const setMarks = StateEffect.define<Mark[]>()
const marks = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(old, transaction) {
    let now = old.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (!effect.is(setMarks)) continue
      const doc = transaction.state.doc
      const wrong = effect.value.filter((m) => m.line >= 1 && m.line <= doc.lines).sort((a, b) => a.line - b.line)
      now = Decoration.set(wrong.map((m) => Decoration.line({ class: 'cm-wrong', attributes: { title: m.words } }).range(doc.line(m.line).from)))
    }
    return now
  },
  provide: (field) => EditorView.decorations.from(field),
})

const languageOf = (o: Pick<Options, 'language' | 'schema'>): Extension =>
  o.language === 'json' ? json() : o.language === 'cases' ? cases : [sql({ dialect: SQLite, schema: o.schema, upperCaseKeywords: true }), o.language === 'rule' ? Prec.highest(heads) : []]

export class Editor {
  private view: EditorView
  private spoken = new Compartment()

  constructor(parent: HTMLElement, o: Options) {
    const command = (f?: () => void) => () => (f?.(), f !== undefined)
    this.view = new EditorView({
      parent,
      state: EditorState.create({
        doc: o.text,
        extensions: [
          keymap.of([{ key: 'Mod-Enter', run: command(o.run) }, { key: 'Mod-s', run: command(o.save) }]),
          lineNumbers(), history(), drawSelection(), bracketMatching(), closeBrackets(), autocompletion(), highlightSelectionMatches(), search(),
          highlightActiveLine(), highlightActiveLineGutter(), marks, look, syntaxHighlighting(colours), this.spoken.of(languageOf(o)),
          keymap.of([...closeBracketsKeymap, ...completionKeymap, ...searchKeymap, ...historyKeymap, ...defaultKeymap]),
          EditorState.readOnly.of(o.readonly),
          EditorView.contentAttributes.of({ 'aria-label': o.label, 'aria-multiline': 'true', tabindex: '0' }),
          EditorView.updateListener.of((u) => u.docChanged && o.changed(u.state.doc.toString())),
        ],
      }),
    })
  }

  set text(text: string) {
    if (text !== this.view.state.doc.toString()) this.view.dispatch({ changes: { from: 0, to: this.view.state.doc.length, insert: text } })
  }

  speak(o: Pick<Options, 'language' | 'schema'>) {
    this.view.dispatch({ effects: this.spoken.reconfigure(languageOf(o)) })
  }

  mark(wrong: Mark[]) {
    this.view.dispatch({ effects: setMarks.of(wrong) })
  }

  /** insert puts text where the cursor is. */
  insert(text: string) {
    this.view.dispatch(this.view.state.replaceSelection(text), { scrollIntoView: true })
    this.view.focus()
  }

  goto(line: number) {
    const at = this.view.state.doc.line(Math.max(1, Math.min(line, this.view.state.doc.lines))).from
    this.view.dispatch({ selection: { anchor: at }, effects: EditorView.scrollIntoView(at, { y: 'center' }) })
    this.view.focus()
  }

  focus() {
    this.view.focus()
  }

  close() {
    this.view.destroy()
  }
}
