// A style element for pages with a strict style-src: a sheet made by script needs no permission, <style> would.
// xterm.js creates it instead of <style> (static/vendor/manifest.toml).

class Sheet extends HTMLElement {
  #sheet = new CSSStyleSheet();
  #root = null;

  set textContent(css) {
    this.#sheet.replaceSync(css);
  }

  connectedCallback() {
    this.#root = this.getRootNode();
    this.#root.adoptedStyleSheets.push(this.#sheet);
  }

  disconnectedCallback() {
    const sheets = this.#root.adoptedStyleSheets;
    this.#root.adoptedStyleSheets = sheets.filter((sheet) => sheet !== this.#sheet);
  }
}

customElements.define("slipway-sheet", Sheet);
