// How terminals look and behave: what a person may choose, and the colours to choose from. Pure.

// The page's server knows the same: platform/slipway/accounts/preferences.py.
export const PLAIN = { size: 14, colours: "dark", copies: false, asks: true, flashes: true, leaves: true, isRead: false };

// Each colour of text is at least 4.5:1 on its background; what a program chooses itself is brought there (screen.js).
export const COLOURS = {
  dark: {
    background: "#0b1216", foreground: "#dbe5e8", cursor: "#dbe5e8", cursorAccent: "#0b1216",
    selectionBackground: "#31566a", black: "#22303a", red: "#f39a7c", green: "#74cf97", yellow: "#e2c06c",
    blue: "#82b4f0", magenta: "#cfa3e6", cyan: "#72c7e2", white: "#c3d0d5", brightBlack: "#95a5ad",
    brightRed: "#ffb59c", brightGreen: "#95e6b3", brightYellow: "#f4d98f", brightBlue: "#a8cdff",
    brightMagenta: "#e2c2f5", brightCyan: "#9adff3", brightWhite: "#ffffff",
  },
  light: {
    background: "#f7f9f9", foreground: "#132028", cursor: "#132028", cursorAccent: "#f7f9f9",
    selectionBackground: "#b5d8e6", black: "#132028", red: "#a5310f", green: "#17663a", yellow: "#775000",
    blue: "#1d4f9e", magenta: "#7a3596", cyan: "#0b5d7a", white: "#55656d", brightBlack: "#55656d",
    brightRed: "#8c2408", brightGreen: "#0f5430", brightYellow: "#634300", brightBlue: "#143f85",
    brightMagenta: "#63277d", brightCyan: "#084a62", brightWhite: "#132028",
  },
  contrast: {
    background: "#000000", foreground: "#ffffff", cursor: "#ffff00", cursorAccent: "#000000",
    selectionBackground: "#ffffff", selectionForeground: "#000000", black: "#000000", red: "#ff9d8a", green: "#7dff9b",
    yellow: "#ffff00", blue: "#9cc7ff", magenta: "#ffa8ff", cyan: "#7ff4ff", white: "#ffffff", brightBlack: "#d0d0d0",
    brightRed: "#ffb8a8", brightGreen: "#a8ffbe", brightYellow: "#ffff80", brightBlue: "#bcd9ff",
    brightMagenta: "#ffc4ff", brightCyan: "#a8f8ff", brightWhite: "#ffffff",
  },
};

// What a search marks. The addon takes colours as #RRGGBB alone.
export const FOUND = {
  matchBackground: "#5c4a12", matchOverviewRuler: "#e2c06c", activeMatchBackground: "#a5310f", activeMatchColorOverviewRuler: "#f39a7c",
};
