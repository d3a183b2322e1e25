// Several ways of which the reader chooses one: as tabs. The choice is kept, and holds wherever the same ways stand.
// Without this module all of them are shown, each below its name.
import { store, stored } from "../site/stored.js";

const KEPT = "leaves";

function kept() {
  const found = stored(KEPT);
  return new Set(Array.isArray(found) ? found : []);
}

const titleOf = (leaf) => leaf.querySelector(":scope > .leaf-title").textContent;

function keep(chosen, others) {
  const names = kept();
  for (const other of others) names.delete(other);
  names.add(chosen);
  store(KEPT, [...names].slice(-50));
}

function show(group, at) {
  const tabs = [...group.querySelectorAll(":scope > [role=tablist] > [role=tab]")];
  const leaves = [...group.querySelectorAll(":scope > .leaf")];
  tabs.forEach((tab, index) => {
    tab.setAttribute("aria-selected", index === at);
    tab.tabIndex = index === at ? 0 : -1;
    leaves[index].hidden = index !== at;
  });
  return tabs[at];
}

function choose(group, at) {
  const titles = [...group.querySelectorAll(":scope > .leaf")].map(titleOf);
  keep(titles[at], titles);
  return show(group, at);
}

function make(group, number) {
  if (group.querySelector(":scope > [role=tablist]")) return;
  const leaves = [...group.querySelectorAll(":scope > .leaf")];
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  leaves.forEach((leaf, at) => {
    leaf.id = `leaf-${number}-${at}`;
    leaf.setAttribute("role", "tabpanel");
    const tab = document.createElement("button");
    tab.type = "button";
    tab.textContent = titleOf(leaf);
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", leaf.id);
    leaf.setAttribute("aria-label", tab.textContent);
    list.append(tab);
  });
  group.prepend(list);
  const names = kept();
  show(group, Math.max(0, leaves.findIndex((leaf) => names.has(titleOf(leaf)))));
}

export function watchLeaves() {
  const lesson = document.getElementById("main");
  const makeAll = () => lesson.querySelectorAll(".leaves").forEach(make);
  makeAll();
  // New HTML comes without tabs, as after a change of language.
  new MutationObserver(makeAll).observe(lesson, { childList: true, subtree: true });
  lesson.addEventListener("click", ({ target }) => {
    const tab = target.closest(".leaves > [role=tablist] > [role=tab]");
    if (tab) choose(tab.closest(".leaves"), [...tab.parentElement.children].indexOf(tab));
  });
  lesson.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".leaves > [role=tablist] > [role=tab]");
    if (!tab) return;
    const tabs = [...tab.parentElement.children];
    const at = tabs.indexOf(tab);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    choose(tab.closest(".leaves"), (to + tabs.length) % tabs.length).focus();
  });
}
