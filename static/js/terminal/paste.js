// What a person pastes, before it is typed. Pure.

// Control characters that a page smuggled into the clipboard would act on the shell at once.
const CONTROLS = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]/g;

export const clean = (text) => text.replace(/\r\n?/g, "\n").replaceAll(CONTROLS, "");

// The lines that a text would type; a line break at its very end makes no further one.
export const linesOf = (text) => clean(text).replace(/\n$/, "").split("\n");

// Whether something of it could run before the person has read it. A shell that tells pastes from keys waits for Enter
// after one line; any other takes a line break at its end for Enter.
export const isRisky = (text, tellsPastes) => linesOf(text).length > 1 || (!tellsPastes && clean(text).endsWith("\n"));
