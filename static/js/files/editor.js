// CodeMirror as the machine's editor: which language, which look, and how two versions are compared.
import {
  bracketMatching, defaultKeymap, dockerFile, drawSelection, EditorState, EditorView, highlightActiveLine, highlightActiveLineGutter, highlightSelectionMatches,
  highlightSpecialChars, HighlightStyle, history, historyKeymap, indentOnInput, indentUnit, indentWithTab, javascript, json, keymap, lineNumbers, markdown, MergeView,
  nginx, python, search, searchKeymap, shell, StreamLanguage, syntaxHighlighting, tags, yaml,
} from "../../vendor/codemirror/codemirror.mjs";
import { isReserved } from "../lesson/shortcuts.js";

const LANGUAGES = [
  [/(?:^|\/)(?:Dockerfile|Containerfile)(?:\.[^/]*)?$|\.dockerfile$/i, () => StreamLanguage.define(dockerFile)],
  [/\.ya?ml$/i, () => yaml()],
  [/\.json$|(?:^|\/)daemon\.json$/i, () => json()],
  [/\.py$/i, () => python()],
  [/\.[cm]?jsx?$/i, () => javascript()],
  [/\.(?:md|markdown)$/i, () => markdown()],
  [/nginx[^/]*\.conf$|\/nginx\/.*\.conf$|(?:^|\/)default\.conf$/i, () => StreamLanguage.define(nginx)],
  [/\.(?:sh|bash|env)$|(?:^|\/)\.(?:bashrc|profile|bash_profile)$|entrypoint/i, () => StreamLanguage.define(shell)],
];

function languageOf(path, text) {
  const found = LANGUAGES.find(([pattern]) => pattern.test(path));
  if (found) return [found[1]()];
  if (/^#!.*\b(?:ba|da)?sh\b/.test(text)) return [StreamLanguage.define(shell)];
  if (/^#!.*\bpython/.test(text)) return [python()];
  return [];
}

// The tokens of static/css/tokens.css: text at 4.5:1 on every ground.
const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.meta], color: "var(--ink-3)" },
  { tag: [tags.keyword, tags.tagName, tags.typeName, tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent)" },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--pass)" },
  { tag: [tags.number, tags.bool, tags.null, tags.atom, tags.variableName], color: "var(--wait)" },
  { tag: tags.heading, fontWeight: "650" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strong, fontWeight: "650" },
  { tag: tags.link, textDecoration: "underline" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "#0b1216", color: "#dbe5e8", fontSize: ".875rem" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.5" },
  ".cm-gutters": { backgroundColor: "#0b1216", color: "var(--ink-3)", borderRight: "1px solid var(--line)" },
  ".cm-activeLine, .cm-activeLineGutter": { backgroundColor: "rgb(114 199 226 / .07)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "#1f4656" },
  ".cm-panels": { backgroundColor: "var(--surface)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-button": { backgroundImage: "none", backgroundColor: "var(--surface)", border: "1px solid var(--edge)", borderRadius: "3px" },
  ".cm-textfield": { backgroundColor: "var(--sunk)", border: "1px solid var(--edge)" },
  ".cm-searchMatch": { backgroundColor: "#4a3b10" },
  ".cm-searchMatch-selected": { backgroundColor: "#6b5310" },
}, { dark: true });

// The page's own keys stay the page's, as in a terminal.
const reserved = EditorView.domEventHandlers({ keydown: (event) => isReserved(event) });

// A file keeps its line ends: those of Windows if all of them are.
export const separatorOf = (text) => (/\r\n/.test(text) && !/(?:^|[^\r])\n/.test(text) ? "\r\n" : "\n");

const common = (path, text, label) => [
  EditorState.lineSeparator.of(separatorOf(text)), lineNumbers(), highlightSpecialChars(), drawSelection(), bracketMatching(), syntaxHighlighting(colours), look,
  languageOf(path, text), EditorView.contentAttributes.of({ "aria-label": label }),
];

export const textOf = (state) => state.sliceDoc();

// `on` has change(state) and save().
export function stateOf(path, text, label, on) {
  const extensions = [
    reserved, ...common(path, text, label), history(), indentOnInput(), indentUnit.of(/\.py$/i.test(path) ? "    " : "  "), highlightActiveLine(), highlightActiveLineGutter(),
    highlightSelectionMatches(), search({ top: true }),
    keymap.of([{ key: "Mod-s", run: () => (on.save(), true), preventDefault: true }, ...defaultKeymap, ...historyKeymap, ...searchKeymap, indentWithTab]),
    EditorView.updateListener.of(({ docChanged, state }) => docChanged && on.change(state)),
  ];
  return EditorState.create({ doc: text, extensions });
}

export const viewIn = (parent) => new EditorView({ parent });

export function goTo(view, line) {
  const at = view.state.doc.line(Math.max(1, Math.min(line, view.state.doc.lines)));
  view.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
}

export const replaceAll = (view, text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: view.state.toText(text) } });

// Two versions side by side: theirs on the left, only to be read; on the right what would be saved, with arrows that take a part over.
export function compare(parent, { path, mine, theirs, labels }) {
  const readOnly = [EditorState.readOnly.of(true), EditorView.editable.of(false), EditorView.contentAttributes.of({ tabindex: "0" })];
  const merge = new MergeView({
    parent,
    a: { doc: theirs, extensions: [reserved, ...common(path, mine, labels.theirs), ...readOnly] },
    b: { doc: mine, extensions: [reserved, ...common(path, mine, labels.mine), history(), keymap.of([...defaultKeymap, ...historyKeymap])] },
    revertControls: "a-to-b",
    collapseUnchanged: { margin: 3, minSize: 6 },
  });
  return { text: () => textOf(merge.b.state), focus: () => merge.b.focus(), destroy: () => merge.destroy() };
}
